"""Business hours and business days, by the clocks of the team, also when those are put forward and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.policy.calendar import Calendar
from bot.policy.model import Workdays

ZONES = ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
         "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca")  # fmt: skip
LONDON = Calendar(timezone="Europe/London", holidays=("2026-12-25", "2026-12-28"))


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


NEXT_DAY = [
    # asked at, due at, why
    (utc(2026, 11, 19, 15), utc(2026, 11, 20, 9), "from Thursday to Friday"),
    (utc(2026, 11, 20, 15), utc(2026, 11, 23, 9), "from Friday over the weekend"),
    (utc(2026, 11, 21, 3), utc(2026, 11, 23, 9), "from Saturday"),
    (utc(2026, 11, 23, 3), utc(2026, 11, 24, 9), "the day itself does not count, however early it is"),
    (utc(2026, 12, 24, 15), utc(2026, 12, 29, 9), "over holidays"),
    (utc(2026, 3, 27, 15), utc(2026, 3, 30, 8), "clocks are put forward"),
    (utc(2026, 10, 23, 15), utc(2026, 10, 26, 9), "clocks are put back"),
    (utc(2026, 7, 2, 23, 30), utc(2026, 7, 6, 8), "it is Friday in London already"),
]


@pytest.mark.parametrize(("asked", "due", "why"), NEXT_DAY, ids=[why for *_, why in NEXT_DAY])
def test_the_next_business_day_is_when_business_opens_on_it(asked: datetime, due: datetime, why: str) -> None:
    assert LONDON.after(asked, Workdays(1)) == due


def test_several_business_days_are_counted_one_by_one() -> None:
    assert LONDON.after(utc(2026, 11, 20, 15), Workdays(5)) == utc(2026, 11, 27, 9)


def test_a_length_of_time_is_just_that() -> None:
    assert LONDON.after(utc(2026, 3, 28, 12), timedelta(days=1)) == utc(2026, 3, 29, 12)


OPEN = [
    (utc(2026, 11, 20, 8, 59), False), (utc(2026, 11, 20, 9), True), (utc(2026, 11, 20, 16, 59), True),
    (utc(2026, 11, 20, 17), False), (utc(2026, 11, 21, 12), False), (utc(2026, 12, 25, 12), False),
    (utc(2026, 7, 3, 8), True), (utc(2026, 7, 3, 16), False),
]  # fmt: skip


@pytest.mark.parametrize(("at", "open"), OPEN, ids=str)
def test_business_hours(at: datetime, open: bool) -> None:
    assert LONDON.is_open(at) is open


def test_closing_at_midnight_is_at_the_end_of_the_day() -> None:
    always = Calendar(days=("mon", "tue"), opens="00:00", closes="00:00")
    assert always.is_open(utc(2026, 11, 24, 23, 59)) and not always.is_open(utc(2026, 11, 25, 0))
    assert always.next_open(utc(2026, 11, 25, 0)) == utc(2026, 11, 30)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis wants them bare


@given(moments, st.sampled_from(ZONES), st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=40))
def test_business_opens_next_where_it_was_closed_until_then(at: datetime, zone: str, off: set[date]) -> None:
    calendar = Calendar(timezone=zone, holidays=tuple(off))
    opens = calendar.next_open(at)

    assert calendar.is_open(opens) and opens >= at
    assert opens == at or not calendar.is_open(at)
    assert opens == at or not calendar.is_open(opens - timedelta(seconds=1))


@given(moments, st.sampled_from(ZONES), st.integers(1, 12))
def test_business_days_end_at_an_opening_of_a_later_day(at: datetime, zone: str, count: int) -> None:
    calendar = Calendar(timezone=zone)
    due = calendar.after(at, Workdays(count))
    there, then = at.astimezone(calendar.zone), due.astimezone(calendar.zone)

    assert then.time() == time(9) and then.weekday() < 5
    passed = (there.date() + timedelta(days=n) for n in range(1, (then.date() - there.date()).days + 1))
    assert sum(day.weekday() < 5 for day in passed) == count


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"timezone": "Mars"}, 'there is no time zone \'Mars\''),
        ({"opens": "9"}, "is not a time of day"),
        ({"opens": 9}, "is not a time of day"),
        ({"opens": "25:00"}, "is not a time of day"),
        ({"opens": "17:00", "closes": "09:00"}, "it closes before it opens"),
        ({"holidays": ["Christmas"]}, "is not a date"),
        ({"holidays": ["0001-01-01"]}, "is not a date"),
        ({"days": []}, "at least 1 item"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Calendar.model_validate(wrong)


def test_a_time_that_yaml_read_as_a_number_is_meant_as_it_was_written() -> None:
    assert Calendar.model_validate({"closes": 17 * 60 + 30}).closes == time(17, 30)
