"""A scope is looked at again and again, and the room hears when something changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.domain import facts, readings
from bot.domain.errors import Refused
from bot.domain.incident import MUSTER, Incident, clock_time
from bot.domain.observation import Observation
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.runs import Run
from bot.engine.steps import spoken
from bot.messages import Button, Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.diagnosis import diagnosed, looking, scope
from bot.workflows.told import at_home, say

#: a watch that somebody forgot ends by itself
LONGEST = timedelta(hours=4)
STOP = Button("Stop watching", "watch", "off")


@dataclass(frozen=True)
class Watch:
    """`word` finds the scope, `seen` is what is known of it."""

    word: str
    until: datetime
    seen: tuple[Observation, ...]

    def to_json(self) -> dict[str, Any]:
        seen = [readings.to_json(readings.brief(each)) for each in self.seen]
        return {"word": self.word, "until": self.until.isoformat(), "seen": seen}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Watch:
        seen = tuple(readings.from_json(each) for each in stored["seen"])
        return cls(stored["word"], datetime.fromisoformat(stored["until"]), seen)


def name(incident: str) -> str:
    return f"watched:{incident}"


async def recall(books: Any, incident: str) -> Watch:
    """From the store or within a transaction, while the incident is watched."""
    return Watch.from_json(await books.recall(name(incident)))


async def watch(desk: Desk, gesture: Gesture, id: str, words: str) -> Sentence:
    """Begin to watch, in place of what was watched before. What the newest diagnosis told is known already."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        book = desk.book_of(incident)
        if incident.over:
            raise Refused(f"{incident.name} is {incident.status}; nothing of it is watched any more.")
        chosen = scope.meant(desk, book, words, incident)
        if incident.watching == chosen.title:
            raise Refused(f"{chosen.title} is watched already. To end that: /incident watch off")
        last = await diagnosed.recall(books, incident.diagnosis)
        seen = last.seen if last and last.done and last.word == chosen.word else ()
        until = gesture.at + LONGEST
        await books.remember(name(id), Watch(chosen.word, until, seen).to_json())
        after, fact = incident.add(facts.WatchBegan(chosen.title), gesture.by, gesture.at)
        await record(books, after, fact)
        await soon(books, incident.id)
        often = f"every {spoken(book.diagnosis.watch)} until {clock_time(until)}"
        text = f"Watching {chosen.title} {often}. {incident.name} hears when something changes."
        return Sentence(text, (STOP,), id)

    return await desk.decide(gesture, decision)


async def off(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if not incident.watching:
            raise Refused(f"Nothing of {incident.name} is watched.")
        await end(books, incident, gesture.by)
        return Sentence(f"{incident.watching} is watched no more.", incident=id)

    return await desk.decide(gesture, decision)


async def end(books: Books, incident: Incident, by: str) -> None:
    after, fact = incident.add(facts.WatchEnded(incident.watching), by, books.now)
    await record(books, after, fact)
    await books.drop_timers(incident.id, "watching")


async def soon(books: Books, incident: str) -> None:
    """Look at once; of an incident that is over the watch ends."""
    await books.set_timer(NewTimer("watching", incident, books.now, {}, f"{incident}:watching"))


async def due(desk: Desk, books: Books, timer: Timer) -> None:
    """The next round, unless it is over."""
    incident = await known(books, timer.subject)
    if not incident.watching:
        return
    if incident.over:
        await end(books, incident, MUSTER)
        return
    watch = await recall(books, incident.id)
    if books.now >= watch.until:
        again = f"To go on: /incident watch {watch.word}".rstrip()
        await say(books, incident, f"{incident.watching} was watched for {spoken(LONGEST)} and is no more. {again}")
        await end(books, incident, MUSTER)
        return
    await books.start(NewRun("watching", incident.id, priority=6))


async def look(desk: Desk, run: Run) -> None:
    """One round: look, compare, and say what changed."""
    incident = await desk.incident(run.subject)
    if not incident.watching:
        return
    watch, book = await recall(desk.store, incident.id), desk.book_of(incident)
    chosen = scope.find(book, watch.word)
    probes = chosen.probes if chosen and desk.prober else ()
    seen = await looking.all_of(desk.prober, book.diagnosis, probes, lambda: run.now) if desk.prober else []
    text = await run.decide("compare", partial(compare, desk, run.subject, watch.word, seen))
    if text:
        await at_home(desk, run, "say", Sentence(text, (STOP,), run.subject))


async def compare(desk: Desk, id: str, word: str, seen: list[Observation], books: Books) -> str:
    """What to say, if anything. The next round is due so long after this one."""
    incident = await known(books, id)
    watch = await recall(books, id)
    if not incident.watching or watch.word != word:
        return ""
    change = readings.change(watch.seen, seen)
    known_now = tuple(readings.after(watch.seen, seen))
    await books.remember(name(id), replace(watch, seen=known_now).to_json())
    every = desk.book_of(incident).diagnosis.watch
    await books.set_timer(NewTimer("watching", id, books.now + every, {}, f"{id}:watching"))
    return "" if change.none else f"{incident.watching}: {'. '.join(diagnosed.changes(change))}."
