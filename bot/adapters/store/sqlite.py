"""A SQLite file: one connection that writes, a few that may only read, and a lock against other processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.adapters.store.connections import QUIET, NothingThere, Reader, StoreRefused

#: https://www.sqlite.org/pragma.html: in WAL mode, FULL syncs the log at each commit (2 is FULL)
REQUIRED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
NOW = sa.text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') || '+00:00'")


class SQLite:
    """
    The lock proves that all earlier owners of work in the file are dead.

    Without it (not `alone`) one may look and write beside them, and take over nothing.
    """

    shared = False

    def __init__(self, path: Path, alone: bool = True) -> None:
        self._path, self._alone = path, alone
        self._lock: FileLock | None = None
        self._connection: AsyncConnection | None = None

    async def open(self) -> None:
        """StoreRefused, in a sentence, if another process has the file or it is on a disk that does not sync."""
        if self._alone:
            prepare_file(self._path)
            self._lock = FileLock(self._path)
        elif not self._path.exists():
            raise NothingThere(f"There is no record at {self._path}. Muster makes it when it starts.")
        self._writer, self._readers = write_engine(self._path), read_engine(self._path)
        self.reader = Reader(self._readers.connect, lambda connection: connection.exec_driver_sql("BEGIN"))
        try:
            self._connection = await self._writer.connect()
            await check_pragmas(self._connection)
        except BaseException:
            await self.close()
            raise

    def refused(self, error: Exception) -> StoreRefused:
        why = error.orig if isinstance(error, DBAPIError) else error
        return StoreRefused(
            f"Muster cannot work with {self._path} ({why}). It must be a SQLite database that Muster may write,"
            " on a disk with room."
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        assert self._connection is not None
        async with self._connection.begin():
            yield self._connection

    async def time(self) -> datetime:
        return datetime.fromisoformat(await self.reader.value(NOW))

    async def close(self) -> None:
        """Let what is being asked end, then let go of the file."""
        await self.reader.wait()
        await self._readers.dispose()
        if self._connection:
            await self._connection.close()
        await self._writer.dispose()
        if self._lock:
            self._lock.release()


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
