"""The shifts of one schedule by name, for calendars."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.policy.shifts import Rota, Shift, Shifts
from bot.workflows import covers
from bot.workflows.desk import Desk
from bot.workflows.oncall import LOOK_SECONDS, shown

BEFORE, AHEAD = timedelta(days=14), timedelta(days=60)
#: a shift that began longer ago than this counts as one without a beginning
BACK = timedelta(days=100)


@dataclass(frozen=True)
class Entry:
    """One shift, in UTC. `id` stays the same for as long as the shift begins when it does."""

    id: str
    start: datetime
    end: datetime
    names: tuple[str, ...]


@dataclass(frozen=True)
class Feed:
    title: str
    entries: tuple[Entry, ...]


async def feed(desk: Desk, schedule: str, now: datetime) -> Feed | None:
    """The last 14 days and the next 60, each shift whole; None when the policy has no such schedule."""
    if not desk.book.oncall.has(schedule):
        return None
    rota = await covers.rota(desk, desk.store, schedule)
    shifts = whole(rota, now)
    known = await names(desk, shifts)
    entries = (Entry(named(schedule, shift, now), shift.start, shift.end, known[shift.who]) for shift in shifts)
    return Feed(rota.schedule.title, tuple(entries))


def whole(rota: Rota, now: datetime) -> Shifts:
    """Whoever is on call in that time, from when they came on call until they go; nobody's time is left out."""
    found = rota.shifts(now - BACK, now + AHEAD)
    ended = [replace(shift, end=rota.next_change(shift.start) or shift.end) for shift in found[-1:]]
    return tuple(shift for shift in (*found[:-1], *ended) if shift.who and shift.end > now - BEFORE)


def named(schedule: str, shift: Shift, now: datetime) -> str:
    began = f"{shift.start:%Y%m%dT%H%M%SZ}" if shift.start > now - BACK else "always"
    return f"{schedule}-{began}@muster"


async def names(desk: Desk, shifts: Shifts) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What those of each shift are called; what cannot be looked up in time stays as the policy has it."""
    held = list(dict.fromkeys(shift.who for shift in shifts))
    people = await asyncio.gather(*(shown(desk, who) for who in held))
    everybody = list(dict.fromkeys(person for some in people for person in some))
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            called = await desk.directory.names(everybody)
    except (Busy, Doubt, Rejected, TimeoutError):
        called = {}
    return {
        who: tuple(called.get(person, person) for person in some) for who, some in zip(held, people, strict=True)
    }  # fmt: skip
