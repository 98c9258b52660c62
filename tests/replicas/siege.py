"""
Three replicas as processes on one PostgreSQL, stopped past their lease and killed, while timers fall due.

The outside counts what reached it. Signals come from here; nothing in a replica knows of them.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.store import Store
from bot.engine.journal import NewTimer

from .outside import LAG, an_outside
from .replica import SETTINGS

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b", "c")
#: Seconds. The longest that what is in doubt and lost by a dead replica may take, on a slow machine.
PATIENCE = 60.0


@dataclass
class Siege:
    """`run` it, then read the counts. `seconds` is over how long the timers fall due."""

    address: str
    folder: Path
    timers: int
    seconds: float
    stops: int = 2
    kills: int = 1
    seed: int = 1
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    stood_still: int = 0
    killed: int = 0

    async def run(self) -> None:
        self.chance = random.Random(self.seed)
        self.path = self.folder / "outside"
        async with an_outside(self.path, self.seed) as self.outside:
            store = await Store.open(self.address, datetime.now(UTC))
            try:
                await asyncio.gather(*(self._begin(name) for name in NAMES))
                await self._set_timers(store)
                await asyncio.gather(*self._blows())
                await self._done(store)
            finally:
                for process in self.processes.values():
                    end(process)
                await store.close()

    @property
    def missed(self) -> int:
        return len(self.due.keys() - self.outside.landed.keys())

    @property
    def early(self) -> int:
        return sum(one.at < self.due[name] for name, every in self.outside.landed.items() for one in every)

    @property
    def doubled(self) -> int:
        return sum(len(every) > 1 for every in self.outside.landed.values())

    @property
    def by(self) -> Counter[str]:
        return Counter(every[0].who for every in self.outside.landed.values())

    def __str__(self) -> str:
        return (
            f"3 replicas on PostgreSQL, {self.timers} timers in {self.seconds:.0f} s,"
            f" {self.stood_still} times one stood still past its lease, {self.killed} times one was killed,"
            f" {self.outside.disturbed} answers lost: missed {self.missed}, early {self.early}, doubled {self.doubled}"
        )

    async def _begin(self, name: str) -> None:
        order = json.dumps({"name": name, "address": self.address, "outside": str(self.path)})
        with (self.folder / f"{name}.log").open("a") as log:
            self.processes[name] = process = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
                [sys.executable, "-m", "tests.replicas.replica", order], cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert process.stdout
        assert await asyncio.to_thread(process.stdout.readline) == "ready\n", f"see {self.folder}/{name}.log"

    async def _set_timers(self, store: Store) -> None:
        begin = datetime.now(UTC) + timedelta(seconds=1)
        moments = [begin + timedelta(seconds=self.seconds * self.chance.random()) for _ in range(self.timers)]
        self.due = {f"t{n}": moment for n, moment in enumerate(moments)}

        async def all_of_them(books: Any) -> None:
            for key, due in self.due.items():
                await books.set_timer(NewTimer("remind", "s", due, {}, key))

        await store.transact(all_of_them, datetime.now(UTC))

    def _blows(self) -> list[Any]:
        """Who is stopped and who is killed, spread over the time in which timers fall due."""
        blows = [self._stand_still] * self.stops + [self._kill] * self.kills
        self.chance.shuffle(blows)
        apart = self.seconds / len(blows)
        return [blow(1 + apart * n, NAMES[n % 3]) for n, blow in enumerate(blows)]

    async def _stand_still(self, after: float, name: str) -> None:
        await asyncio.sleep(after)
        process = self.processes[name]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(SETTINGS.lease.total_seconds() + 1)
        process.send_signal(signal.SIGCONT)
        self.stood_still += 1

    async def _kill(self, after: float, name: str) -> None:
        await asyncio.sleep(after)
        end(self.processes[name])
        self.killed += 1
        await asyncio.sleep(1)
        await self._begin(name)

    async def _done(self, store: Store) -> None:
        """Wait until nothing is due any more, and for what may land late."""
        deadline = asyncio.get_running_loop().time() + self.seconds + PATIENCE
        while self.missed or await store.next_due() is not None:
            assert asyncio.get_running_loop().time() < deadline, str(self)
            await asyncio.sleep(0.2)
        await asyncio.sleep(LAG + 0.2)


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
