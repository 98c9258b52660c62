"""A hall to try the machine in: a stopped clock, a throw-away store, and a record of what was told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store import Store, Transaction
from bot.engine.clock import StoppedClock
from bot.engine.engine import Engine
from bot.engine.journal import NewRun, Surface, Timer, Trouble
from bot.engine.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Hall:
    def __init__(self, database: Path) -> None:
        self.database = database
        self.clock = StoppedClock(NOON)
        self.runs: dict[str, Callable[[Any], Awaitable[None]]] = {}
        self.timers: dict[str, Callable[[Any, Timer], Awaitable[None]]] = {}
        self.surfaces: dict[str, Callable[[Surface], Awaitable[None]]] = {}
        self.told: list[Trouble] = []
        self.gone: list[Surface] = []
        self.settings = Settings()

    async def open(self) -> None:
        self.store = await Store.open(self.database, self.clock.now())
        self.engine = Engine(
            self.store, self.clock, runs=self.runs, timers=self.timers, surfaces=self.surfaces,
            on_trouble=self._told, on_gone=self._gone, settings=self.settings, uniform=lambda low, high: low,
            passed=lambda: 0.0,
        )  # fmt: skip
        await self.engine.start()

    async def crash(self) -> None:
        """Drop all that is in flight, and open again."""
        await self.engine.stop(0)
        await self.store.close()
        await self.open()

    async def close(self) -> None:
        await self.engine.stop(0)
        await self.store.close()

    async def transact(self, decide: Callable[[Transaction], Awaitable[Any]]) -> Any:
        return await self.store.transact(decide, self.clock.now())

    async def start(self, kind: str = "work", subject: str = "s", **options: Any) -> str:
        return await self.transact(lambda books: books.start(NewRun(kind, subject, **options)))

    async def perform(self, body: Callable[[Any], Awaitable[None]], **options: Any) -> str:
        """Start a run of that body and let it go as far as it goes now."""
        self.runs["work"] = body
        run = await self.start(**options)
        await self.engine.settle()
        return run

    async def later(self, **span: float) -> None:
        """Go on to that much later, stopping wherever something is due."""
        end = self.clock.now() + timedelta(**span)
        while True:
            await self.engine.run_due(self.clock.now())
            await self.engine.settle()
            due = await self.engine.next_due()
            if due is None or due > end:
                break
            self.clock.advance(max(due, self.clock.now()))
        self.clock.advance(end)

    async def _told(self, books: Transaction, trouble: Trouble) -> None:
        self.told.append(trouble)

    async def _gone(self, books: Transaction, surface: Surface) -> None:
        self.gone.append(surface)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    hall = Hall(tmp_path / "muster.db")
    await hall.open()
    yield hall
    await hall.close()


@pytest.fixture
def seconds() -> Callable[[float], datetime]:
    """The moment so many seconds after the hall was opened."""
    return lambda n: NOON + timedelta(seconds=n)
