"""Whether somebody is on call at every moment of the next weeks."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.policy.calendar import Calendar
from bot.policy.draft import Draft, draft
from bot.policy.errors import PolicyError
from bot.policy.layers import found
from bot.policy.oncall import Schedule
from bot.policy.shifts import Rota, Shift

AHEAD = timedelta(days=60)
MOST = 10


class Uncovered(NamedTuple):
    """Sentences: `problems` when nobody would be called then, `notes` when the fallback would."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def uncovered(name_or_dir: str | pathlib.Path, now: datetime) -> Uncovered:
    """The gaps of every schedule from `now` on. A policy whose files are wrong has none that could be told."""
    try:
        policy = found(name_or_dir)
    except PolicyError:
        return Uncovered()
    made = draft(policy.layers, policy.unread)
    if not made.sound >= {"oncall", "calendar"}:
        return Uncovered()
    told = tuple(_told(made, now))
    return Uncovered(notes=told) if made.parts.oncall.fallback else Uncovered(problems=told)


def _told(made: Draft, now: datetime) -> Iterator[str]:
    calendar, oncall = made.parts.calendar, made.parts.oncall
    for n, schedule in enumerate(oncall.all):
        gaps = () if schedule.pagerduty else Rota(schedule, calendar).gaps(now, now + AHEAD)
        for gap in gaps[:MOST]:
            sentence = f"{_sentence(schedule, gap, calendar, now)} {_right(bool(oncall.fallback))}"
            yield made.sources["oncall"].problem(("schedules", n), sentence)
        if len(gaps) > MOST:
            more = f"and {len(gaps) - MOST} more such gaps until {_day(gaps[-1].end, calendar)}."
            yield made.sources["oncall"].problem(("schedules", n), more)


def _sentence(schedule: Schedule, gap: Shift, calendar: Calendar, now: datetime) -> str:
    since = "now" if gap.start == now else _day(gap.start, calendar)
    until = f"until {_day(gap.end, calendar)}" if gap.end < now + AHEAD else "on"
    return f"nobody is on call for {schedule.title} from {since} {until} ({calendar.timezone})."


def _right(fallback: bool) -> str:
    return "The fallback is called then." if fallback else "Right is a layer for that time, or somebody in fallback."


def _day(at: datetime, calendar: Calendar) -> str:
    return f"{at.astimezone(calendar.zone):%a %d %b %Y %H:%M}"
