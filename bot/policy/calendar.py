"""When the team is at work: its time zone, its business hours and its holidays (calendar.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from bot.policy.model import Part, Workdays

MIDNIGHT = time(0)
CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
DAY = timedelta(days=1)


def time_of_day(said: Any) -> time:
    """
    A time as clocks show it. ValueError for anything else.

    >>> str(time_of_day("9:30")), str(time_of_day(1020))
    ('09:30:00', '17:00:00')
    """
    if isinstance(said, time):
        return said
    # YAML 1.1 reads 17:00 without quotes as the number 1020: https://yaml.org/type/int.html
    if isinstance(said, int) and 60 <= said < 1440:
        return time(*divmod(said, 60))
    if found := re.fullmatch(CLOCK, str(said), re.ASCII):
        return time(int(found[1]), int(found[2]))
    raise ValueError(f'{said!r} is not a time of day; right would be, for example, "09:00"')


def day_of(said: Any) -> date:
    """A date of this century. ValueError for anything else."""
    try:
        day = said if isinstance(said, date) else date.fromisoformat(str(said))
    except ValueError:
        day = date.min
    if day.year // 100 != 20:
        raise ValueError(f'{said!r} is not a date; right would be, for example, "2026-12-25"')
    return day


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; right would be, for example, Europe/London") from None
    return name


TimeOfDay = Annotated[time, BeforeValidator(time_of_day), WithJsonSchema({"type": "string", "pattern": f"^{CLOCK}$"})]
Date = Annotated[date, BeforeValidator(day_of), WithJsonSchema({"type": "string", "format": "date"})]
Zone = Annotated[str, AfterValidator(known_zone)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
#: as `date.weekday` counts them
DAYS: tuple[Weekday, ...] = get_args(Weekday)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """
    In UTC, when the clocks of `zone` show that time: of two such moments the first, of none the one an hour on.

    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> moment(date(2026, 3, 29), time(2, 30), berlin).astimezone(berlin).isoformat()
    '2026-03-29T03:30:00+02:00'
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


class Calendar(Part):
    """Business hours by the clocks of `timezone`; closing at 00:00 is at midnight."""

    timezone: Zone = "UTC"
    days: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    opens: TimeOfDay = time(9)
    closes: TimeOfDay = time(17)
    holidays: tuple[Date, ...] = ()

    @model_validator(mode="after")
    def closes_later(self) -> Self:
        if MIDNIGHT != self.closes <= self.opens:
            raise ValueError("it closes before it opens; right would be, for example, opens 09:00 and closes 17:00")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_business(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days and day not in self.holidays

    def is_open(self, at: datetime) -> bool:
        """Whether it is business hours then."""
        today = at.astimezone(self.zone).date()
        return self.is_business(today) and self._opening(today) <= at < self._closing(today)

    def next_open(self, at: datetime) -> datetime:
        """`at` in business hours, else when they begin next."""
        days = self._business_days(at.astimezone(self.zone).date())
        return max(at, next(self._opening(day) for day in days if at < self._closing(day)))

    def after(self, at: datetime, length: timedelta | Workdays) -> datetime:
        """
        The moment so long after `at`; business days end when the last of them begins.

        >>> london = Calendar(timezone="Europe/London")
        >>> london.after(datetime(2026, 10, 23, 15, tzinfo=UTC), Workdays(1)).isoformat()
        '2026-10-26T09:00:00+00:00'
        """
        if isinstance(length, timedelta):
            return at + length
        days = self._business_days(at.astimezone(self.zone).date() + DAY)
        return next(self._opening(day) for n, day in enumerate(days, 1) if n >= length.count)

    def _business_days(self, day: date) -> Iterator[date]:
        """From `day` on."""
        while True:
            if self.is_business(day):
                yield day
            day += DAY

    def _opening(self, day: date) -> datetime:
        return moment(day, self.opens, self.zone)

    def _closing(self, day: date) -> datetime:
        return moment(day + DAY if self.closes == MIDNIGHT else day, self.closes, self.zone)
