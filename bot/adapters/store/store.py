"""The store: one file that holds all that Muster must not forget."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import bindparam
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.adapters.store.bench import BenchPart
from bot.adapters.store.connections import (
    FileLock,
    Reader,
    Shield,
    StoreRefused,
    check_pragmas,
    prepare_file,
    read_engine,
    write_engine,
)
from bot.adapters.store.ledger import upsert
from bot.adapters.store.reads import Reads
from bot.adapters.store.records import RecordsPart
from bot.adapters.store.schema import migrate
from bot.adapters.store.tables import pauses, receipts
from bot.engine.journal import Decide

T = TypeVar("T")
logger = logging.getLogger(__name__)

EXAMPLE = "For example: sqlite+aiosqlite:///data/muster.db"
#: whether this task is inside a transaction
INSIDE: ContextVar[bool] = ContextVar("inside", default=False)

RECEIPTS_KEPT = timedelta(days=7)
PURGE = receipts.delete().where(receipts.c.at < bindparam("before", type_=receipts.c.at.type))
PAUSE = upsert(pauses, "method", columns="until")


class Transaction(BenchPart, RecordsPart):
    """All that one transaction offers: to workflows (`Books`) and to the engine (`Workbench`)."""


class Store(Reads):
    """Open it with `Store.open`. Only one process may have a file open."""

    def __init__(self, lock: FileLock, engine: AsyncEngine, connection: AsyncConnection, reader: Reader) -> None:
        self._lock = lock
        self._engine = engine
        self._connection = connection
        self._reader = reader
        self._turn = asyncio.Lock()
        self._shield = Shield()
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    async def open(cls, database: str | Path, now: datetime) -> Store:
        """
        The store in that file (a path, or `sqlite+aiosqlite:///path`), made and brought up to date as needed.

        StoreRefused, in a sentence, if another process has it, a newer release wrote it, or SQLite cannot use it.
        """
        path = database_path(database)
        try:
            return await cls._open(path, now)
        except DBAPIError as error:
            raise StoreRefused(
                f"Muster cannot work with {path} ({error.orig}). It must be a SQLite database that Muster may write,"
                " on a disk with room."
            ) from error

    @classmethod
    async def _open(cls, path: Path, now: datetime) -> Store:
        prepare_file(path)
        lock = FileLock(path)
        engine = write_engine(path)
        try:
            connection = await engine.connect()
        except BaseException:
            lock.release()
            raise
        store = cls(lock, engine, connection, Reader(read_engine(path)))
        try:
            await check_pragmas(store._connection)
            await migrate(store._connection)
            await store.transact(lambda books: books._change(PURGE, before=now - RECEIPTS_KEPT), now)
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        """Let what is being written end, then let go of the file."""
        await self._shield.wait()
        await self._reader.close()
        await self._connection.close()
        await self._engine.dispose()
        self._lock.release()

    async def transact(self, decide: Decide[T], now: datetime) -> T:
        """
        Run `decide(transaction)` in one transaction, after all earlier ones; what it raises rolls everything back.

        `decide` awaits nothing but its transaction. A cancelled caller learns so only after the transaction has ended.
        """
        if INSIDE.get():
            raise RuntimeError("A decision may await only its own transaction; it has begun another one.")
        return await self._shield.run(self._transact(decide, now))

    def on_commit(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def pause(self, method: str, until: datetime, now: datetime) -> None:
        """Nobody calls that method before then."""
        await self.transact(lambda books: books._change(PAUSE, method=method, until=until), now)

    async def _transact(self, decide: Decide[T], now: datetime) -> T:
        INSIDE.set(True)  # in the context of the shielded task alone
        async with self._turn, self._connection.begin():
            outcome = await decide(Transaction(self._connection, now))
        INSIDE.set(False)
        for listener in tuple(self._listeners):
            listener()
        return outcome


def database_path(database: str | Path) -> Path:
    """StoreRefused for anything but a SQLite file."""
    text = str(database)
    if "://" not in text:
        return Path(text).absolute()
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreRefused(f"The database address cannot be read. {EXAMPLE}") from error
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreRefused(f"Muster keeps its record in a SQLite file, not in {url.get_backend_name()}. {EXAMPLE}")
    return Path(url.database).absolute()
