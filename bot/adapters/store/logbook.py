"""The log of the workspace: numbered, each line chained to the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store.records import digest_of
from bot.adapters.store.session import Session
from bot.adapters.store.tables import canonical, instant, log
from bot.ports import Logged


class LogPart(Session):
    async def log(
        self, what: str, text: str, by: str, incident: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        last = await self._first(LAST)
        seq, before = (last.seq + 1, last.chain) if last else (1, "")
        row = {
            "seq": seq, "at": self.now, "by": by, "what": what, "text": text, "incident": incident,
            "data": dict(data or {}),
        }  # fmt: skip
        await self._insert(ADD, [row | {"chain": chained(before, row)}])


def chained(before: str, row: Mapping[str, Any]) -> str:
    """The chain after a line: over the chain before it and all of it."""
    own = [row[name] for name in ("seq", "by", "what", "text", "incident", "data")]
    return digest_of(before + canonical([instant(row["at"]), *own]))


def read(rows: Sequence[sa.Row[Any]]) -> list[Logged]:
    return [Logged(**row._asdict()) for row in rows]


def problems(rows: Sequence[sa.Row[Any]]) -> list[str]:
    """What is wrong with the log, in sentences; nothing if every line is there as it was written."""
    found: list[str] = []
    before = ""
    for seq, row in enumerate(rows, 1):
        if row.seq != seq:
            return [*found, f"Line {seq} of the log is missing."]
        if chained(before, row._asdict()) != row.chain:
            found.append(f"Line {seq} of the log was changed, or one before it.")
        before = row.chain
    return found


LAST = sa.select(log.c.seq, log.c.chain).order_by(log.c.seq.desc()).limit(1)
ADD = log.insert()
ALL = log.select().order_by(log.c.seq)
SINCE = ALL.where(log.c.seq > bindparam("since")).limit(bindparam("most"))
