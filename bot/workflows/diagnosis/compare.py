"""After the resolution: what a diagnosis found wrong is looked at once more."""

from __future__ import annotations

from functools import partial

from bot.domain import readings
from bot.domain.incident import Incident
from bot.domain.observation import Look, Observation
from bot.engine.journal import NewRun
from bot.engine.runs import Run
from bot.messages import Button, Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, known, record
from bot.workflows.diagnosis import diagnosed, kept, looking
from bot.workflows.diagnosis.diagnosed import Record, listed
from bot.workflows.evidence.evidence import Item
from bot.workflows.told import at_home


async def start(books: Books, incident: Incident, by: str) -> None:
    """Nothing happens for an incident without a diagnosis."""
    if incident.diagnosis:
        await books.start(NewRun("compare", incident.id, {"diagnosis": incident.diagnosis}, by, priority=4))


async def compare(desk: Desk, run: Run) -> None:
    """Look at the same things again, and tell the room what is well again and what is not."""
    before = await diagnosed.recall(desk.store, run.data["diagnosis"])
    if before is None or desk.prober is None:
        return
    book = desk.book_of(await desk.incident(run.subject))
    seen = await looking.all_of(desk.prober, book.diagnosis, before.asks(book), lambda: run.now)
    made = await kept.pieces(book, f"{before.title} after the resolution", seen)
    told = await run.decide("compare", partial(conclude, desk, run, before, seen, made))
    buttons = (Button("Diagnose again", "diagnose", before.word),)
    await at_home(desk, run, "say", Sentence(told["text"], buttons if told["wrong"] else (), run.subject))


async def conclude(
    desk: Desk, run: Run, before: Record, seen: list[Observation], made: list[Item], books: Books
) -> dict[str, object]:
    incident = await known(books, run.subject)
    book, by = desk.book_of(incident), str(run.asker)
    incident, id = await kept.keep(books, incident, made, by)
    event = diagnosed.fact(run.data["diagnosis"], before.title, book, seen, id)
    incident, fact = incident.witness(event, books.now)
    await record(books, incident, fact)
    return {"text": sentence(before, seen), "wrong": event.wrong}


def sentence(before: Record, seen: list[Observation]) -> str:
    """What is still wrong first, if anything is."""
    change = readings.change(before.seen, seen)
    told = []
    if change.stayed:
        told.append(f"🚨 Still wrong: {listed(change.stayed)}.")
    if change.came:
        told.append(f"🚨 Wrong since: {listed(change.came)}.")
    if change.went:
        told.append(f"✅ Well again: {listed(change.went)}.")
    if change.unseen:
        told.append(f"❔ Could not look again: {listed(change.unseen)}.")
    if not told:
        looked = any(each.look is Look.WELL for each in seen)
        told.append("nothing is wrong, as before." if looked else "no probe could look, so nothing is known.")
    return f"Looked at {before.title} again: {' '.join(told)}"
