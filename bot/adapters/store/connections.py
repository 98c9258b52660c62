"""What a store asks of a database, and what both databases do alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.dialects import Statement, spoken, storable

T = TypeVar("T")

#: errors must not carry what people wrote into a log
QUIET: dict[str, Any] = {"max_overflow": 0, "hide_parameters": True}

Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class StoreRefused(Exception):
    """The store cannot be opened; its text says why and what would be right."""


class NothingThere(StoreRefused):
    """There is no record yet."""


class Database(Protocol):
    """One kind of database."""

    #: whether other processes may work with it at the same time
    shared: bool
    reader: Reader

    async def open(self) -> None:
        """To be called first. StoreRefused says why it cannot be used."""

    def refused(self, error: Exception) -> StoreRefused:
        """What to tell whoever wanted to open it, without any secret."""

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction after all earlier ones; it is rolled back when its body raises."""

    async def time(self) -> datetime:
        """What time it is there."""

    async def close(self) -> None: ...


class Reader:
    """Each question is shielded: cancelling whoever asks leaves no connection in the middle of a statement."""

    def __init__(self, connect: Connect, freeze: Callable[[AsyncConnection], Awaitable[Any]]) -> None:
        """`freeze` lets a fresh connection answer as of one moment."""
        self._connect = connect
        self._freeze = freeze
        self._shield = Shield()

    async def all(self, statement: Statement, **values: Any) -> Sequence[Any]:
        return (await self.together((statement, values)))[0]

    async def value(self, statement: Statement, **values: Any) -> Any:
        """The first column of the first row, None if there is none."""
        rows = await self.all(statement, **values)
        return rows[0][0] if rows else None

    async def together(self, *questions: tuple[Statement, dict[str, Any]]) -> list[Sequence[Any]]:
        """The answers of one moment."""
        return await self._shield.run(self._ask(questions))

    async def wait(self) -> None:
        """Return when nothing is being asked."""
        await self._shield.wait()

    async def _ask(self, questions: Sequence[tuple[Statement, dict[str, Any]]]) -> list[Sequence[Any]]:
        async with self._connect() as connection:
            if len(questions) > 1:
                await self._freeze(connection)
            return [await rows(connection, statement, values) for statement, values in questions]


async def rows(connection: AsyncConnection, statement: Statement, values: Any) -> Sequence[sa.Row[Any]]:
    return (await connection.execute(spoken(statement, connection), storable(values))).all()


class Shield:
    """Work that ends as a whole, whatever becomes of those who wait for it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Its outcome. If the caller is cancelled meanwhile, that is raised only once the work has ended."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done():
                await asyncio.wait([task])
            raise

    async def wait(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)
