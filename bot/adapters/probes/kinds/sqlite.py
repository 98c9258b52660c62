"""
A database file of SQLite (the target's address, `sqlite:///srv/shop.db`), opened for reading only.

Values: seconds until it answered, size_bytes, and value if a query is configured (its first number).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import Field

from bot.adapters.probes.files import opened, place
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

#: steps of SQLite's machine between two looks at the time: some milliseconds
STEPS = 20_000
#: of the probe's time, how much the database has; the rest is for saying what went wrong
SHARE = 0.75
REFUSED = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
FAULTS = {
    sqlite3.SQLITE_BUSY: (Fault.TIME_OUT, "is locked by somebody who writes"),
    sqlite3.SQLITE_LOCKED: (Fault.TIME_OUT, "is locked by somebody who writes"),
    sqlite3.SQLITE_INTERRUPT: (Fault.TIME_OUT, "did not answer in time"),
    sqlite3.SQLITE_NOTADB: (Fault.UNEXPECTED, "is no database of SQLite"),
    sqlite3.SQLITE_CORRUPT: (Fault.UNEXPECTED, "is damaged"),
    sqlite3.SQLITE_AUTH: (Fault.DENIED, "may be read, and nothing else"),
    sqlite3.SQLITE_READONLY: (Fault.DENIED, "may be read, and nothing else"),
    sqlite3.SQLITE_PERM: (Fault.DENIED, "may not be read by Muster"),
    sqlite3.SQLITE_CANTOPEN: (Fault.DENIED, "cannot be opened by Muster"),
}


class SqliteOptions(Options):
    """`query` is one SELECT that returns a number."""

    query: str = Field(default="", max_length=2000)


async def read(spot: Spot, options: SqliteOptions, reach: Reach) -> Reading:
    path = place(spot)
    return await reach.aside(lambda: _read(path, options.query, spot.seconds * SHARE))


def _read(path: Path, query: str, seconds: float) -> Reading:
    with opened(path):
        size = path.stat().st_size
    began = elapsed()
    try:
        with closing(_connected(path, seconds)) as database:
            value = _asked(database, query)
    except sqlite3.Error as why:
        raise _fault(path, why) from None
    took = elapsed() - began
    values = {"seconds": took, "size_bytes": float(size)}
    if value is not None:
        values["value"] = value
    return Reading(Fault.NONE, f"{path.name} answers in {took * 1000:.0f} ms", values)


def _connected(path: Path, seconds: float) -> sqlite3.Connection:
    until = elapsed() + seconds
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=seconds, isolation_level=None)
    database.set_progress_handler(lambda: elapsed() > until, STEPS)
    database.execute("PRAGMA query_only = 1")
    database.set_authorizer(_allow)
    return database


def _allow(action: int, *about: Any) -> int:
    return sqlite3.SQLITE_DENY if action in REFUSED else sqlite3.SQLITE_OK


def _asked(database: sqlite3.Connection, query: str) -> float | None:
    # SELECT 1 alone would never touch the file
    database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not query:
        return None
    row = database.execute(query).fetchone()
    if row is None or not isinstance(row[0], int | float):
        raise Unseen(Fault.UNEXPECTED, "the query did not return a number")
    return float(row[0])


def _fault(path: Path, why: sqlite3.Error) -> Unseen:
    # the last byte is the family: https://www.sqlite.org/rescode.html
    code = getattr(why, "sqlite_errorcode", 0) & 0xFF
    fault, said = FAULTS.get(code, (Fault.UNEXPECTED, f"answers with an error: {why}"))
    return Unseen(fault, f"{path.name} {said}")


KIND = Kind("sqlite", SqliteOptions, read, values=("seconds", "size_bytes", "value"))
