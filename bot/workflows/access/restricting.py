"""
An incident that only those may know of who work on it, and the way back.

An app of one workspace cannot make a public channel private, so work goes on in a new, private room; the old one says
only that, and is archived: https://docs.slack.dev/reference/methods/admin.conversations.convertToPrivate
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import Incident
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import GivenUp, Patience
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.ports import Books, NameTaken
from bot.workflows import inform, show, war_room
from bot.workflows.access import insiders
from bot.workflows.access.retracting import retract
from bot.workflows.desk import Desk, Gesture, channel_lane, known, record

RESTRICTED, OPEN = "restricted", "open"
#: by then whatever was under way when it was restricted has landed, and is taken back, too
SETTLED = timedelta(minutes=2)
FAREWELL = "This incident is restricted now. Work on it goes on elsewhere, among those who are on it."


async def restrict(desk: Desk, gesture: Gesture, id: str, reason: str) -> Sentence:
    """From this moment on nobody else finds it; what was said in public is taken back as fast as Slack allows."""
    if not reason.strip():
        raise Refused("Why? For example: /incident restrict a leak, not public yet")

    async def decision(books: Books) -> Sentence:
        before = await known(books, id)
        if before.restricted:
            raise AlreadyDone(f"{before.name} is restricted already.")
        event = facts.VisibilityChanged(OPEN, RESTRICTED, reason.strip())
        after, fact = before.add(event, gesture.by, gesture.at)
        await record(books, after, fact)
        workers = (task.owner for task in after.tasks if task.owner)
        after = await insiders.welcome(books, id, [gesture.by, *workers])
        after = await cut_links(books, gesture, after)
        await forget_places(books, after)
        await move(desk, books, gesture, before, after)
        return Sentence(
            f"{after.name} is restricted: only those who work on it know of it from now on. A private room is opening; "
            "what was said in public is being taken back.",
            incident=id,
        )

    return await desk.decide(gesture, decision)


async def move(desk: Desk, books: Books, gesture: Gesture, before: Incident, after: Incident) -> None:
    left = {"room": before.room, "ours": bool(before.room) and not before.adopted}
    data = {"hook": gesture.hook, "declarer": gesture.by, **left}
    seats = show.seats(desk, after)
    await books.start(NewRun("seclude", after.id, data, asker=gesture.by, seats=seats, priority=1))
    due, key = books.now + SETTLED, f"{after.id}:secluded"
    await books.set_timer(NewTimer("secluded", after.id, due, left, key))


async def cut_links(books: Books, gesture: Gesture, incident: Incident) -> Incident:
    """The card of an incident that everybody sees names none that is restricted."""
    for id, name in incident.related:
        other = await known(books, id)
        other, fact = other.add(facts.Unrelated(incident.id, incident.name), gesture.by, gesture.at)
        await record(books, other, fact)
        incident, fact = incident.add(facts.Unrelated(id, name), gesture.by, gesture.at)
        await record(books, incident, fact)
    return incident


async def forget_places(books: Books, incident: Incident) -> None:
    """What stood in the old room, or was told to its audiences, is to be done anew."""
    for kind in ("checklist", *(f"checklist:{id}" for id in incident.checklists)):
        await books.remember(show.mark(incident.id, kind), None)
    for what in ("bookmarks", "informed"):
        await books.remember(f"{what}:{incident.id}", [])


async def seclude(desk: Desk, run: Run) -> None:
    """A private room with those who work on it; beside that everything public is taken back."""
    await run.together(war_room.room(desk, run), retract(desk, run), leave(desk, run))


async def leave(desk: Desk, run: Run) -> None:
    """The old room tells nobody what it was about."""
    room = run.data["room"]
    if not (room and run.data["ours"]):
        return
    topic = run.step("blank:topic", lambda: desk.chat.topic(room, FAREWELL), label="Changing the topic of the old room")
    purpose = run.step("blank:purpose", lambda: desk.chat.purpose(room, FAREWELL), label="Changing its purpose")
    await run.together(topic, purpose, rename(desk, run, room), farewell(desk, run, room))


async def farewell(desk: Desk, run: Run, room: str) -> None:
    message = Sentence(FAREWELL)
    await run.keyed("farewell", lambda key: desk.chat.post(room, message, key), label="Writing in the old room")


async def rename(desk: Desk, run: Run, room: str) -> None:
    """Its name may tell what the incident is about."""
    name = f"moved-{run.id[-8:].lower()}"
    with suppress(NameTaken, GivenUp):
        await run.step("blank:name", lambda: desk.chat.rename_room(room, name), label="Renaming the old room",
                       patience=Patience.DECORATION, expected=(NameTaken,))  # fmt: skip


async def settled(desk: Desk, books: Books, timer: Timer) -> None:
    await books.start(NewRun("secluded", timer.subject, dict(timer.data), priority=3))


async def secluded(desk: Desk, run: Run) -> None:
    """Once more, for what came late; then the old room goes to the archive, where nothing can be changed any more."""
    if not (await desk.incident(run.subject)).restricted:
        return
    await retract(desk, run)
    if (room := run.data["room"]) and run.data["ours"]:
        await run.step("archive", lambda: desk.chat.archive(room), label="Archiving the old room")


async def unrestrict(desk: Desk, gesture: Gesture, id: str, reason: str) -> Sentence:
    """Everyone may know of it again, and hears of it; its room stays private."""
    if not reason.strip():
        raise Refused("Why? For example: /incident unrestrict it is public now")

    async def decision(books: Books) -> Sentence:
        before = await known(books, id)
        if not before.restricted:
            raise AlreadyDone(f"{before.name} is open to everybody already.")
        event = facts.VisibilityChanged(RESTRICTED, OPEN, reason.strip())
        after, fact = before.add(event, gesture.by, gesture.at)
        await record(books, after, fact)
        await tell_all(desk, books, after, gesture.by)
        room = " Its room stays private; /incident admit brings people in." if after.room else ""
        return Sentence(f"{after.name} is open to everybody again, and is being announced.{room}", incident=id)

    return await desk.decide(gesture, decision)


async def tell_all(desk: Desk, books: Books, incident: Incident, by: str) -> None:
    if incident.over:
        return
    channel = desk.book_of(incident).communications.incidents_channel
    data: dict[str, Any] = {"channel": channel}
    seats = ((channel_lane(channel), "announcement"),)
    await books.start(NewRun("disclose", incident.id, data, asker=by, seats=seats, priority=2))
    await inform.start(desk, books, incident, by)


async def disclose(desk: Desk, run: Run) -> None:
    await war_room.announce(desk, run)
    await war_room.point_at_announcement(desk, run)
