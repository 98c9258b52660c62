"""Who is on call, and when the team is at work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bot.policy.book import Book
from bot.policy.calendar import DAYS, MIDNIGHT, Calendar
from bot.policy.oncall import Hours, Layer, Schedule
from bot.policy.shifts import Shift
from bot.policy.show.pages import NONE, Page, Row, Table, facts, length, lines, principals, words

SOON = timedelta(days=28)
MOST = 4


def calendar(book: Book) -> Page:
    known = book.calendar
    rows = (
        ("Time zone", known.timezone),
        ("Business days", _days(known.days)),
        ("Business hours", f"{_clock(known.opens)} to {_clock(known.closes, 'midnight')}"),
        ("Holidays", words(f"{day:%-d %b %Y}" for day in known.holidays) or "none"),
    )
    note = "Next business day is when business hours begin on it."
    return Page("Calendar", "When the team is at work", (note,), (facts("At work", *rows),))


def oncall(book: Book) -> Page:
    known = book.oncall
    notes = (f"When nobody is on call: {principals(book, known.fallback) or 'everybody who sees it is asked'}.",)
    where = known.announce or book.communications.incidents_channel
    tables = tuple(_schedule(book, schedule) for schedule in known.all)
    told = (*notes, f"Who comes on call is said in #{where}.") if tables else ("This policy has no schedules.",)
    return Page("On call", "Who is on call, and whose turn it is when", told, tables)


def turns(book: Book, now: datetime) -> Page:
    """Who is on call now and next, by the files alone."""
    zone = book.calendar.timezone
    tables = tuple(_turns(book, schedule, now) for schedule in book.oncall.all)
    note = "By the policy alone: who covers for whom stands in Slack, /incident oncall."
    return Page("Shifts", f"Now and next, by the clocks of {zone}", (note,), tables)


def _schedule(book: Book, schedule: Schedule) -> Table:
    layers = (
        (f"Layer {n}" if len(schedule.layers) > 1 else "On call", _layer(book, layer))
        for n, layer in enumerate(schedule.layers, 1)
    )
    return facts(
        schedule.title,
        ("By PagerDuty", schedule.pagerduty and f"schedule {schedule.pagerduty}; the layers while it does not answer"),
        *layers,
        ("Keeps in step", schedule.group and f"@{schedule.group}"),
        ("Also called", words(schedule.aliases)),
        ("Called as", f"oncall:{schedule.id}"),
    )


def _layer(book: Book, layer: Layer) -> str:
    turn = f"in turns of {length(layer.every)}" if layer.every else ""
    first = layer.starts and f"from {layer.starts.day:%-d %b %Y} {_clock(layer.starts.at)}"
    zone = f"by the clocks of {layer.timezone}" if layer.timezone else ""
    holidays = {"skip": "not on holidays", "only": "on holidays", None: ""}[layer.holidays]
    how = (turn, first, _hours(layer.hours), holidays, zone)
    return lines((principals(book, layer.members), words(each for each in how if each) or "always"))


def _hours(hours: Hours | None) -> str:
    return f"{_days(hours.days)} {_clock(hours.since)} to {_clock(hours.to, 'midnight')}" if hours else ""


def _turns(book: Book, schedule: Schedule, now: datetime) -> Table:
    shifts = book.rota(schedule.id).shifts(now, now + SOON)
    rows = tuple(_turn(book, shift, shift.end < now + SOON) for shift in shifts[:MOST])
    return Table(schedule.title, ("On call", "From", "Until"), rows)


def _turn(book: Book, shift: Shift, ends: bool) -> Row:
    until = _day(book.calendar, shift.end) if ends else NONE
    return principals(book, shift.who) or "nobody", _day(book.calendar, shift.start), until


def _day(calendar: Calendar, at: datetime) -> str:
    return f"{at.astimezone(calendar.zone):%a %-d %b %H:%M}"


def _days(days: Iterable[str]) -> str:
    """
    >>> _days(DAYS), _days(DAYS[:5]), _days(("sat", "mon"))
    ('every day', 'Mon to Fri', 'Mon, Sat')
    """
    named = [day for day in DAYS if day in set(days)]
    if len(named) == len(DAYS):
        return "every day"
    first, last = DAYS.index(named[0]), DAYS.index(named[-1])
    if len(named) > 2 and last - first + 1 == len(named):
        return f"{named[0].title()} to {named[-1].title()}"
    return words(day.title() for day in named)


def _clock(at: time, midnight: str = "00:00") -> str:
    return midnight if at == MIDNIGHT else f"{at:%H:%M}"
