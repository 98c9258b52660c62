"""One transaction on the write connection: what its parts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.dialects import Statement, spoken, storable
from bot.ports import KeptPolicy


class Session:
    """`now` is the time of the transaction, given by whoever began it (UTC), `kept` the policies known so far."""

    def __init__(self, connection: AsyncConnection, now: datetime, kept: dict[str, KeptPolicy]) -> None:
        self._connection = connection
        self._now = now
        self._kept = kept

    @property
    def now(self) -> datetime:
        return self._now

    async def _all(self, statement: Statement, **values: Any) -> Sequence[sa.Row[Any]]:
        return (await self._execute(statement, values)).all()

    async def _first(self, statement: Statement, **values: Any) -> sa.Row[Any] | None:
        return (await self._execute(statement, values)).first()

    async def _change(self, statement: Statement, **values: Any) -> int:
        """How many rows it changed."""
        return (await self._execute(statement, values)).rowcount

    async def _insert(self, statement: sa.Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self._connection.execute(statement, [storable(row) for row in rows])

    async def _execute(self, statement: Statement, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
        return await self._connection.execute(spoken(statement, self._connection), storable(values))
