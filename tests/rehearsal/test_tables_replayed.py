"""The handbooks' tables of escalation, deadlines and cadence, played through the real workflows number by number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.policy.book import load
from bot.policy.scenario import Kind, Rehearsed, Scenario
from bot.rehearsal import rehearse
from tests.policies.test_deadlines import OPEN
from tests.policies.test_escalation import CALLS

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LOOKED_AT = timedelta(hours=4, minutes=1)

#: minutes until the first update is due; a severity without a row is told of when there is news
FIRST_UPDATE = {
    "framework": {"p0": 15, "p1": 15},
    "code": {"sev1": 15, "sev2": 15, "sev3": 15},
    "smartcloudops": {"p0": 30, "p1": 30, "p2": 30},
    "tracktion": {"p1": 15, "p2": 15, "p3": 30},
}
DUE = {(name, severity): rows for name, severity, rows in OPEN}


@pytest.mark.parametrize(("name", "severity", "expected"), CALLS, ids=lambda each: str(each)[:16])
async def test_nobody_answers_and_every_figure_comes_true(name: str, severity: str, expected: list[Any]) -> None:
    found = await rehearse(load(name), Scenario(severity, MONDAY, until=LOOKED_AT))

    levels = [(told.offset, told.level) for told in found.told if told.kind is Kind.ESCALATED]
    ruled = [(at, level) for at, level in expected if at < LOOKED_AT]
    assert set(ruled) <= set(levels)
    by_rule = [t for t in found.told if t.kind is Kind.ESCALATED and t.rule.startswith("escalation ")]
    assert {(told.offset, told.level) for told in by_rule} <= set(ruled)
    assert len(by_rule) == len({told.level for told in by_rule}), "a level was called twice by rule"
    check_deadlines(found, name, severity)
    check_cadence(found, name, severity)


def check_deadlines(found: Rehearsed, name: str, severity: str) -> None:
    """Each was met before it was due, or missed exactly then."""
    for due, id in DUE.get((name, severity), ()):
        if due < LOOKED_AT:
            said = [told for told in found.told if told.kind is Kind.DEADLINE and told.rule == f"deadlines {id}"]
            assert said and (said[0].offset == due if "missed" in said[0].text else said[0].offset <= due), (id, said)


def check_cadence(found: Rehearsed, name: str, severity: str) -> None:
    """The room hears that the update is missed when it was due, and not before."""
    said = [told.offset for told in found.told if told.kind is Kind.NUDGED and "missed" in told.reason
            and told.rule.startswith("cadence")]  # fmt: skip
    if name in FIRST_UPDATE:
        minutes = FIRST_UPDATE[name].get(severity)
        assert said[:1] == ([timedelta(minutes=minutes)] if minutes else [])
