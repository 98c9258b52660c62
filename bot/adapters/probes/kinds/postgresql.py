"""
PostgreSQL (the target's address, `postgresql://user:password@host:5432/shop?sslmode=verify-full`), asked in a
transaction that may only read.

Values: seconds (SELECT 1), connect_seconds; connections, max_connections, connections_percent; idle_connections (for
more than 10 minutes, in a transaction or not); ungranted_locks; longest_seconds (the longest query that runs);
slow_queries (those that take more than 1 s on average) where pg_stat_statements is at work; value if a query is
configured. The text is the newest queries that run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import asyncpg
from pydantic import Field

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.named import Named
from bot.adapters.probes.reach import Reach, parted, troubles
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

PORT = 5432
#: of the probe's time, how much its statements have
SHARE = 0.9
SHOWN, LONGEST = 5, 500
USE = """
SELECT count(*) FILTER (WHERE backend_type = 'client backend') AS connections,
    current_setting('max_connections')::int AS max_connections,
    count(*) FILTER (WHERE state LIKE 'idle%' AND state_change < now() - interval '10 minutes') AS idle_connections,
    (SELECT count(*) FROM pg_locks WHERE NOT granted) AS ungranted_locks,
    coalesce(max(extract(epoch FROM clock_timestamp() - query_start))
        FILTER (WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()), 0)
        AS longest_seconds
FROM pg_stat_activity
"""
ACTIVE = """
SELECT pid, usename, extract(epoch FROM clock_timestamp() - query_start) AS seconds, query
FROM pg_stat_activity
WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY query_start DESC LIMIT $1
"""
SLOW = "SELECT count(*) FROM pg_stat_statements WHERE mean_exec_time > 1000"
FAULTS: tuple[tuple[type[asyncpg.PostgresError], Fault, str], ...] = (
    (asyncpg.InvalidAuthorizationSpecificationError, Fault.DENIED, "does not let Muster in"),
    (asyncpg.InsufficientPrivilegeError, Fault.DENIED, "does not let Muster see that"),
    (asyncpg.ReadOnlySQLTransactionError, Fault.DENIED, "was asked to write, which no probe does"),
    (asyncpg.InvalidCatalogNameError, Fault.MISSING, "has no such database"),
    (asyncpg.QueryCanceledError, Fault.TIME_OUT, "did not answer in time"),
    (asyncpg.CannotConnectNowError, Fault.UNEXPECTED, "is starting or stopping"),
)


class PostgresqlOptions(Options):
    """`query` is one SELECT that returns a number."""

    query: str = Field(default="", max_length=2000)


async def read(spot: Spot, options: PostgresqlOptions, reach: Reach) -> Reading:
    name = _name(spot)
    try:
        with troubles(name):
            return await _read(name, spot, options, reach)
    except asyncpg.TooManyConnectionsError:
        full = {"connections_percent": 100.0}
        return Reading(Fault.UNEXPECTED, f"{name} takes no more connections: all of them are used", full)
    except asyncpg.PostgresError as why:
        raise _fault(name, why) from None


def _name(spot: Spot) -> str:
    url = parted(spot, "postgresql", "postgres")
    return f"{url.hostname}:{url.port or PORT}"


async def _read(name: str, spot: Spot, options: PostgresqlOptions, reach: Reach) -> Reading:
    began = elapsed()
    async with _connected(spot, reach) as database:
        values = {"connect_seconds": elapsed() - began}
        async with database.transaction(readonly=True):
            milliseconds = f"{spot.seconds * SHARE * 1000:.0f}"
            await database.execute("SELECT set_config('statement_timeout', $1, true)", milliseconds)
            values |= {"seconds": await _answer(database), **await _use(database), **await _slow(database)}
            text = "\n".join(map(_line, await database.fetch(ACTIVE, SHOWN)))
            if options.query:
                values["value"] = number(await database.fetchval(options.query))
    return Reading(Fault.NONE, _said(name, values), values, text)


@asynccontextmanager
async def _connected(spot: Spot, reach: Reach) -> AsyncIterator[Any]:
    """Nothing of it comes from the environment or from files of the user that Muster runs as."""
    url = parted(spot, "postgresql", "postgres")
    host, port = str(url.hostname), url.port or PORT
    places = await reach.places(spot, host, port)
    user = unquote(url.username or "postgres")
    database = await asyncpg.connect(
        host=[place.ip for place in places], port=port, user=user, password=unquote(url.password or ""),
        database=unquote(url.path.strip("/")) or user, ssl=_tls(url.query, host, reach), timeout=spot.seconds,
        statement_cache_size=0, server_settings={"application_name": "muster"},
    )  # fmt: skip
    try:
        yield database
        await database.close(timeout=1)
    finally:
        database.terminate()


def _tls(query: str, host: str, reach: Reach) -> Any:
    # https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
    mode = dict(part.partition("=")[::2] for part in query.split("&")).get("sslmode", "prefer")
    if mode not in ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"):
        raise Unseen(Fault.BROKEN, "the address of this target has an unknown sslmode; right would be verify-full")
    return Named(reach.trust, host) if mode.startswith("verify") else mode


async def _answer(database: Any) -> float:
    began = elapsed()
    await database.fetchval("SELECT 1")
    return elapsed() - began


async def _use(database: Any) -> dict[str, float]:
    use = {name: float(value) for name, value in (await database.fetchrow(USE)).items()}
    return {**use, "connections_percent": 100 * use["connections"] / use["max_connections"]}


async def _slow(database: Any) -> dict[str, float]:
    """Nothing where pg_stat_statements is not at work."""
    if await database.fetchval("SELECT to_regclass('pg_stat_statements') IS NULL"):
        return {}
    try:
        async with database.transaction():
            return {"slow_queries": float(await database.fetchval(SLOW))}
    except (asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.SyntaxOrAccessError):
        return {}


def number(found: Any) -> float:
    """What the query returned. Unseen if that is no number."""
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        raise Unseen(Fault.UNEXPECTED, "the query did not return a number")
    return float(found)


def _line(active: Sequence[Any]) -> str:
    pid, user, seconds, query = active
    return f"{pid} {user} {seconds:.1f} s: {' '.join(str(query).split())[:LONGEST]}"


def _said(name: str, values: dict[str, float]) -> str:
    used = f"{values['connections']:g} of {values['max_connections']:g} connections"
    return f"{name} answers in {values['seconds'] * 1000:.0f} ms; {used}"


def _fault(name: str, why: asyncpg.PostgresError) -> Unseen:
    for error, fault, said in FAULTS:
        if isinstance(why, error):
            return Unseen(fault, f"{name} {said}")
    return Unseen(Fault.UNEXPECTED, f"{name} answers: {why.args[0] if why.args else type(why).__name__}")


KIND = Kind(
    "postgresql", PostgresqlOptions, read,
    values=(
        "seconds", "connect_seconds", "connections", "max_connections", "connections_percent", "idle_connections",
        "ungranted_locks", "longest_seconds", "slow_queries", "value",
    ),
)  # fmt: skip
