"""Who takes over for whom: what people arranged lies over the schedules of the policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.policy.shifts import Override, Rota
from bot.ports import Books
from bot.workflows.desk import Desk

NAME = "oncall:overrides"
#: how long what is over is kept, for those who ask who was on call
KEPT = timedelta(days=90)


class Memory(Protocol):
    """A transaction, or the store itself."""

    async def recall(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Cover:
    """
    `person` is on call for `schedule` from `start` until before `end`; `by` arranged it.

    They take the place of `instead`, or of everybody.
    """

    id: str
    schedule: str
    person: str
    start: datetime
    end: datetime
    by: str
    instead: str | None = None

    @property
    def override(self) -> Override:
        instead = f"person:{self.instead}" if self.instead else None
        return Override(self.schedule, f"person:{self.person}", self.start, self.end, instead)


async def kept(memory: Memory) -> tuple[Cover, ...]:
    """In the order in which they were arranged."""
    return tuple(read(row) for row in await memory.recall(NAME) or ())


async def add(books: Books, *covers: Cover) -> None:
    await keep(books, (*await kept(books), *covers))


async def drop(books: Books, ids: Iterable[str]) -> None:
    gone = set(ids)
    await keep(books, (cover for cover in await kept(books) if cover.id not in gone))


async def keep(books: Books, covers: Iterable[Cover]) -> None:
    await books.remember(NAME, [written(cover) for cover in covers if cover.end > books.now - KEPT])


async def rota(desk: Desk, memory: Memory, schedule: str) -> Rota:
    """The schedule of today's policy with what lies over it. LookupError when the policy has no such schedule."""
    return desk.book.rota(schedule, [cover.override for cover in await kept(memory)])


def written(cover: Cover) -> dict[str, Any]:
    return {**asdict(cover), "start": cover.start.isoformat(), "end": cover.end.isoformat()}


def read(row: dict[str, Any]) -> Cover:
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    return Cover(row["id"], row["schedule"], row["person"], start, end, row["by"], row.get("instead"))
