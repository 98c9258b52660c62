"""A snapshot: what logs say and how everything stands at this moment, kept before it is gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from bot.domain import readings
from bot.domain.observation import Look, Observation
from bot.engine.journal import Json, NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import EvidenceList, Sentence
from bot.policy.book import Book
from bot.ports import Books, Charts
from bot.workflows.desk import Desk, Gesture, home_lane, known
from bot.workflows.diagnosis import looking, scope
from bot.workflows.evidence import evidence
from bot.workflows.evidence.evidence import Item

#: kinds of probes whose text is a log
LOGS = frozenset({"log", "journal", "command"})
#: characters that the state of things has of what one other probe read at length
MOST_TEXT = 4000
#: graphs that are shown in the room; the others are in the list
MOST_SHOWN = 4


async def begin(desk: Desk, gesture: Gesture, id: str, words: str) -> Sentence:
    """`/incident snapshot`: of a service, a set of probes, or everything."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        chosen = scope.meant(desk, desk.book_of(incident), words, incident)
        await books.start(NewRun("snapshot", id, {"scope": chosen.word}, gesture.by, priority=3))
        text = f"Keeping what the logs of {chosen.title} say and how it stands, for {incident.name}. The list follows."
        return Sentence(text, incident=id)

    return await desk.decide(gesture, decision)


async def take(desk: Desk, run: Run) -> None:
    """Look, keep all of it at once, and say what was kept, with the graphs."""
    items = [] if await desk.store.recall(name(run)) else await seen(desk, run)
    kept = await run.decide("keep", partial(keep, run, items))
    await run.keyed("list", partial(tell, desk, run, kept), label="Listing the snapshot", lane=home_lane(run.subject))
    for id in kept["graphs"][:MOST_SHOWN]:
        await show(desk, run, id)


def name(run: Run) -> str:
    """Under which it is on record that a snapshot was kept: nobody needs to look again."""
    return f"snapshot:{run.id}"


async def seen(desk: Desk, run: Run) -> list[Item]:
    book = desk.book_of(await desk.incident(run.subject))
    chosen = scope.find(book, run.data["scope"])
    if desk.prober is None or chosen is None:
        return []
    probes = [probe for probe in chosen.probes if desk.prober.sees(book.diagnosis.target(probe))]
    found = await looking.all_of(desk.prober, book.diagnosis, probes, lambda: run.now)
    drawn = await graphs(desk.charts, found) if desk.charts else []
    return [await item.cleaned() for item in (*logs(book, found), *state(book, chosen.title, found), *drawn)]


def logs(book: Book, found: Iterable[Observation]) -> list[Item]:
    return [
        Item("log", each.title, f"{each.probe}.log", "text/plain", each.reading.text.encode())
        for each in found
        if each.reading.text and is_log(book, each)
    ]


def is_log(book: Book, observation: Observation) -> bool:
    searched = any(probe.id == observation.probe and probe.patterns for probe in book.diagnosis.probes)
    return searched or observation.kind in LOGS


def state(book: Book, title: str, found: Sequence[Observation]) -> list[Item]:
    """Every reading in a line, with what was read unless it is a log; and all figures for programs."""
    if not found:
        return []
    lines = [line for each in found for line in told(book, each)]
    data = json.dumps([readings.to_json(readings.brief(each)) for each in found], indent=1, ensure_ascii=False)
    return [
        Item("state", f"State of {title}", "state.txt", "text/plain", "\n".join([*lines, ""]).encode()),
        Item("readings", f"Readings of {title}", "readings.json", "application/json", data.encode()),
    ]


def told(book: Book, observation: Observation) -> Iterator[str]:
    yield f"{look(observation)}  {observation.title}: {observation.reading.summary}"
    if not is_log(book, observation):
        yield from (f"         {line}" for line in observation.reading.text[:MOST_TEXT].splitlines())


def look(observation: Observation) -> str:
    words = {Look.WELL: "well   ", Look.WRONG: "WRONG  ", Look.UNKNOWN: "unknown", Look.UNSET: "not set"}
    return words[observation.look]


async def graphs(charts: Charts, found: Iterable[Observation]) -> list[Item]:
    """One for each probe that has points over time."""
    drawn = []
    for each in found:
        if any(each.reading.series.values()):
            picture = await charts.lines(each.title, "", each.reading.series)
            drawn.append(Item("graph", each.title, f"{each.probe}.png", "image/png", picture))
    return drawn


async def keep(run: Run, items: Sequence[Item], books: Books) -> Json:
    """As many of them as the incident may still have: their ids, those of the graphs, and how many did not fit."""
    incident = await known(books, run.subject)
    room, kept = max(0, await evidence.left(books, incident.id)), []
    for item in items[:room]:
        incident, piece = await evidence.add(books, incident, item, str(run.asker), books.now)
        kept.append(piece)
    await books.remember(name(run), True)
    graphs = [piece.id for piece in kept if piece.kind == "graph"]
    return {"ids": [piece.id for piece in kept], "graphs": graphs, "over": len(items) - len(kept)}


async def tell(desk: Desk, run: Run, kept: Json, key: Key) -> str:
    incident = await desk.incident(run.subject)
    found = await evidence.selected(desk, incident, kept["ids"])
    shown = EvidenceList(desk.book_of(incident), incident, tuple(found), "Snapshot", tuple(notes(kept)))
    return await desk.chat.post(desk.home_of(incident), shown, key)


def notes(kept: Json) -> Iterator[str]:
    if not kept["ids"] and not kept["over"]:
        yield "There was nothing to keep."
    if kept["over"]:
        yield f"{kept['over']} more did not fit: {evidence.MOST_PIECES} pieces are kept of one incident at most."
    if len(kept["graphs"]) > MOST_SHOWN:
        yield f"The first {MOST_SHOWN} graphs follow; the others are in the list."


async def show(desk: Desk, run: Run, id: str) -> None:
    label = "Showing a graph"
    staged, title, _ = await run.step(f"stage:{id}", partial(evidence.stage, desk, id), label=label)
    incident = await desk.incident(run.subject)
    await run.keyed(
        f"show:{id}",
        lambda key: desk.chat.share_file(desk.home_of(incident), staged, title, "", key),
        label=label,
        lane=home_lane(run.subject),
    )
