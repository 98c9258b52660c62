"""The store: one database that holds all that Muster must not forget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TypeVar

from sqlalchemy import bindparam
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.store.addresses import database_at
from bot.adapters.store.bench import BenchPart
from bot.adapters.store.check import other_release, revision
from bot.adapters.store.connections import Database, Reader, Shield, StoreRefused
from bot.adapters.store.dialects import upsert
from bot.adapters.store.erasing import ErasingPart
from bot.adapters.store.figures import Figures, figures
from bot.adapters.store.logbook import LogPart
from bot.adapters.store.reads import Reads
from bot.adapters.store.records import RecordsPart
from bot.adapters.store.schema import HEAD, migrate
from bot.adapters.store.seen import SeenPart
from bot.adapters.store.tables import pauses, receipts
from bot.engine.journal import Decide

T = TypeVar("T")

#: whether this task is inside a transaction
INSIDE: ContextVar[bool] = ContextVar("inside", default=False)

RECEIPTS_KEPT = timedelta(days=7)
PURGE = receipts.delete().where(receipts.c.at < bindparam("before", type_=receipts.c.at.type))
PAUSE = upsert(pauses, "method", columns="until")


class Transaction(BenchPart, RecordsPart, SeenPart, LogPart, ErasingPart):
    """All that one transaction offers: to workflows (`Books`) and to the engine (`Workbench`)."""


class Store(Reads):
    """Open it with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader
        self.kept = {}
        self._turn = asyncio.Lock()
        self._shield = Shield()
        self._listeners: list[Callable[[], None]] = []
        #: called after each decision with ok or failed, and how many seconds it took, its wait for its turn included
        self.when_decided: Callable[[str, float], None] = lambda outcome, seconds: None

    @classmethod
    async def open(cls, address: str | Path, now: datetime) -> Store:
        """
        The store at that address (see `addresses`), made and brought up to date as needed.

        StoreRefused, in a sentence, if another process has it, a newer release wrote it, or it cannot be used.
        """
        database = database_at(address)
        try:
            await database.open()
            return await cls._opened(database, now)
        except (SQLAlchemyError, OSError) as error:
            raise database.refused(error) from None

    @classmethod
    async def _opened(cls, database: Database, now: datetime) -> Store:
        store = cls(database)
        try:
            async with database.transaction() as connection:
                if await migrate(connection):
                    await Transaction(connection, now, store.kept).fold_again()
            await store.transact(lambda books: books._change(PURGE, before=now - RECEIPTS_KEPT), now)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def beside(cls, address: str | Path) -> Store:
        """
        The store at that address, beside whoever works with it: nothing is taken over or brought up to date.

        StoreRefused when there is none, or none of this release.
        """
        database = database_at(address, alone=False)
        try:
            await database.open()
            found = await revision(database.reader)
        except (SQLAlchemyError, OSError) as error:
            raise database.refused(error) from None
        if found != HEAD:
            await database.close()
            raise StoreRefused(f"{(other := other_release(found)).says} {other.remedy}")
        return cls(database)

    @property
    def reader(self) -> Reader:
        """For questions that are asked of the whole record."""
        return self._reader

    @property
    def shared(self) -> bool:
        """Whether other processes may work with it at the same time."""
        return self._database.shared

    async def time(self) -> datetime:
        """What time it is where the database is."""
        return await self._database.time()

    async def close(self) -> None:
        """Let what is being written end, then let go of the database."""
        await self._shield.wait()
        await self._database.close()

    async def transact(self, decide: Decide[T], now: datetime) -> T:
        """
        Run `decide(transaction)` in one transaction, after all earlier ones; what it raises rolls everything back.

        `decide` awaits nothing but its transaction. A cancelled caller learns so only after the transaction has ended.
        """
        if INSIDE.get():
            raise RuntimeError("A decision may await only its own transaction; it has begun another one.")
        began, outcome = monotonic(), "failed"
        try:
            found = await self._shield.run(self._transact(decide, now))
            outcome = "ok"
        finally:
            self.when_decided(outcome, monotonic() - began)
        return found

    async def figures(self, now: datetime) -> Figures:
        """How much there is and waits, in numbers."""
        return await figures(self._reader, now)

    def on_commit(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def pause(self, method: str, until: datetime, now: datetime) -> None:
        """Nobody calls that method before then."""
        await self.transact(lambda books: books._change(PAUSE, method=method, until=until), now)

    async def _transact(self, decide: Decide[T], now: datetime) -> T:
        INSIDE.set(True)  # in the context of the shielded task alone
        async with self._turn, self._database.transaction() as connection:
            outcome = await decide(Transaction(connection, now, self.kept))
        INSIDE.set(False)
        for listener in tuple(self._listeners):
            listener()
        return outcome
