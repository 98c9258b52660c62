"""Whoever comes late is caught up, privately: what is known, being done and awaited, and who is who."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.domain import facts
from bot.domain.incident import Incident
from bot.domain.timeline import Entry, entries
from bot.engine.journal import NewRun
from bot.engine.runs import Run
from bot.messages import CatchUp, Sentence
from bot.policy.book import Book
from bot.policy.texts import TextError
from bot.ports import Books
from bot.workflows import covers, oncall
from bot.workflows.ahead import standings, upcoming
from bot.workflows.desk import Desk, Gesture

#: a person is caught up on one incident once in so long
ONCE_IN = timedelta(hours=1)
#: whom Muster invites so soon after the room opened was called, or declared it, and knows what for
SEATING = timedelta(minutes=1)
NOTABLE = 5
SCHEDULES = 4
#: what happens by itself, and would push out what people did
ROUTINE = frozenset(
    event.TYPE
    for event in (
        facts.Announced, facts.AudienceTold, facts.ChecklistOpened, facts.ItemTicked, facts.ItemCleared, facts.Nudged,
        facts.Paged, facts.Promised, facts.RoomOpened, facts.Snoozed, facts.UpdateTold, facts.EvidenceKept,
        facts.DeadlineMet,
    )
)  # fmt: skip


async def joined(desk: Desk, gesture: Gesture, by_muster: bool) -> None:
    """Somebody is in a room now; `by_muster` says that Muster invited them."""
    owner = await desk.store.owner_of_room(gesture.place) if gesture.place else None
    incident = await desk.store.incident(owner, gesture.by) if owner else None
    if incident is None or (by_muster and await just_opened(desk, incident, gesture.at)):
        return
    id = incident.id

    async def decision(books: Books) -> Sentence:
        if await first_in_a_while(books, id, gesture.by):
            await books.start(NewRun("catchup", id, {"person": gesture.by, "room": gesture.place}, priority=3))
        return Sentence("", incident=id)

    await desk.decide(gesture, decision)


async def just_opened(desk: Desk, incident: Incident, now: datetime) -> bool:
    history = await desk.store.facts(incident.id)
    opened = [fact.at for fact in history if isinstance(fact.event, facts.RoomOpened | facts.RoomAdopted)]
    return bool(opened) and now - opened[-1] <= SEATING


async def first_in_a_while(books: Books, incident: str, person: str) -> bool:
    """Whether they were not caught up a short time ago; from now on they were."""
    name, since = f"caught_up:{incident}", books.now - ONCE_IN
    before = {who: at for who, at in (await books.recall(name) or {}).items() if datetime.fromisoformat(at) > since}
    await books.remember(name, {**before, person: books.now.isoformat()})
    return person not in before


async def catch_up(desk: Desk, run: Run) -> None:
    """Whisper it in the room; should that fail, write it to them."""
    person, room, label = run.data["person"], run.data["room"], f"Catching {run.data['person']} up"

    async def whisper() -> bool:
        await desk.chat.whisper(room, person, await newest(desk, run))
        return True

    # a whisper leaves nothing by which it could be found again
    if run.doubt or await run.once("whisper", whisper, label=label):
        return
    place = await run.step("direct", lambda: desk.chat.direct(person), label=label)
    message = await newest(desk, run)
    await run.keyed("tell", lambda key: desk.chat.post(place, message, key), label=label)


async def newest(desk: Desk, run: Run) -> CatchUp:
    return await told(desk, await desk.incident(run.subject), run.now)


async def told(desk: Desk, incident: Incident, now: datetime) -> CatchUp:
    """All of it, as it stands now, from the record alone."""
    book = desk.book_of(incident)
    lines = entries(await desk.store.facts(incident.id), book.words)
    return CatchUp(
        book, incident, tuple(notable(lines)), upcoming(book, incident), standings(book, incident),
        next((line.text for line in reversed(lines) if line.kind == facts.Diagnosed.TYPE), ""),
        () if incident.over else await on_call(desk, now), links(book, incident),
    )  # fmt: skip


def notable(lines: list[Entry]) -> list[Entry]:
    return [line for line in lines if line.kind not in ROUTINE][-NOTABLE:]


async def on_call(desk: Desk, now: datetime) -> tuple[tuple[str, tuple[str, ...]], ...]:
    arranged, schedules = await covers.kept(desk.store), desk.book.oncall.all[:SCHEDULES]
    duties = await asyncio.gather(*(oncall.duty(desk, schedule, arranged, now) for schedule in schedules))
    return tuple((duty.title, duty.people) for duty in duties)


def links(book: Book, incident: Incident) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((mark.title, link) for mark, link in book.links(incident))
    except (TextError, LookupError):
        return ()
