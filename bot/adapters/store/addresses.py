"""Which database an address means."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.adapters.store.connections import Database, StoreRefused
from bot.adapters.store.sqlite import SQLite

EXAMPLES = (
    "For example: sqlite+aiosqlite:///data/muster.db for a file,"
    " postgresql+asyncpg://user:password@host/muster for a PostgreSQL that several replicas share."
)


def database_at(address: str | Path, *, alone: bool = True) -> Database:
    """
    The one at a path, `sqlite:///path` or `postgresql://user:password@host/name`. StoreRefused for any other.

    Not `alone` is beside whoever works with it; then it must be there already.
    """
    text = str(address)
    if "://" not in text:
        return SQLite(Path(text).absolute(), alone)
    url = read(text)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return SQLite(Path(url.database).absolute(), alone)
    if url.get_backend_name() == "postgresql" and url.database:
        # imported here, because most have no use for it
        from bot.adapters.store.postgresql import PostgreSQL

        return PostgreSQL(url)
    raise StoreRefused(f"Muster keeps its record in a SQLite file or in PostgreSQL. {EXAMPLES}")


def read(text: str) -> URL:
    try:
        # what many providers write, and SQLAlchemy does not read
        return make_url(text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres:") else text)
    except (ArgumentError, ValueError):
        # the error may quote the address, password and all
        raise StoreRefused(f"The database address cannot be read. {EXAMPLES}") from None
