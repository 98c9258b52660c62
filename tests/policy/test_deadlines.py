"""When deadlines are due, and how they stand, as arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.book import load
from bot.policy.calendar import Calendar
from bot.policy.check import problems
from bot.policy.deadlines import Deadlines, Moments, Standing, by_urgency
from bot.policy.show import PAGES
from tests.stories.policies import a_policy

ROLES = """
lead: boss
roles:
  - {id: boss, title: The Boss, emoji: "👑", duties: [You decide.]}
"""
#: a Saturday
T = datetime(2026, 11, 21, 3, tzinfo=UTC)
MIN = timedelta(minutes=1)
OPENED = Moments("sev1", T, T)
CALENDAR = Calendar()


def policy(**more: str) -> Deadlines:
    one = {"id": "customers", "title": "Customers told", "severities": ["sev1"], "within": "30m"}
    return Deadlines.model_validate({"deadlines": [one | more]})


def due(deadlines: Deadlines, moments: Moments = OPENED, **met: datetime) -> list[timedelta]:
    return [planned.due - T for planned in deadlines.plan(moments, met, CALENDAR)]


def stands(deadlines: Deadlines, moments: Moments = OPENED, **met: datetime) -> Standing:
    [standing] = deadlines.standing(moments, met, CALENDAR)
    return standing


def test_it_is_due_so_long_after_the_declaration() -> None:
    assert due(policy()) == [30 * MIN]
    assert due(policy(), replace(OPENED, severity="sev2")) == []


SINCE = [
    ("graded", replace(OPENED, graded_at=T + 5 * MIN), [35 * MIN]),
    ("acknowledged", OPENED, []),
    ("acknowledged", replace(OPENED, acknowledged_at=T + 4 * MIN), [34 * MIN]),
    ("resolved", OPENED, []),
    ("resolved", replace(OPENED, over=True, resolved_at=T + 60 * MIN), [90 * MIN]),
    ("declared", replace(OPENED, opened_at=T + 120 * MIN, graded_at=T + 120 * MIN), [150 * MIN]),
]


@pytest.mark.parametrize(("since", "moments", "expected"), SINCE)
def test_from_when_it_counts(since: str, moments: Moments, expected: list[timedelta]) -> None:
    assert due(policy(since=since), moments) == expected


def test_the_next_business_day_is_when_business_hours_begin() -> None:
    london = Calendar(timezone="Europe/London", opens="09:00")
    [planned] = policy(within="next business day").plan(OPENED, {}, london)
    assert planned.due == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_what_was_met_is_due_no_more_and_late_is_seen() -> None:
    assert due(policy(), customers=T + 20 * MIN) == []
    assert not stands(policy(), customers=T + 30 * MIN).late
    assert stands(policy(), customers=T + 31 * MIN).late


def test_what_was_met_before_it_was_reopened_is_due_again() -> None:
    again = replace(OPENED, opened_at=T + 60 * MIN, graded_at=T + 60 * MIN)
    assert due(policy(), again, customers=T + 20 * MIN) == [90 * MIN]


def test_what_repeats_is_due_so_long_after_it_was_met_last() -> None:
    cadence = policy(every="15m")
    assert due(cadence) == [30 * MIN]
    assert due(cadence, customers=T + 10 * MIN) == [25 * MIN]
    assert due(cadence, replace(OPENED, over=True), customers=T + 10 * MIN) == []


def test_a_severity_that_came_later_asks_nothing_that_was_over_already() -> None:
    graver = replace(OPENED, graded_at=T + 120 * MIN)
    assert due(policy(), graver) == [150 * MIN]
    assert due(policy(), replace(graver, graded_at=T + 20 * MIN)) == [30 * MIN]


def test_what_was_missed_stays_missed_whatever_the_severity_becomes() -> None:
    graver = replace(OPENED, graded_at=T + 120 * MIN, missed={("customers", T + 30 * MIN)})
    assert due(policy(), graver) == [30 * MIN]
    assert stands(policy(), graver).missed and stands(policy(), graver).open
    assert not stands(policy(), graver, customers=T + 130 * MIN).missed


def test_after_the_end_what_was_open_is_left_out_and_what_was_missed_stays_so() -> None:
    ended = replace(OPENED, over=True, resolved_at=T + 20 * MIN)
    assert policy().standing(ended, {}, CALENDAR) == ()
    missed = stands(policy(), replace(ended, missed={("customers", T + 30 * MIN)}))
    assert missed.missed and not missed.open


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 600)), max_size=8))
def test_missed_ones_come_first_then_the_soonest(given: list[tuple[bool, int]]) -> None:
    one = policy().all[0]
    ordered = by_urgency(Standing(one, T + n * MIN, True, missed) for missed, n in given)
    assert [(s.missed, s.due) for s in ordered] == sorted(
        [(missed, T + n * MIN) for missed, n in given], key=lambda pair: (not pair[0], pair[1])
    )


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 60))
def test_what_repeats_is_never_due_before_it_was_met(begun: int, met: int, every: int) -> None:
    moments = replace(OPENED, opened_at=T + begun * MIN, graded_at=T + begun * MIN)
    [planned] = policy(every=f"{every}m").plan(moments, {"customers": T + met * MIN}, CALENDAR)
    assert planned.due > max(T + begun * MIN, T + met * MIN if met >= begun else T)


MISTAKES = [
    ("within: 30m", "severities: [sev9], within: 30m", 'there is no severity "sev9".'),
    ("within: 30m", "within: 30m, remind_before: 30m", "the reminder comes before anybody could begin."),
    ("within: 30m", "within: 30m, every: 0m", "that is no time at all."),
    ("within: 30m", "within: 30m, every: 5m, remind_before: 5m", "the reminder comes before it was met last."),
    ("within: 30m", "within: 30m, every: 5m, since: resolved", "it repeats while an incident is open"),
    ("within: 30m", "within: 30m, then_call: emperor", 'there is no level "emperor".'),
    ("within: 30m", "within: 30m, then_call: manager, since: resolved", "nobody is called for one that is over."),
    ("within: 30m", "within: 30m, met_by: acknowledged, since: resolved", "that comes before the end"),
    ("within: 30m", "within: 30m, met_by: told", "told where?"),
    ("within: 30m", "within: 30m, channel: status-updates", "hand is in no channel."),
    ("within: 30m", "within: 30m, met_by: told, channel: rumours", "is said in #rumours for sev1."),
    ("within: 30m", "within: 30m, met_by: announced, channel: status-updates", "is said in #status-updates for sev1."),
    ("remind: communications", "remind: cook", 'there is no role "cook".'),
    ("within: 30m}", "within: 30m}\n  - {id: mail, title: Customers told, severities: [sev1], within: 1h}",
     '"customers told" means more than one deadline of sev1.'),
]  # fmt: skip


@pytest.mark.parametrize(("was", "now", "told"), MISTAKES, ids=[told[:40] for _, _, told in MISTAKES])
def test_a_deadline_that_cannot_be_is_a_sentence(tmp_path: Path, was: str, now: str, told: str) -> None:
    right = """
remind: communications
deadlines:
  - {id: customers, title: Customers told, severities: [sev1], within: 30m}
"""
    if now.startswith("severities"):
        right = right.replace("severities: [sev1], ", "")
    assert problems(a_policy(tmp_path / "right", deadlines=right)) == [] or now.startswith("severities")
    [problem] = problems(a_policy(tmp_path / "ours", deadlines=right.replace(was, now)))
    assert problem.startswith("deadlines.yml, line ") and told in problem


def test_what_only_a_policy_below_asks_for_is_no_mistake(tmp_path: Path) -> None:
    ours = a_policy(
        tmp_path / "ours", communications="audiences: []", escalation="levels: []\nrules: []", roles=ROLES,
        cadence="louder: [{miss: 1, volume: room}]", lifecycle="decide_by: []",
    )  # fmt: skip
    assert problems(ours) == []
    shown = PAGES["deadlines"](load(ours))
    assert shown.notes == ("Reminded before the time: The Boss. Told when it is missed: The Boss.",)
