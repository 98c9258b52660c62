"""A PostgreSQL that several replicas share: all decisions wait for each other, and no commit is left in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.adapters.store.connections import QUIET, Reader, StoreRefused

#: pg_current_xact_id: https://www.postgresql.org/docs/13/functions-info.html
OLDEST = 130000
#: whoever holds it decides; the others wait
TURN = sa.text("SELECT pg_advisory_xact_lock(7236837), CAST(pg_current_xact_id() AS text)")
STATUS = sa.text("SELECT pg_xact_status(CAST(CAST(:xid AS text) AS xid8))")
NOW = sa.text("SELECT clock_timestamp()")
SERVER = sa.text(
    "SELECT CAST(current_setting('server_version_num') AS int) AS version,"
    " current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS sync"
)
#: seconds between questions about a commit; a server notices within seconds that we are gone
PATIENCE = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0)
#: a replica that stands still in the middle of a decision keeps the others waiting no longer than the first of these
SERVER_SETTINGS = {
    "application_name": "muster",
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "10s",
    "statement_timeout": "12s",
}
#: what asyncpg raises when there is no connection to be had
UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class PostgreSQL:
    shared = True

    def __init__(self, url: URL) -> None:
        self._url = asynchronous(url)
        self._where = f"{url.host or 'localhost'}:{url.port or 5432}/{url.database}"

    async def open(self) -> None:
        """StoreRefused, in a sentence, if it is not one to keep a record in."""
        self._writer = an_engine(self._url, pool_size=1)
        self._readers = an_engine(
            self._url, pool_size=2, isolation_level="AUTOCOMMIT", default_transaction_read_only="on"
        )
        self.reader = Reader(lambda: connected(self._readers), frozen)
        try:
            check(self._where, *(await self.reader.all(SERVER))[0])
        except BaseException:
            await self.close()
            raise

    def refused(self, error: Exception) -> StoreRefused:
        why = error.orig if isinstance(error, DBAPIError) else error
        return StoreRefused(
            f"Muster cannot work with the PostgreSQL at {self._where} ({why}). It must be reachable from here, and"
            " the user of MUSTER_DATABASE_URL may create tables in that database."
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        lost: DBAPIError | None = None
        async with connected(self._writer) as connection:
            [(_, xid)] = await connection.execute(TURN)
            yield connection
            try:
                await connection.commit()
            except DBAPIError as error:
                lost = error
        if lost and not await self._committed(xid):
            raise lost

    async def time(self) -> datetime:
        moment: datetime = await self.reader.value(NOW)
        return moment

    async def close(self) -> None:
        """Let what is being asked end."""
        await self.reader.wait()
        await self._readers.dispose()
        await self._writer.dispose()

    async def _committed(self, xid: str) -> bool:
        """What became of a transaction when the answer to its COMMIT did not come."""
        for pause in PATIENCE:
            await asyncio.sleep(pause)
            try:
                status = await self.reader.value(STATUS, xid=xid)
            except SQLAlchemyError:
                continue
            if status in ("committed", "aborted"):
                return bool(status == "committed")
        return False


def check(where: str, version: int, encoding: str, sync: str) -> None:
    if version < OLDEST or encoding != "UTF8":
        raise StoreRefused(
            f"The PostgreSQL at {where} is version {version // 10000} with the encoding {encoding}."
            " Muster needs version 13 or newer, and a database with the encoding UTF8."
        )
    if sync == "off":
        raise StoreRefused(
            f"The PostgreSQL at {where} has synchronous_commit=off and may forget what Muster has promised to people."
            " Set it to on for this database (ALTER DATABASE … SET synchronous_commit = on)."
        )


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection from the pool, given back whole. OperationalError when there is none to be had."""
    try:
        connection = await engine.connect()
    except UNREACHABLE as error:
        raise OperationalError(None, None, Quiet(plain(error)), hide_parameters=True) from None
    try:
        yield connection
    finally:
        await connection.close()


async def frozen(connection: AsyncConnection) -> None:
    await connection.execution_options(isolation_level="REPEATABLE READ")


def asynchronous(url: URL) -> URL:
    """The address as SQLAlchemy and asyncpg want it; `sslmode` is what libpq and most providers write."""
    query = dict(url.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername="postgresql+asyncpg", query=query)


def an_engine(url: URL, *, pool_size: int, isolation_level: str | None = None, **settings: str) -> AsyncEngine:
    connect_args: dict[str, Any] = {
        "server_settings": SERVER_SETTINGS | settings, "timeout": 5, "command_timeout": 15,
    }  # fmt: skip
    options: dict[str, Any] = {"isolation_level": isolation_level} if isolation_level else {}
    engine = create_async_engine(
        url, pool_size=pool_size, pool_pre_ping=True, connect_args=connect_args, **options, **QUIET
    )
    event.listen(engine.sync_engine, "handle_error", blank)
    return engine


class Quiet(Exception):
    """What went wrong at PostgreSQL, without the values it went wrong with."""


def blank(context: ExceptionContext) -> None:
    """
    PostgreSQL quotes values in the details of its errors, asyncpg in its messages: they stay out of every log.

    https://www.postgresql.org/docs/current/protocol-error-fields.html
    """
    if not isinstance(context.sqlalchemy_exception, DBAPIError):
        return
    error: BaseException | None = context.original_exception
    text = plain(context.original_exception)
    context.sqlalchemy_exception.args = (text,)
    while error:
        error.args = (text,)
        if isinstance(error, asyncpg.PostgresError):
            error.detail = error.hint = None
        error = error.__cause__ or error.__context__


def plain(error: BaseException) -> str:
    """The first line of what went wrong, up to the first value it quotes."""
    inner = error.__cause__ or error
    first = (str(inner).splitlines() or [""])[0]
    said = first if isinstance(inner, OSError) else first.partition(":")[0]
    return f"{type(inner).__name__}: {said}" if said else type(inner).__name__
