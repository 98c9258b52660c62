"""Several replicas in one process, on one database and one stopped clock. Each has a heartbeat of its own to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.store import Store
from bot.engine.clock import StoppedClock
from bot.engine.engine import Engine
from bot.engine.journal import NewRun
from bot.engine.settings import Settings
from tests.postgres import Server

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = Settings()


class Replica:
    """`passed` is real time as this replica feels it; `still` is whether it stands still, as after SIGSTOP."""

    def __init__(self, name: str, clock: StoppedClock) -> None:
        self.name, self.clock = name, clock
        self.passed, self.still = 0.0, False
        self.runs: dict[str, Callable[[Any], Awaitable[None]]] = {}
        self.surfaces: dict[str, Callable[[Any], Awaitable[None]]] = {}
        self.told: list[Any] = []

    async def open(self, address: str) -> None:
        self.store = await Store.open(address, self.clock.now())
        self.engine = Engine(
            self.store, self.clock, runs=self.runs, timers={}, surfaces=self.surfaces, on_trouble=self._told,
            on_gone=self._told, settings=SETTINGS, uniform=lambda low, high: low, passed=lambda: self.passed,
        )  # fmt: skip
        await self.engine.start()
        await self.engine.settle()

    async def close(self) -> None:
        await self.engine.stop(0)
        await self.store.close()

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer of its database."""
        return bool(self.store._shield._tasks or self.store._reader._shield._tasks)

    async def look(self) -> None:
        await self.engine.run_due(self.clock.now())

    async def _told(self, books: Any, what: Any) -> None:
        self.told.append(what)


class Fleet(list[Replica]):
    def __init__(self, clock: StoppedClock, replicas: list[Replica]) -> None:
        super().__init__(replicas)
        self.clock = clock

    async def later(self, seconds: int) -> None:
        """A look every other second. Those that stand still feel nothing of it, until they go on."""
        for _ in range(0, seconds, 2):
            self.clock.advance(self.clock.now() + timedelta(seconds=2))
            for replica in self:
                replica.passed += 2
                if not replica.still:
                    await replica.look()
            await self.settle()

    async def settle(self) -> None:
        """Return when nothing moves that is not held up by the test: for some turns nobody asks a database."""
        quiet = 0
        while quiet < 5 and not all(replica.engine.idle for replica in self):
            await asyncio.sleep(0.001)
            quiet = 0 if any(replica.asks for replica in self) else quiet + 1

    async def start(self, kind: str = "work") -> str:
        """Begin a run, through the first replica."""
        return await self[0].store.transact(lambda books: books.start(NewRun(kind, "s")), self.clock.now())


@pytest.fixture
async def fleet(postgres: Server) -> AsyncIterator[Fleet]:
    clock, address = StoppedClock(NOON), postgres.database()
    fleet = Fleet(clock, [Replica(name, clock) for name in ("a", "b")])
    for replica in fleet:
        await replica.open(address)
    yield fleet
    for replica in fleet:
        await replica.close()
