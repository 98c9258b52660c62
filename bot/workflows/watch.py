"""A dead man's message: Slack itself says that Muster may be down, unless Muster lives to withdraw it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.domain.incident import Incident, clock_time
from bot.engine.journal import Surface
from bot.ports import Books
from bot.workflows.ahead import upcoming
from bot.workflows.desk import Desk

KIND = "watch"


#: what Muster does next when a timer of that kind falls due, in words
NEXT = {
    "again": "Paging again whoever has not answered",
    "update": "The reminder of the next update",
    "deadline": "A deadline",
    "lapse": "Paging others, should nobody be on it any more,",
    "resume": "The end of the pause",
}


class Clock(NamedTuple):
    """Something that is due."""

    due: datetime
    what: str


async def edit(desk: Desk, surface: Surface) -> None:
    """Have exactly the message scheduled that the most urgent open clock asks for, and none while nothing is open."""
    incident = await desk.incident(surface.subject)
    after = desk.book_of(incident).escalation.watch_after
    first = min(await clocks(desk, incident), default=None)
    astray = incident.restricted and surface.place.partition("/")[0] != incident.room
    if first is None or after is None or astray:
        await desk.chat.watch(surface.place, mark(incident), "", None)
        return
    text = f"{mark(incident)} {first.what} was due at {clock_time(first.due)}. See to it by hand."
    await desk.chat.watch(surface.place, mark(incident), text, first.due + after)


async def clocks(desk: Desk, incident: Incident) -> list[Clock]:
    """What Muster is going to do for it by itself, as far as its timers know."""
    if incident.over:
        return []
    ahead = [Clock(p.due, f"Calling {p.level.title}") for p in upcoming(desk.book_of(incident), incident)[:1]]
    kinds = ["resume"] if incident.paused_until else list(NEXT)
    pending = [(await desk.store.due(incident.id, kind), what) for kind, what in NEXT.items() if kind in kinds]
    return [*ahead, *(Clock(due, what) for due, what in pending if due)]


def mark(incident: Incident) -> str:
    """What the message begins with, of this incident alone."""
    return f"{incident.name}: Muster may be down."


async def place(books: Books, incident: Incident) -> None:
    """It is said where people work on the incident, from now on."""
    if home := incident.room or incident.announcement:
        await books.place(incident.id, KIND, home, 9)
        await books.want(incident.id, KIND)
