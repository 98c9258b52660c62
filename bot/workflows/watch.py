"""A dead man's message: Slack itself says that Muster may be down, unless Muster lives to withdraw it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot.domain.incident import Incident, clock_time
from bot.engine.journal import Surface
from bot.ports import Books
from bot.workflows.ahead import upcoming
from bot.workflows.desk import Desk

KIND = "watch"


class Clock(NamedTuple):
    """Something that is due, and what to do about it by hand."""

    due: datetime
    what: str


async def edit(desk: Desk, surface: Surface) -> None:
    """Have exactly the message scheduled that the most urgent open clock asks for, and none while nothing is open."""
    incident = await desk.incident(surface.subject)
    after = desk.book_of(incident).escalation.watch_after
    first = min(clocks(desk, incident), default=None)
    if first is None or after is None:
        await desk.chat.watch(surface.place, mark(incident), "", None)
        return
    text = f"{mark(incident)} {first.what} was due at {clock_time(first.due)}. See to it by hand."
    await desk.chat.watch(surface.place, mark(incident), text, first.due + after)


def clocks(desk: Desk, incident: Incident) -> Iterator[Clock]:
    if incident.over or incident.paused_until:
        return
    for planned in upcoming(desk.book_of(incident), incident):
        yield Clock(planned.due, f"Calling {planned.level.title}")
    if incident.next_update:
        yield Clock(incident.next_update, "The next update")


def mark(incident: Incident) -> str:
    """What the message begins with, of this incident alone."""
    return f"{incident.name}: Muster may be down."


async def place(books: Books, incident: Incident) -> None:
    """It is said where people work on the incident, from now on."""
    if home := incident.room or incident.announcement:
        await books.place(incident.id, KIND, home, 9)
        await books.want(incident.id, KIND)
