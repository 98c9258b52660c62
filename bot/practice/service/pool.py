"""A bounded pool of connections to the SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiosqlite

SCHEMA = """
create table if not exists orders (
    id integer primary key autoincrement, customer text not null, item text not null, cents integer not null,
    charge text not null, at text not null
)
"""


class PoolExhausted(Exception):
    """Nobody gave a connection back in time."""


class Pool:
    """`size` connections, all of them opened at the start; who needs one waits at most `patience` seconds."""

    def __init__(self, path: Path, size: int = 5, patience: float = 2.0) -> None:
        self._path, self.size, self._patience = path, size, patience
        self._free: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._all: list[aiosqlite.Connection] = []
        self.waiting = 0

    @property
    def in_use(self) -> int:
        return len(self._all) - self._free.qsize()

    async def open(self) -> None:
        for _ in range(self.size):
            connection = await aiosqlite.connect(self._path, isolation_level=None)
            self._all.append(connection)
            await connection.execute("pragma journal_mode = wal")
            await connection.execute("pragma synchronous = normal")
            await connection.execute(SCHEMA)
            self._free.put_nowait(connection)

    async def close(self) -> None:
        for connection in self._all:
            await connection.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[aiosqlite.Connection]:
        """PoolExhausted after `patience`."""
        connection = await self._next()
        try:
            yield connection
        finally:
            self._free.put_nowait(connection)

    async def _next(self) -> aiosqlite.Connection:
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                return await self._free.get()
        except TimeoutError:
            raise PoolExhausted(self._exhausted()) from None
        finally:
            self.waiting -= 1

    def _exhausted(self) -> str:
        taken, waited = f"{self.in_use} of {self.size} are in use", f"{self._patience:g} s"
        return f"connection pool exhausted: timed out after {waited} waiting for a database connection; {taken}"

    async def hold_all(self) -> None:
        """Take each connection as it comes free and keep it until cancelled, like a report that never ends."""
        async with AsyncExitStack() as held:
            for _ in range(self.size):
                held.push_async_callback(self._give_back, await self._free.get())
            await asyncio.Event().wait()

    async def _give_back(self, connection: aiosqlite.Connection) -> None:
        self._free.put_nowait(connection)
