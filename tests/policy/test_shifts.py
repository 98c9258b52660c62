"""Who is on call when: turns, hours, holidays, layers and overrides, in zones whose clocks change."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.policy.calendar import DAYS, Calendar
from bot.policy.oncall import Layer, Schedule
from bot.policy.shifts import Override, Rota, Shift, Shifts, people
from tests.policy.test_calendar import ZONES, moments, utc

ANA, BEN, EVE = "person:ana@example.org", "person:ben@example.org", "person:eve@example.org"
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)


def rota(
    *layers: dict[str, Any], zone: str = "UTC", off: tuple[str, ...] = (), over: tuple[Override, ...] = ()
) -> Rota:
    schedule = Schedule.model_validate({"id": "primary", "title": "Primary", "layers": layers})
    return Rota(schedule, Calendar.model_validate({"timezone": zone, "holidays": off}), over)


def weekly(zone: str, at: str = "09:00", first: str = "2026-03-16") -> Rota:
    return rota({"members": [ANA, BEN], "starts": f"{first} {at}", "every": "7d"}, zone=zone)


def local(shifts: Shifts, zone: str) -> list[str]:
    return [f"{shift.start.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for shift in shifts]


def held(shifts: Shifts) -> list[tuple[str, ...]]:
    return [shift.who for shift in shifts]


def test_members_take_turns() -> None:
    shifts = weekly("UTC").shifts(utc(2026, 3, 16, 9), utc(2026, 4, 13, 9))

    assert held(shifts) == [(ANA,), (BEN,), (ANA,), (BEN,)]
    assert {shift.end - shift.start for shift in shifts} == {WEEK}


def test_nobody_is_before_the_first_turn() -> None:
    assert weekly("UTC").on_call(utc(2026, 3, 16, 8, 59)) == ()
    assert weekly("UTC").on_call(utc(2026, 3, 16, 9)) == (ANA,)


DST_WEEKS = [
    # zone, the handover before the clocks change, hours in the week they change in
    ("Europe/London", utc(2026, 3, 23, 9), 167), ("Europe/London", utc(2026, 10, 19, 8), 169),
    ("America/New_York", utc(2026, 10, 26, 13), 169), ("Australia/Lord_Howe", utc(2026, 3, 29, 22), 168.5),
    ("Asia/Kathmandu", utc(2026, 3, 23, 3, 15), 168),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "start", "hours"), DST_WEEKS, ids=str)
def test_a_week_keeps_its_handover_time_when_clocks_change(zone: str, start: datetime, hours: float) -> None:
    [shift] = weekly(zone).shifts(start, start + timedelta(hours=hours))
    there = weekly(zone)

    assert there.next_change(start) == start + timedelta(hours=hours)
    assert there.on_call(start - timedelta(seconds=1)) != shift.who
    assert local((shift,), zone)[0].endswith("09:00")


def test_exact_hours_do_not_heed_the_clocks() -> None:
    half_days = rota({"members": [ANA, BEN], "starts": "2026-03-28 20:00", "every": "12h"}, zone="Europe/Berlin")
    shifts = half_days.shifts(utc(2026, 3, 28, 19), utc(2026, 3, 30, 7))

    assert local(shifts, "Europe/Berlin") == ["03-28 20:00", "03-29 09:00", "03-29 21:00"]
    assert {shift.end - shift.start for shift in shifts} == {12 * HOUR}


@pytest.mark.parametrize(
    ("day", "starts", "handover"),
    [
        ("there is no such time", "2026-03-28 02:30", utc(2026, 3, 29, 1, 30)),
        ("there are two such times", "2026-10-24 02:30", utc(2026, 10, 25, 0, 30)),
    ],
)
def test_a_handover_at_the_hour_in_which_clocks_change_happens_once(day: str, starts: str, handover: datetime) -> None:
    daily = rota({"members": [ANA, BEN], "starts": starts, "every": "1d"}, zone="Europe/Berlin")
    shifts = daily.shifts(handover - 20 * HOUR, handover + 20 * HOUR)

    assert [(shift.start, shift.who) for shift in shifts[1:]] == [(handover, (BEN,))]


def test_a_day_that_a_zone_left_out_is_nobodys_turn() -> None:
    """Samoa had no 30 December 2011."""
    daily = rota({"members": [ANA, BEN, EVE], "starts": "2011-12-28 09:00", "every": "1d"}, zone="Pacific/Apia")
    shifts = daily.shifts(utc(2011, 12, 28, 19), utc(2012, 1, 1, 19))

    assert held(shifts) == [(ANA,), (BEN,), (ANA,), (BEN,)]
    assert all(shift.end - shift.start == DAY for shift in shifts)


NIGHTS = {"members": [EVE], "hours": {"days": ["fri"], "from": "22:00", "to": "06:00"}}


def test_hours_may_last_over_midnight() -> None:
    [night] = [s for s in rota(NIGHTS, zone="Europe/London").shifts(utc(2026, 11, 16), utc(2026, 11, 23)) if s.who]
    assert night == Shift(utc(2026, 11, 20, 22), utc(2026, 11, 21, 6), (EVE,))


def test_hours_from_a_time_to_the_same_last_a_whole_day() -> None:
    one = rota({"members": [ANA], "hours": {"days": ["sat"], "from": "09:00", "to": "09:00"}})
    assert [s for s in one.shifts(utc(2026, 11, 16), utc(2026, 11, 23)) if s.who] == [
        Shift(utc(2026, 11, 21, 9), utc(2026, 11, 22, 9), (ANA,))
    ]


def test_later_layers_fill_where_earlier_ones_are_silent() -> None:
    office = {"members": [ANA], "hours": {"days": list(DAYS[:5]), "from": "09:00", "to": "17:00"}}
    both = rota(office, {"members": [BEN]})

    assert held(both.shifts(utc(2026, 11, 20), utc(2026, 11, 21))) == [(BEN,), (ANA,), (BEN,)]
    assert both.on_call(utc(2026, 11, 21, 12)) == (BEN,)
    assert rota({"members": [BEN]}, office).on_call(utc(2026, 11, 20, 12)) == (BEN,)


def test_holidays_are_skipped_or_are_all_that_counts() -> None:
    works, rests = {"members": [ANA], "holidays": "skip"}, {"members": [BEN], "holidays": "only"}
    year = rota(works, rests, off=("2026-12-25",)).shifts(utc(2026, 12, 24), utc(2026, 12, 27))

    assert [(s.start, s.who) for s in year] == [
        (utc(2026, 12, 24), (ANA,)), (utc(2026, 12, 25), (BEN,)), (utc(2026, 12, 26), (ANA,)),
    ]  # fmt: skip


def test_a_layer_may_live_by_the_clocks_of_another_place() -> None:
    sun = rota(
        {"members": [ANA], "timezone": "Asia/Singapore", "hours": {"from": "09:00", "to": "17:00"}}, {"members": [BEN]}
    )
    assert held(sun.shifts(utc(2026, 11, 20), utc(2026, 11, 20, 12))) == [(BEN,), (ANA,), (BEN,)]
    assert sun.next_change(utc(2026, 11, 20)) == utc(2026, 11, 20, 1)


def test_an_override_lies_over_everything_and_the_later_one_over_the_earlier() -> None:
    asked = (
        Override("primary", BEN, utc(2026, 11, 20, 10), utc(2026, 11, 20, 14)),
        Override("primary", EVE, utc(2026, 11, 20, 12), utc(2026, 11, 20, 13)),
        Override("secondary", EVE, utc(2026, 11, 20, 8), utc(2026, 11, 20, 20)),
    )
    covered = rota({"members": [ANA]}, over=asked)

    assert held(covered.shifts(utc(2026, 11, 20), utc(2026, 11, 21))) == [(ANA,), (BEN,), (EVE,), (BEN,), (ANA,)]
    assert covered.next_change(utc(2026, 11, 20, 13)) == utc(2026, 11, 20, 14)


def test_whoever_takes_one_place_leaves_the_others() -> None:
    instead = Override("primary", EVE, utc(2026, 11, 20, 10), utc(2026, 11, 20, 14), BEN)
    covered = rota({"members": ["group:crew"]}, over=(instead,))
    found = {"group:crew": ["U1", "U2"], BEN: ["U2"], EVE: ["U3"]}

    assert people(covered.on_call(utc(2026, 11, 20, 12)), found) == ["U1", "U3"]
    assert people(covered.on_call(utc(2026, 11, 20, 14)), found) == ["U1", "U2"]
    assert [s.start.hour for s in covered.shifts(utc(2026, 11, 20), utc(2026, 11, 21))] == [0, 10, 14]


def test_places_are_taken_one_after_the_other() -> None:
    at, end = utc(2026, 11, 20, 10), utc(2026, 11, 20, 14)
    back = (Override("primary", EVE, at, end, BEN), Override("primary", BEN, at, end, EVE))
    found = {"group:crew": ["U1", "U2"], BEN: ["U2"], EVE: ["U3"]}

    assert people(rota({"members": ["group:crew"]}, over=back).on_call(at), found) == ["U1", "U2"]
    assert people(rota(over=back[:1]).on_call(at), found) == ["U3"]


def test_an_override_fills_a_gap() -> None:
    empty = Rota(Schedule(id="primary", title="Primary"), Calendar())
    filled = Rota(empty.schedule, empty.calendar, (Override("primary", ANA, utc(2026, 1, 2), utc(2026, 1, 3)),))

    assert empty.gaps(utc(2026, 1, 1), utc(2026, 1, 4)) == (Shift(utc(2026, 1, 1), utc(2026, 1, 4), ()),)
    assert [(g.start, g.end) for g in filled.gaps(utc(2026, 1, 1), utc(2026, 1, 4))] == [
        (utc(2026, 1, 1), utc(2026, 1, 2)), (utc(2026, 1, 3), utc(2026, 1, 4)),
    ]  # fmt: skip


def test_who_is_always_on_call_never_changes() -> None:
    assert rota({"members": [ANA]}).next_change(utc(2026, 1, 1)) is None


# whatever a team may think of

zones = st.sampled_from(ZONES)
times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 30, 59)))
hours = st.fixed_dictionaries(
    {"days": st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True), "from": times, "to": times}
)
lengths = st.sampled_from(("1h", "7h", "12h", "1d", "36h", "2d", "7d", "14d"))
layers = st.fixed_dictionaries(
    {
        "members": st.lists(st.sampled_from((ANA, BEN, EVE)), min_size=1, max_size=3),
        "starts": st.builds("2026-{:02}-{:02} {}".format, st.integers(1, 12), st.integers(1, 28), times),
        "every": lengths,
    },
    optional={"hours": hours, "holidays": st.sampled_from(("skip", "only")), "timezone": zones},
)
overrides = st.builds(
    lambda who, start, length, instead: Override("primary", who, start, start + length, instead),
    st.sampled_from((ANA, EVE)), moments, st.timedeltas(HOUR, 3 * DAY), st.sampled_from((None, BEN)),
)  # fmt: skip
rotas = st.builds(
    lambda listed, zone, over: rota(*listed, zone=zone, off=("2026-03-29", "2026-12-25"), over=tuple(over)),
    st.lists(layers, max_size=3), zones, st.lists(overrides, max_size=4),
)  # fmt: skip


@settings(deadline=None)
@given(rotas, moments, st.timedeltas(timedelta(minutes=1), 20 * DAY))
def test_shifts_tile_the_time_and_say_what_each_moment_says(asked: Rota, start: datetime, length: timedelta) -> None:
    end = start + length
    shifts = asked.shifts(start, end)

    assert (shifts[0].start, shifts[-1].end) == (start, end)
    assert all(before.end == after.start and before.who != after.who for before, after in pairwise(shifts))
    for shift in shifts:
        within = (shift.start, shift.start + (shift.end - shift.start) / 3, shift.end - timedelta(microseconds=1))
        assert {asked.on_call(at) for at in within} == {shift.who}
    assert asked.gaps(start, end) == tuple(shift for shift in shifts if not shift.who)


@settings(deadline=None, max_examples=40)
@given(rotas, moments)
def test_nothing_changes_before_the_next_change(asked: Rota, at: datetime) -> None:
    change, now = asked.next_change(at), asked.on_call(at)

    if change is None:
        assert all(asked.on_call(at + n * 5 * DAY) == now for n in range(80))
    else:
        assert change > at and asked.on_call(change) != now
        assert asked.on_call(change - timedelta(microseconds=1)) == now


@settings(deadline=None)
@given(st.sampled_from(("1d", "7d")), times, zones, moments)
def test_turns_of_days_change_at_the_same_time_of_day(every: str, at: str, zone: str, start: datetime) -> None:
    asked = rota({"members": [ANA, BEN], "starts": f"2026-01-05 {at}", "every": every}, zone=zone)
    changes = asked.shifts(max(start, utc(2026, 1, 7)), max(start, utc(2026, 1, 7)) + 15 * DAY)[1:]

    assert changes
    shown = [f"{shift.start.astimezone(ZoneInfo(zone)):%H:%M}" for shift in changes]
    assert sum(said != at for said in shown) <= 1, "only where the clocks leave that time out"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"members": []}, "at least 1 item"),
        ({"members": [ANA, BEN]}, "several members take turns"),
        ({"members": [ANA], "every": "7d"}, "turns begin some day"),
        ({"members": [ANA], "every": "5m", "starts": "2026-01-05"}, "turns take at least an hour"),
        ({"members": [ANA], "every": "7d", "starts": "Monday"}, "is not a date"),
        ({"members": ["declarer"]}, "should match pattern"),
        ({"members": [ANA], "hours": {"days": ["mon"], "from": "9"}}, "is not a time of day"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Layer.model_validate(wrong)
