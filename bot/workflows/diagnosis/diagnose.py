"""Look at the systems: one message that says who answered, then what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.domain import readings
from bot.domain.errors import Refused
from bot.domain.observation import Observation
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import Diagnosis, Readings, Sentence, Sight, Sights
from bot.policy.book import Book
from bot.policy.diagnosis import Probe
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, home_lane, known, record, urgency
from bot.workflows.diagnosis import diagnosed, kept, looking, scope
from bot.workflows.diagnosis.diagnosed import Record
from bot.workflows.diagnosis.scope import Scope
from bot.workflows.evidence.evidence import Item

#: for so long whoever asks again is told that the answer is on its way
SOON = timedelta(minutes=2)


async def begin(desk: Desk, gesture: Gesture, id: str, words: str) -> Sentence:
    """Look, and tell it where people work on the incident."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        chosen = scope.meant(desk, desk.book_of(incident), words, incident)
        if await under_way(books, id, chosen, gesture.at):
            raise Refused(f"{chosen.title} is being looked at already. The report follows.")
        begun = diagnosed.begun(chosen, gesture.by, gesture.at).to_json()
        seats = ((home_lane(id), "diagnosis"),)
        run = await books.start(NewRun("diagnose", id, {"begun": begun}, gesture.by, seats, priority=3))
        await books.remember(diagnosed.name(run), begun)
        await books.remember(newest(id), run)
        return Sentence(f"Looking at {chosen.title}, for {incident.name}. The report follows there.", incident=id)

    return await desk.decide(gesture, decision)


def newest(incident: str) -> str:
    """Under which name it is kept which run looks for this incident."""
    return f"diagnosing:{incident}"


async def under_way(books: Books, incident: str, chosen: Scope, now: datetime) -> bool:
    """Whether the same was asked for a moment ago and has no end yet; a run that takes longer may be stuck."""
    last = await diagnosed.recall(books, await books.recall(newest(incident)) or "")
    return last is not None and not last.done and last.word == chosen.word and now - last.at < SOON


async def diagnose(desk: Desk, run: Run) -> None:
    """Say at once who is asked, and look meanwhile; then the report, and every reading below it."""
    posted, found = await run.together(post(desk, run), look(desk, run))
    if posted:
        await details(desk, run, posted, found)


async def post(desk: Desk, run: Run) -> str:
    kind = diagnosed.name(run.id)

    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        message = await diagnosed.shown(desk, incident, run.id)
        return await desk.chat.post(desk.home_of(incident), message, key)

    async def posted(books: Books, message: Any) -> None:
        # whatever changes an incident edits its reports, too: the cards come first
        await books.place(run.subject, kind, message, urgency(desk, await known(books, run.subject)) + 1)

    label, lane = "Posting the diagnosis", home_lane(run.subject)
    return str(await run.keyed("diagnosis", send, label=label, lane=lane, then=posted))


async def look(desk: Desk, run: Run) -> list[Observation]:
    """
    Ask every probe. Answers are on record by the batch: after a restart only the others are asked again.
    """
    state = await diagnosed.recall(desk.store, run.id) or Record.from_json(run.data["begun"])
    book = desk.book_of(await desk.incident(run.subject))
    prober = scope.eyes(desk, book)
    found: list[Observation] = []
    for n in range(state.batches):
        found += map(readings.from_json, await run.decide(f"answers:{n}", partial(keep, run, state, [])))
    left = [probe for probe in state.asks(book) if probe.id not in {each.probe for each in found}]
    async with aclosing(looking.answers(prober, book.diagnosis, left, lambda: run.now)) as answers:
        async for batch in answers:
            found += batch
            state = replace(state, batches=state.batches + 1, seen=tuple(in_order(state.probes, found)))
            await run.decide(f"answers:{state.batches - 1}", partial(keep, run, state, batch))
    found = in_order(state.probes, found)
    made = await kept.pieces(book, state.title, found)
    await run.decide("report", partial(report, desk, run, replace(state, seen=tuple(found)), found, made))
    return found


def in_order(probes: Sequence[str], found: Sequence[Observation]) -> list[Observation]:
    return sorted(found, key=lambda each: probes.index(each.probe))


async def keep(run: Run, state: Record, batch: Sequence[Observation], books: Books) -> list[dict[str, Any]]:
    await show(books, run, state)
    return [readings.to_json(each) for each in batch]


async def show(books: Books, run: Run, state: Record) -> None:
    kind = diagnosed.name(run.id)
    await books.remember(kind, state.to_json())
    await books.want(run.subject, kind)


async def report(
    desk: Desk, run: Run, state: Record, found: Sequence[Observation], made: Sequence[Item], books: Books
) -> None:
    """What was found is kept, goes on record, and is shown."""
    incident = await known(books, run.subject)
    book, by = desk.book_of(incident), str(run.asker)
    errors = diagnosed.finding(book, found).errors
    before = await diagnosed.recall(books, incident.diagnosis)
    change = readings.change(before.seen, found) if before and before.word == state.word else None
    incident, id = await kept.keep(books, incident, made, by)
    event = diagnosed.fact(run.id, state.title, book, found, id)
    incident, fact = incident.add(event, by, books.now)
    await record(books, incident, fact)
    since = diagnosed.changes(change) if change else ()
    await show(books, run, replace(state, errors=errors, since=since, done=True))


async def details(desk: Desk, run: Run, posted: str, found: Sequence[Observation]) -> None:
    """In the thread of the report, or in the one that the report itself stands in."""

    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        own = bool(incident.room) and posted.startswith(f"{incident.room}/")
        place = posted if own else desk.home_of(incident)
        return await desk.chat.post(place, Readings(run.data["begun"]["title"], tuple(found)), key)

    await run.keyed("readings", send, label="Posting the readings", patience=Patience.DECORATION)


# outside an incident


async def privately(desk: Desk, gesture: Gesture, chosen: Scope) -> Diagnosis:
    """The report for one person; nothing of it is on record."""
    prober = scope.eyes(desk, desk.book)
    found = await looking.all_of(prober, desk.book.diagnosis, chosen.probes, lambda: gesture.at)
    errors = diagnosed.finding(desk.book, found).errors
    begun = diagnosed.begun(chosen, gesture.by, gesture.at)
    return diagnosed.message(desk.book, replace(begun, seen=tuple(found), errors=errors, done=True))


def sights(desk: Desk, book: Book) -> Sights:
    """What can be looked at here, and what is not set up. Refused when the policy names nothing."""
    scope.eyes(desk, book)
    services = (sight(desk, book, each.id, each.title, each.critical) for each in book.diagnosis.services)
    return Sights(tuple(services), tuple(sight(desk, book, each.id, each.title) for each in book.diagnosis.sets))


def sight(desk: Desk, book: Book, word: str, title: str, critical: bool = False) -> Sight:
    prober, found = scope.eyes(desk, book), scope.find(book, word)
    probes: tuple[Probe, ...] = found.probes if found else ()
    ready = sum(prober.sees(book.diagnosis.target(probe)) for probe in probes)
    waits = tuple(scope.variable(id) for id in scope.unset(desk, book, probes))
    return Sight(word, title, len(probes), ready, waits, critical)
