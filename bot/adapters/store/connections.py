"""The two ways into a SQLite file: one connection that writes, a few that may only read."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

T = TypeVar("T")

#: https://www.sqlite.org/pragma.html: in WAL mode, FULL syncs the log at each commit (2 is FULL)
REQUIRED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


#: errors must not carry what people wrote into a log
QUIET: dict[str, Any] = {"max_overflow": 0, "hide_parameters": True}


class StoreRefused(Exception):
    """The store cannot be opened; its text says why and what would be right."""


class FileLock:
    """Proves that no other process works with the database."""

    def __init__(self, database: Path) -> None:
        self._handle = os.open(database.with_name(database.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._handle)
            raise StoreRefused(
                f"Another Muster is working with {database}. Stop it first, or give this one a database of its own."
            ) from error

    def release(self) -> None:
        os.close(self._handle)


def prepare_file(database: Path) -> None:
    """Only its owner may read the file; SQLite gives its log the same mode."""
    database.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    database.chmod(0o600)


def write_engine(database: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}", pool_size=1, **QUIET)
    _at_connect(engine, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # a transaction that reads first and writes later fails at once when another has written in between
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def read_engine(database: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}", pool_size=2, **QUIET)
    _at_connect(engine, "query_only=ON", "busy_timeout=5000")
    return engine


def _at_connect(engine: AsyncEngine, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


async def check_pragmas(connection: AsyncConnection) -> None:
    """StoreRefused if SQLite did not accept what durability rests on (on some file systems it does not)."""
    for name, wanted in REQUIRED.items():
        found = (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
        await connection.rollback()
        if found != wanted:
            raise StoreRefused(
                f"SQLite answers {name}={found} where Muster needs {wanted}. Put the database on a local disk."
            )


class Reader:
    """Each question is shielded: cancelling whoever asks leaves no connection in the middle of a statement."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._shield = Shield()

    async def all(self, statement: sa.Executable, **values: Any) -> Sequence[Any]:
        return (await self.together((statement, values)))[0]

    async def value(self, statement: sa.Executable, **values: Any) -> Any:
        """The first column of the first row, None if there is none."""
        rows = await self.all(statement, **values)
        return rows[0][0] if rows else None

    async def together(self, *questions: tuple[sa.Executable, dict[str, Any]]) -> list[Sequence[Any]]:
        """The answers of one moment."""
        return await self._shield.run(self._ask(questions))

    async def close(self) -> None:
        await self._shield.wait()
        await self._engine.dispose()

    async def _ask(self, questions: Sequence[tuple[sa.Executable, dict[str, Any]]]) -> list[Sequence[Any]]:
        async with self._engine.connect() as connection:
            if len(questions) > 1:
                await connection.exec_driver_sql("BEGIN")
            return [(await connection.execute(statement, values)).all() for statement, values in questions]


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
