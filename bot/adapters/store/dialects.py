"""What SQLite and PostgreSQL write differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


class Insert:
    """A statement made of a dialect's own `insert`, once that dialect asks for it."""

    def __init__(self, make: Callable[[Any], sa.Executable]) -> None:
        self._make = make
        self._made: dict[str, sa.Executable] = {}

    def of(self, dialect: str) -> sa.Executable:
        if dialect not in self._made:
            # imported here, because PostgreSQL's takes a while and most have no use for it
            self._made[dialect] = self._make(import_module(f"sqlalchemy.dialects.{dialect}").insert)
        return self._made[dialect]


Statement: TypeAlias = sa.Executable | Insert


def spoken(statement: Statement, connection: AsyncConnection) -> sa.Executable:
    """The statement as that connection's database understands it."""
    return statement.of(connection.dialect.name) if isinstance(statement, Insert) else statement


def storable(values: Mapping[str, Any]) -> dict[str, Any]:
    """
    The values without what PostgreSQL keeps in no text.

    >>> storable({"label": "a\\0b", "n": 1})
    {'label': 'ab', 'n': 1}
    """
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in values.items()}


def upsert(table: sa.Table, *keys: str, columns: str) -> Insert:
    """Insert, or replace the named columns of the row with the same keys."""

    def make(insert: Any) -> sa.Executable:
        statement = insert(table)
        replaced = {name: statement.excluded[name] for name in columns.split()}
        changed: sa.Executable = statement.on_conflict_do_update(index_elements=keys, set_=replaced)
        return changed

    return Insert(make)


def insert_once(table: sa.Table) -> Insert:
    """Insert; nothing happens when a row with the same keys is there."""
    return Insert(lambda insert: insert(table).on_conflict_do_nothing())


def partial(condition: sa.ColumnElement[bool] | sa.TextClause) -> dict[str, Any]:
    """Options of an index over the rows of which that is true."""
    return {"sqlite_where": condition, "postgresql_where": condition}
