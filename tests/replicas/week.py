"""
A week of timers on a stopped clock, with a Muster that is restarted and dropped at random, and an outside that counts.

Each timer starts a run whose one keyed effect lands outside. The outside lives through every restart.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from bot.adapters.store import Store
from bot.engine.clock import StoppedClock
from bot.engine.engine import Engine
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import Doubt, Key
from bot.engine.runs import Run
from bot.engine.settings import Settings

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(days=7)
TICK = timedelta(seconds=1)


@dataclass
class Outside:
    """What landed. Whoever is dropped in the middle of a call does not know whether it did, or will."""

    clock: StoppedClock
    chance: random.Random
    made: Counter[str] = field(default_factory=Counter)
    under_way: list[tuple[datetime, str]] = field(default_factory=list)
    asked: int = 0

    async def send(self, key: Key, name: str) -> None:
        self._land()
        if key.doubtful and self.made[name]:
            return
        self.asked += 1
        try:
            await self._answer(name, self.chance.random())
        finally:
            self.asked -= 1

    async def _answer(self, name: str, fate: float) -> None:
        try:
            await self._while(fate)
        except asyncio.CancelledError:
            if fate < 0.5:
                lands = self.clock.now() + timedelta(seconds=self.chance.uniform(0, 25))
                self.under_way.append((lands, name))
            raise
        self.made[name] += 1
        await self._while(fate)
        if fate < 0.05:
            raise Doubt

    async def _while(self, fate: float) -> None:
        for _ in range(int(fate * 200)):
            await asyncio.sleep(0)

    def _land(self) -> None:
        for one in [one for one in self.under_way if one[0] <= self.clock.now()]:
            self.under_way.remove(one)
            self.made[one[1]] += 1


@dataclass
class Week:
    """`run` it, then read the counts."""

    database: Path
    timers: int
    restarts: int
    seed: int = 1
    stops: int = 0
    drops: int = 0
    #: by timer: how long after it was due it fired, or after Muster was back
    late: dict[str, list[timedelta]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.clock = StoppedClock(MONDAY)
        self.outside = Outside(self.clock, self.chance)
        self.due = {f"t{n}": self._moment() for n in range(self.timers)}

    async def run(self) -> None:
        await self._open()
        await self._set_timers()
        while (due := await self.engine.next_due()) is not None:
            self.clock.advance(next_tick(max(due, self.clock.now())))
            await self.engine.run_due(self.clock.now())
            # each timer needs several looks: rests, doubts
            if self.chance.random() < self.restarts / (self.timers * 1.2):
                await self._falls()
            else:
                await self.engine.settle()
        await self._close()

    @property
    def missed(self) -> int:
        return len(self.due.keys() - self.outside.made.keys())

    @property
    def early(self) -> int:
        return sum(late < timedelta() for every in self.late.values() for late in every)

    @property
    def doubled(self) -> int:
        return sum(count > 1 for count in self.outside.made.values()) + sum(len(e) > 1 for e in self.late.values())

    def ticks_late(self, share: float) -> int:
        """So late is at most that share of the timers."""
        return percentile([ceil(late / TICK) for every in self.late.values() for late in every], share)

    def __str__(self) -> str:
        return (
            f"{self.timers} timers in a week, {self.stops} restarts in order, {self.drops} in the middle of work:"
            f" missed {self.missed}, early {self.early}, doubled {self.doubled};"
            f" late by at most {self.ticks_late(0.99)} tick of {TICK.seconds} s for 99 of 100"
        )

    def _moment(self) -> datetime:
        """One in five is due at some full hour, together with others."""
        moment = MONDAY + WEEK * self.chance.random()
        return moment.replace(minute=0, second=0, microsecond=0) if self.chance.random() < 0.2 else moment

    async def _set_timers(self) -> None:
        async def all_of_them(books: Any) -> None:
            for key, due in self.due.items():
                await books.set_timer(NewTimer("remind", "s", due, {}, key))

        await self.store.transact(all_of_them, self.clock.now())

    async def _fire(self, books: Any, timer: Timer) -> None:
        await books.start(NewRun("effect", timer.subject, {"of": timer.key}))
        self.late.setdefault(timer.key, []).append(books.now - max(timer.due, self.opened))

    async def _effect(self, run: Run) -> None:
        await run.keyed("send", lambda key: self.outside.send(key, run.data["of"]), label="send")

    async def _falls(self) -> None:
        """In order, or in the middle of whatever it does; it is away for a moment, or up to a minute and a half."""
        if self.chance.random() < 0.5:
            self.stops += 1
            await self.engine.settle()
        else:
            self.drops += 1
            for _ in range(self.chance.randrange(2000)):
                await asyncio.sleep(0)
                if self.outside.asked and self.chance.random() < 0.1:
                    break
        await self._close()
        self.clock.advance(self.clock.now() + timedelta(seconds=self.chance.choice((2, 90)) * self.chance.random()))
        await self._open()

    async def _open(self) -> None:
        self.opened = self.clock.now()
        self.store = await Store.open(self.database, self.opened)
        self.engine = Engine(
            self.store, self.clock, runs={"effect": self._effect}, timers={"remind": self._fire}, surfaces={},
            on_trouble=nobody, on_gone=nobody, settings=Settings(), uniform=self.chance.uniform,
        )  # fmt: skip
        await self.engine.start()

    async def _close(self) -> None:
        await self.engine.stop(0)
        await self.store.close()


async def nobody(books: Any, what: Any) -> None:
    pass


def next_tick(moment: datetime) -> datetime:
    return MONDAY + TICK * ceil((moment - MONDAY) / TICK)


def percentile(values: Sequence[Any], share: float) -> Any:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
