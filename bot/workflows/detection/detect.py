"""The detector: it looks at the services of its own accord, and raises the alarm about what stays wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.alert import Alert
from bot.domain.observation import Observation
from bot.engine.clock import elapsed
from bot.policy.diagnosis import Probe
from bot.policy.hysteresis import Change, Turn, dropped, patience, weigh
from bot.policy.markdown import spoken
from bot.policy.routing import DETECTOR
from bot.ports import Books
from bot.workflows.alerts import intake
from bot.workflows.desk import Desk
from bot.workflows.detection import maintenance, notice, suspicions
from bot.workflows.detection.suspicions import Memory
from bot.workflows.diagnosis import looking

#: until when nobody else begins a round
CLAIM = "detector:claim"
#: since when rounds break, and when that was told last
BROKEN = "detector:broken"
#: how often at most it is told that rounds break
TOLD_EVERY = timedelta(hours=1)
#: what answers and commits may take besides
SPARE = timedelta(seconds=5)
#: who asks each second whether it is time is right in the middle
HALF_A_TICK = timedelta(seconds=0.5)


@dataclass(frozen=True)
class Claim:
    """A round of ours until `until`, or somebody's else; `memory` is what was known before it."""

    ours: bool
    until: datetime
    memory: Memory = field(default_factory=Memory)


async def cycle(desk: Desk, now: datetime) -> datetime:
    """
    One round, if there is anything to see, it is time, and no other replica is at it. When to come again.

    Claim the round; look at every probe, first at those that the last round did not reach; then, in one transaction,
    keep what it adds up to and hand over the alarms.
    """
    probes = watched(desk)
    if not probes and not await desk.store.recall(suspicions.NAME):
        return following(desk, now)
    claimed = await desk.store.transact(partial(claim, desk, now + longest(desk, probes)), now)
    if not claimed.ours:
        return claimed.until
    left = claimed.memory.left
    order = sorted(probes, key=lambda probe: probe.id not in left)
    found = await look(desk, order, now)
    await desk.store.transact(partial(conclude, desk, claimed, order, found), now)
    return following(desk, now)


def following(desk: Desk, now: datetime) -> datetime:
    """When the round after this one begins."""
    return now + desk.book.diagnosis.detector.every - HALF_A_TICK


def watched(desk: Desk) -> tuple[Probe, ...]:
    """The probes that the detector asks: those that have somewhere to look."""
    return tuple(each for each in desk.book.diagnosis.detected() if looks_somewhere(desk, each))


def looks_somewhere(desk: Desk, probe: Probe) -> bool:
    return desk.prober is not None and desk.prober.sees(desk.book.diagnosis.target(probe))


def longest(desk: Desk, probes: Iterable[Probe]) -> timedelta:
    """What a round may take: its time, and the slowest probe that may be waited for at its end."""
    slowest = max((probe.time_out for probe in probes), default=timedelta())
    return desk.book.diagnosis.detector.every + slowest + SPARE


async def look(desk: Desk, probes: Sequence[Probe], now: datetime) -> list[Observation]:
    """What they find within the time of a round; those that were not reached, or not in time, are missing."""
    found: list[Observation] = []
    if desk.prober is None:
        return found
    until = elapsed() + desk.book.diagnosis.detector.every.total_seconds()
    async with aclosing(looking.answers(desk.prober, desk.book.diagnosis, probes, lambda: now)) as answers:
        async for batch in answers:
            found += batch
            if elapsed() >= until:
                break
    return found


async def claim(desk: Desk, until: datetime, books: Books) -> Claim:
    """A claim that reaches further than any of ours can was made by a clock that was wrong."""
    taken = await books.recall(CLAIM)
    furthest = max(until, books.now + desk.book.diagnosis.detector.after_error)
    if taken and books.now < (standing := datetime.fromisoformat(taken)) <= furthest:
        return Claim(False, standing)
    await books.remember(CLAIM, until.isoformat())
    return Claim(True, until, suspicions.read(await books.recall(suspicions.NAME)))


async def conclude(
    desk: Desk, claimed: Claim, order: Sequence[Probe], found: Sequence[Observation], books: Books
) -> None:
    """Keep what the round adds up to, and raise and clear alarms by it. Nothing, if another replica took it over."""
    if await books.recall(CLAIM) != claimed.until.isoformat():
        return
    await books.remember(CLAIM, following(desk, books.now).isoformat())
    reached = {each.probe for each in found}
    left = tuple(probe.id for probe in order if probe.id not in reached)
    memory, changes = await added_up(desk, books, claimed.memory, order, found)
    await books.remember(suspicions.NAME, suspicions.written(Memory(left, memory.held)))
    told = [alert(desk, change, books.now) for change in changes if change.turn is not Turn.HUSHED]
    if told:
        await intake.take(desk, books, told)
    await works(desk, books)


async def added_up(
    desk: Desk, books: Books, before: Memory, order: Sequence[Probe], found: Sequence[Observation]
) -> tuple[Memory, list[Change]]:
    """What is held now, and what changed: of probes that nobody asks any more nothing is held."""
    book, windows = desk.book, await maintenance.kept(books)
    probes, words = {probe.id: probe for probe in order}, [grade.id for grade in book.alerts.severities]
    changes = list(dropped(before.held, [*probes]))
    held = {subject: each for subject, each in before.held.items() if subject[0] in probes}
    for each in found:
        quiet = maintenance.quiet(book, windows, each.service, books.now) is not None
        held, new = weigh(held, each, patience(book.diagnosis, probes[each.probe]), words, quiet)
        changes += new
    return Memory(held=held), changes


def alert(desk: Desk, change: Change, now: datetime) -> Alert:
    symptom = change.symptom
    name = symptom.type.replace("_", " ").capitalize()
    until = now if change.turn is Turn.CLEARED else None
    return Alert(
        DETECTOR, f"{symptom.probe}:{symptom.type}", name, until is None, symptom.grade, change.since, until,
        service=symptom.service, type=symptom.type, summary=symptom.text, labels={"probe": symptom.probe},
    )  # fmt: skip


# its own trouble


async def broke(desk: Desk, why: str, now: datetime) -> None:
    """A round broke: the channel of incidents is told, once."""

    async def tell(books: Books) -> None:
        pause = desk.book.diagnosis.detector.after_error
        await books.remember(CLAIM, (books.now + pause).isoformat())
        known: dict[str, Any] = await books.recall(BROKEN) or {}
        told = known.get("told")
        if known.get("since") is None and (not told or books.now - datetime.fromisoformat(told) >= TOLD_EVERY):
            told = books.now.isoformat()
            await notice.tell(desk, books, DETECTOR, trouble(desk, why))
        await books.remember(BROKEN, {"since": known.get("since") or books.now.isoformat(), "told": told})

    await desk.store.transact(tell, now)


def trouble(desk: Desk, why: str) -> str:
    pause = int(desk.book.diagnosis.detector.after_error.total_seconds())
    return (
        f"The detector could not finish its round ({why}), so nobody is told when a service fails. It tries again "
        f"every {pause} s and says here when it works again; its log says more."
    )


async def works(desk: Desk, books: Books) -> None:
    """A round was finished. If it was told that rounds break, it is told that they do no longer."""
    known: dict[str, Any] = await books.recall(BROKEN) or {}
    since = known.get("since")
    if since is None:
        return
    await books.remember(BROKEN, {"since": None, "told": known["told"]})
    if known["told"] and datetime.fromisoformat(known["told"]) >= (began := datetime.fromisoformat(since)):
        length = spoken(books.now - began)
        await notice.tell(desk, books, DETECTOR, f"The detector looks at the services again, after {length}.")
