"""How much there is and how much waits, in numbers. Of restricted incidents nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store.check import LATE, waits
from bot.adapters.store.connections import Reader
from bot.adapters.store.tables import incidents, runs, seats, surfaces, timers


@dataclass(frozen=True)
class Figures:
    """`open` by severity; `lag` is for how many seconds the stalest surface has been waiting."""

    open: dict[str, int]
    declared: int
    runs_due: int
    overdue: int
    timers_due: int
    given_up: int
    seats: int
    lag: float
    backed_up: datetime | None


async def figures(reader: Reader, now: datetime) -> Figures:
    graded: dict[str, int] = {}
    for row in await reader.all(OPEN):
        graded[row.state["severity"]] = graded.get(row.state["severity"], 0) + 1
    waiting = await waits(reader, now)
    stalest = await reader.value(STALEST)
    return Figures(
        open=graded,
        declared=await reader.value(DECLARED),
        runs_due=await reader.value(RUNS_DUE, at=now),
        overdue=await reader.value(RUNS_DUE, at=now - LATE),
        timers_due=await reader.value(TIMERS_DUE, at=now),
        given_up=waiting.given_up,
        seats=await reader.value(SEATS),
        lag=max(0.0, (now - stalest).total_seconds()) if stalest else 0.0,
        backed_up=waiting.backed_up,
    )


_AT = bindparam("at", type_=runs.c.due.type)
_SEEN = (incidents.c.visibility == "open", incidents.c.kind == "real")
OPEN = sa.select(incidents.c.state).where(*_SEEN, incidents.c.open)
DECLARED = sa.select(sa.func.count()).select_from(incidents).where(*_SEEN)
RUNS_DUE = sa.select(sa.func.count()).select_from(runs).where(runs.c.owner.is_(None), runs.c.due <= _AT)
TIMERS_DUE = sa.select(sa.func.count()).select_from(timers).where(timers.c.wake <= _AT)
SEATS = sa.select(sa.func.count()).select_from(seats)
STALEST = sa.select(sa.func.min(surfaces.c.since)).where(
    surfaces.c.place.is_not(None), surfaces.c.wanted > surfaces.c.shown
)
