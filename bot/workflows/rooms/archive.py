"""The room goes to the archive after its last words, by hand or by the policy, and comes back when work goes on."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import MUSTER, Incident
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import GivenUp, Key, Rejected
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows import show
from bot.workflows.desk import Desk, Gesture, home_lane, known, record

KIND = "archive"


class Reopened(Rejected):
    """Work on it goes on: its room stays."""


async def archive(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        check(incident)
        await start(books, incident, gesture.by)
        return Sentence(f"#{incident.room_name} is being archived. The record of {incident.name} stays.", incident=id)

    return await desk.decide(gesture, decision)


def check(incident: Incident) -> None:
    if incident.room is None:
        raise Refused(f"{incident.name} has no room of its own; there is nothing to archive.")
    if incident.archived_at:
        raise AlreadyDone(f"#{incident.room_name} is archived already.")
    if not incident.over:
        raise Refused(f"{incident.name} is open; its room stays. To end it first: /incident resolve {incident.name}")
    if incident.adopted:
        raise Refused(f"#{incident.room_name} was there before {incident.name}; archive it in the chat yourself.")


async def arm(desk: Desk, books: Books, incident: Incident) -> None:
    """When the policy has the rooms of ended incidents archived, if it does."""
    after = desk.book_of(incident).retention.archive
    if after is not None and incident.over and incident.ended_at and not incident.archived_at:
        due = incident.ended_at + after
        await books.set_timer(NewTimer(KIND, incident.id, due, {}, f"{incident.id}:{KIND}"))


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    incident = await known(books, timer.subject)
    with suppress(Refused):
        check(incident)
        await start(books, incident, MUSTER)


async def start(books: Books, incident: Incident, by: str) -> None:
    lane = home_lane(incident.id)
    asker = None if by == MUSTER else by
    seats = ((lane, "last_words"), (lane, "archive"))
    await books.start(NewRun(KIND, incident.id, {"by": by}, asker=asker, seats=seats, priority=6))


async def put_away(desk: Desk, run: Run) -> None:
    """After everything that was to be said there."""
    lane = home_lane(run.subject)
    with suppress(Reopened):
        with suppress(GivenUp):
            await run.keyed("last_words", lambda key: last_words(desk, run, key), label="Saying the last words",
                            lane=lane, expected=(Reopened,))  # fmt: skip
        await run.keyed("archive", lambda key: away(desk, run), label="Archiving the room", lane=lane,
                        then=lambda books, room: archived(books, run, room), expected=(Reopened,))  # fmt: skip


async def last_words(desk: Desk, run: Run, key: Key) -> str:
    incident = await ended(desk, run)
    by = "by the policy" if run.data["by"] == MUSTER else f"by {run.data['by']}"
    text = (
        f"This room is archived now, {by}. The record stays: /incident timeline {incident.name}. Should it happen"
        f" again: /incident reopen {incident.name} why"
    )
    return await desk.chat.post(desk.home_of(incident), Sentence(text), key)


async def away(desk: Desk, run: Run) -> str:
    incident = await ended(desk, run)
    assert incident.room
    await desk.chat.archive(incident.room)
    return incident.room


async def ended(desk: Desk, run: Run) -> Incident:
    incident = await desk.incident(run.subject)
    if not incident.over:
        raise Reopened("It was reopened.")
    return incident


async def archived(books: Books, run: Run, room: Any) -> None:
    incident = await known(books, run.subject)
    after, fact = incident.add(facts.RoomArchived(str(room)), run.data["by"], books.now)
    await record(books, after, fact)
    if not after.over:
        await start_back(books, after, run.data["by"])


# work goes on


async def back(books: Books, incident: Incident, by: str) -> None:
    """It was reopened: the clock of the archive stops, and a room that is there already comes back."""
    await books.drop_timers(incident.id, KIND)
    if incident.archived_at:
        await start_back(books, incident, by)


async def start_back(books: Books, incident: Incident, by: str) -> None:
    seats = ((home_lane(incident.id), "unarchive"),)
    await books.start(NewRun("unarchive", incident.id, {"by": by}, asker=by, seats=seats, priority=1))


async def bring_back(desk: Desk, run: Run) -> None:
    """Slack may not let a bot do that: then another room opens."""
    room = (await desk.incident(run.subject)).room
    assert room

    async def unarchive(key: Key) -> str:
        await desk.chat.unarchive(room)
        return room

    try:
        await run.keyed(
            "unarchive", unarchive, label="Bringing the room back", lane=home_lane(run.subject),
            then=lambda books, found: unarchived(books, run, found), expected=(Rejected,),
        )  # fmt: skip
    except Rejected:
        await run.decide("another", lambda books: another(desk, books, run))


async def unarchived(books: Books, run: Run, room: Any) -> None:
    incident = await known(books, run.subject)
    after, fact = incident.witness(facts.RoomUnarchived(str(room)), books.now)
    await record(books, after, fact)
    await books.start(NewRun("seat", after.id, asker=run.asker))


async def another(desk: Desk, books: Books, run: Run) -> None:
    incident = await known(books, run.subject)
    data = {"hook": None, "declarer": run.data["by"]}
    seats = show.seats(desk, incident)
    await books.remember(show.mark(incident.id, "checklist"), None)
    await books.start(NewRun("give_room", incident.id, data, asker=run.asker, seats=seats, priority=1))
