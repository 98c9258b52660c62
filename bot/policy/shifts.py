"""Who is on call when: the arithmetic of one schedule. Moments come and go in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.policy.calendar import DAY, DAYS, Calendar, moment
from bot.policy.oncall import Hours, Layer, Schedule

#: how far ahead the next change is looked for, in steps
AHEAD = (timedelta(days=8), timedelta(days=64), timedelta(days=400))


#: before a principal: without them, whoever stands before
WITHOUT = "without:"


@dataclass(frozen=True)
class Override:
    """
    Somebody, as a principal, in place of whoever would be on call from `start` until before `end`.

    With `instead` it is that one principal whose place they take; others who are on call stay.
    """

    schedule: str
    who: str
    start: datetime
    end: datetime
    instead: str | None = None


@dataclass(frozen=True)
class Shift:
    """Who is on call from `start` until before `end`, as `people` reads it; () is nobody."""

    start: datetime
    end: datetime
    who: tuple[str, ...]


Shifts = tuple[Shift, ...]


def principals(who: Iterable[str]) -> tuple[str, ...]:
    """
    Those that have to be looked up, each once.

    >>> principals(("group:oncall", "without:person:ben", "person:ana"))
    ('group:oncall', 'person:ben', 'person:ana')
    """
    return tuple(dict.fromkeys(each.removeprefix(WITHOUT) for each in who))


def people(who: Iterable[str], found: Mapping[str, Iterable[str]]) -> list[str]:
    """
    Who that is, each once, by what was found behind each principal.

    >>> people(("group:oncall", "without:person:ben", "person:ana"),
    ...        {"group:oncall": ["U1", "U2"], "person:ben": ["U1"], "person:ana": ["U3"]})
    ['U2', 'U3']
    """
    known: list[str] = []
    for each in who:
        meant = list(found.get(each.removeprefix(WITHOUT), ()))
        if each.startswith(WITHOUT):
            known = [person for person in known if person not in meant]
        else:
            known += [person for person in meant if person not in known]
    return known


@dataclass(frozen=True)
class Turns:
    """A layer beside the calendar that gives it its zone and its holidays."""

    layer: Layer
    calendar: Calendar

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.layer.timezone) if self.layer.timezone else self.calendar.zone

    def on_call(self, at: datetime) -> tuple[str, ...]:
        if not self._within(at):
            return ()
        turn = self._turn(at)
        return () if turn < 0 else (self.layer.members[turn % len(self.layer.members)],)

    def changes(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every moment after `start` and before `end` at which somebody else may be on call."""
        yield from (at for at in (*self._handovers(start, end), *self._windows(start, end)) if start < at < end)

    def _begin(self, turn: int) -> datetime:
        first, every = self.layer.starts, self.layer.every
        assert first is not None
        if every is None or every % DAY:
            return moment(first.day, first.at, self.zone) + turn * (every or DAY)
        return moment(first.day + turn * every, first.at, self.zone)

    def _turn(self, at: datetime) -> int:
        """The number of the turn at that moment; below 0 before the first."""
        first, every = self.layer.starts, self.layer.every
        if first is None:
            return 0
        if every is None:
            return 0 if at >= self._begin(0) else -1
        if every % DAY:
            return (at - self._begin(0)) // every
        turn = (at.astimezone(self.zone).date() - first.day) // every
        while self._begin(turn) > at:
            turn -= 1
        return turn

    def _handovers(self, start: datetime, end: datetime) -> Iterator[datetime]:
        if self.layer.starts is None:
            return
        turn = max(self._turn(start), 0)
        while (at := self._begin(turn)) < end:
            yield at
            if self.layer.every is None:
                return
            turn += 1

    def _within(self, at: datetime) -> bool:
        """Whether the layer's hours include that moment."""
        if self._always:
            return True
        today = at.astimezone(self.zone).date()
        windows = (self._window(day) for day in (today - DAY, today) if self._counts(day))
        return any(since <= at < to for since, to in windows)

    def _windows(self, start: datetime, end: datetime) -> Iterator[datetime]:
        if self._always:
            return
        day, last = start.astimezone(self.zone).date() - DAY, end.astimezone(self.zone).date()
        while day <= last:
            if self._counts(day):
                yield from self._window(day)
            day += DAY

    @property
    def _always(self) -> bool:
        return self.layer.hours is None and self.layer.holidays is None

    @property
    def _hours(self) -> Hours:
        return self.layer.hours or Hours()

    def _counts(self, day: date) -> bool:
        asked = self.layer.holidays
        fits = asked is None or (day in self.calendar.holidays) == (asked == "only")
        return fits and DAYS[day.weekday()] in self._hours.days

    def _window(self, day: date) -> tuple[datetime, datetime]:
        hours = self._hours
        until = day if hours.to > hours.since else day + DAY
        return moment(day, hours.since, self.zone), moment(until, hours.to, self.zone)


@dataclass(frozen=True)
class Rota:
    """A schedule and the overrides that lie over it; of two at once the later in `overrides` counts."""

    schedule: Schedule
    calendar: Calendar
    overrides: tuple[Override, ...] = ()

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """As `people` reads it; empty when nobody is."""
        over = [each.who for each in self._lying_over(at) if each.instead is None]
        if over:
            return (over[-1], *self.reliefs(at))
        turn = next((who for turns in self._layers if (who := turns.on_call(at))), ())
        return (*turn, *self.reliefs(at))

    def reliefs(self, at: datetime) -> tuple[str, ...]:
        """What is to be added for those who take somebody's place."""
        taken = (each for each in self._lying_over(at) if each.instead is not None)
        return tuple(each for one in taken for each in (f"{WITHOUT}{one.instead}", one.who))

    def replaced(self, at: datetime) -> bool:
        """Whether an override alone says who is on call."""
        return any(each.instead is None for each in self._lying_over(at))

    def shifts(self, start: datetime, end: datetime) -> Shifts:
        """All of the time between, cut where somebody else is on call; gaps are shifts of nobody."""
        if start >= end:
            return ()
        found: list[Shift] = []
        for since, to in pairwise(self._cuts(start, end)):
            who = self.on_call(since)
            if found and found[-1].who == who:
                found[-1] = Shift(found[-1].start, to, who)
            else:
                found.append(Shift(since, to, who))
        return tuple(found)

    def gaps(self, start: datetime, end: datetime) -> Shifts:
        """The spans in which nobody is on call."""
        return tuple(shift for shift in self.shifts(start, end) if not shift.who)

    def next_change(self, after: datetime) -> datetime | None:
        """When somebody else is on call, or nobody; None when that is more than a year away."""
        for ahead in AHEAD:
            if len(found := self.shifts(after, after + ahead)) > 1:
                return found[1].start
        return None

    def _cuts(self, start: datetime, end: datetime) -> list[datetime]:
        over = (at for each in self._over for at in (each.start, each.end) if start < at < end)
        layers = (at for turns in self._layers for at in turns.changes(start, end))
        return sorted({start.astimezone(UTC), *over, *layers, end.astimezone(UTC)})

    def _lying_over(self, at: datetime) -> list[Override]:
        return [each for each in self._over if each.start <= at < each.end]

    @property
    def _over(self) -> tuple[Override, ...]:
        return tuple(each for each in self.overrides if each.schedule == self.schedule.id)

    @property
    def _layers(self) -> tuple[Turns, ...]:
        return tuple(Turns(layer, self.calendar) for layer in self.schedule.layers)
