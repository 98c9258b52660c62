"""What is still to come for an incident, whatever the rules are and whatever has happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.calendar import Calendar
from bot.policy.escalation import LEVEL, Escalation, Level, Moments, Planned, Rule
from bot.policy.model import Workdays

T = datetime(2026, 11, 20, 15, tzinfo=UTC)
CALENDAR = Calendar()
IDS = ("one", "two", "three", "four")
SEVERITIES = ("sev1", "sev2")

minutes = st.integers(0, 3000).map(lambda n: timedelta(minutes=n))
sinces = st.sampled_from(("declared", "graded", "acknowledged", *(f"{LEVEL}{id}" for id in IDS)))


def level(id: str) -> Level:
    return Level(id=id, title=id, who=("group:oncall",))


@st.composite
def policies(draw: st.DrawFn) -> Escalation:
    named = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True))
    made = [draw(a_rule(n, named)) for n in range(draw(st.integers(0, 6)))]
    return Escalation(levels=tuple(map(level, named)), rules=tuple(made))


@st.composite
def a_rule(draw: st.DrawFn, n: int, levels: list[str]) -> Rule:
    return Rule(
        id=f"r{n}",
        severities=tuple(draw(st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=2, unique=True))),
        after=draw(st.one_of(minutes, st.integers(1, 3).map(Workdays))),
        since=draw(sinces),
        to=draw(st.sampled_from(levels)),
        unless=draw(st.sampled_from(("acknowledged", "over"))),
        because="It lasts.",
    )


@st.composite
def moments(draw: st.DrawFn) -> Moments:
    called = draw(st.dictionaries(st.sampled_from(IDS), minutes, max_size=3))
    acknowledged = draw(st.one_of(st.none(), minutes))
    return Moments(
        severity=draw(st.sampled_from(SEVERITIES)),
        opened_at=T,
        graded_at=T + draw(minutes),
        acknowledged_at=None if acknowledged is None else T + acknowledged,
        called={id: T + after for id, after in called.items()},
        stood_still=draw(minutes),
    )


def base(rule: Rule, now: Moments) -> datetime:
    named: dict[str, Any] = {
        "declared": now.opened_at, "graded": now.graded_at, "acknowledged": now.acknowledged_at,
        **{f"{LEVEL}{id}": at for id, at in now.called.items()},
    }  # fmt: skip
    found = named[rule.since]
    assert isinstance(found, datetime), "it counts from what has happened"
    return found


@given(policies(), moments())
def test_nothing_is_due_before_what_it_counts_from(policy: Escalation, now: Moments) -> None:
    for planned in policy.plan(now, CALENDAR):
        assert planned.due >= base(planned.rule, now) + now.stood_still
        if isinstance(planned.rule.after, timedelta):
            assert planned.due == base(planned.rule, now) + planned.rule.after + now.stood_still


@given(policies(), moments())
def test_what_is_planned_is_of_the_severity_and_its_own_level_and_each_level_comes_once(
    policy: Escalation, now: Moments
) -> None:
    planned = policy.plan(now, CALENDAR)
    assert all(now.severity in p.rule.severities and p.rule.to == p.level.id for p in planned)
    assert len({p.level.id for p in planned}) == len(planned)


@given(policies(), moments())
def test_a_called_level_never_comes_again(policy: Escalation, now: Moments) -> None:
    assert not {p.level.id for p in policy.plan(now, CALENDAR)} & set(now.called)


@given(policies(), moments(), minutes)
def test_an_acknowledgement_takes_away_exactly_what_does_not_insist(
    policy: Escalation, now: Moments, after: timedelta
) -> None:
    """And lets begin what counts from it."""
    before = replace(now, acknowledged_at=None)
    acknowledged = replace(now, acknowledged_at=T + after)
    insisting = policy.model_copy(update={"rules": tuple(r for r in policy.rules if r.insists)})
    assert policy.plan(acknowledged, CALENDAR) == insisting.plan(acknowledged, CALENDAR)
    kept = [p for p in insisting.plan(acknowledged, CALENDAR) if p.rule.since != "acknowledged"]
    others = insisting.model_copy(update={"rules": tuple(r for r in insisting.rules if r.since != "acknowledged")})
    assert {p.level.id for p in kept} <= {p.level.id for p in others.plan(before, CALENDAR)}
    assert others.plan(acknowledged, CALENDAR) == others.plan(before, CALENDAR)


@given(policies(), moments(), minutes)
def test_a_pause_shifts_all_of_it_by_the_same(policy: Escalation, now: Moments, longer: timedelta) -> None:
    shifted = policy.plan(replace(now, stood_still=now.stood_still + longer), CALENDAR)
    assert shifted == tuple(p._replace(due=p.due + longer) for p in policy.plan(now, CALENDAR))


@given(policies(), moments())
def test_it_comes_in_the_order_of_time_and_of_what_comes_together_the_highest_first(
    policy: Escalation, now: Moments
) -> None:
    order = [(p.due, -policy.rank(p.level.id)) for p in policy.plan(now, CALENDAR)]
    assert order == sorted(order)


@given(policies(), moments())
def test_the_soonest_rule_of_a_level_counts(policy: Escalation, now: Moments) -> None:
    for planned in policy.plan(now, CALENDAR):
        alone = [policy.model_copy(update={"rules": (r,)}) for r in policy.rules if r.to == planned.level.id]
        assert planned.due == min(p.due for each in alone for p in each.plan(now, CALENDAR))


@given(policies(), moments())
def test_calling_one_after_the_other_comes_to_an_end(policy: Escalation, now: Moments) -> None:
    called = dict(now.called)
    for _ in range(len(policy.levels) + 1):
        planned = policy.plan(replace(now, called=called), CALENDAR)
        if not planned:
            break
        called[planned[0].level.id] = planned[0].due
    assert policy.plan(replace(now, called=called), CALENDAR) == ()
    assert set(called) - set(now.called) <= {level.id for level in policy.levels}


# the words of a policy


MATRIX = Escalation(
    levels=tuple(map(level, IDS[:3])),
    rules=(
        Rule(id="a", severities=("sev1",), after=timedelta(minutes=15), to="two", because="x"),
        Rule(id="b", severities=("sev1",), after=timedelta(0), since="level:two", to="three", because="x"),
        Rule(id="c", severities=("sev1",), after=Workdays(1), to="one", unless="over", because="x"),
    ),
)


def shown(planned: tuple[Planned, ...]) -> list[str]:
    return [f"{p.level.id} {p.due:%a %H:%M}" for p in planned]


def test_one_level_waits_for_another() -> None:
    now = Moments("sev1", T, T)
    assert shown(MATRIX.plan(now, CALENDAR)) == ["two Fri 15:15", "one Mon 09:00"]
    now = replace(now, called={"two": T + timedelta(minutes=15)})
    assert shown(MATRIX.plan(now, CALENDAR)) == ["three Fri 15:15", "one Mon 09:00"]
    assert shown(MATRIX.plan(replace(now, acknowledged_at=T), CALENDAR)) == ["one Mon 09:00"]
    assert shown(MATRIX.plan(replace(now, severity="sev2"), CALENDAR)) == []


def test_a_level_is_found_by_id_title_or_alias_and_has_a_rank() -> None:
    policy = Escalation(levels=(Level(id="em", title="Engineering Manager", who=("group:a",), aliases=("boss",)),))
    for word in ("em", "ENGINEERING manager", " Boss "):
        found = policy.find(word)
        assert found and found.id == "em"
    assert policy.find("cto") is None
    assert (policy.rank("em"), policy.rank("cto")) == (0, -1)
    with pytest.raises(LookupError, match=r"This policy has no level 'cto'\. It has: em\."):
        policy.level("cto")


def test_every_principal_is_named_once() -> None:
    assert MATRIX.named == ("group:oncall",)
