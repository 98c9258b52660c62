"""The policies that come with Muster keep what their own tests say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.policy import book
from bot.policy.cases import cases
from bot.policy.layers import BUNDLED, bundled
from bot.rehearsal.proving import prove


@pytest.mark.parametrize("policy", bundled())
async def test_its_own_tests_hold(policy: str) -> None:
    outcomes = await prove(policy)

    assert [(outcome.name, outcome.wrong) for outcome in outcomes if not outcome.ok] == []
    assert len(outcomes) >= 5


@pytest.mark.parametrize("policy", bundled())
def test_its_tests_speak_of_every_severity(policy: str) -> None:
    severities = book.load(policy).severities
    tested = {severities.find(placed.case.given.severity) for placed in cases(policy)}

    assert {severity.id for severity in tested if severity} == set(severities.ids)


async def test_a_rule_that_is_changed_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED / "tracktion", tmp_path / "tracktion")
    rules = tmp_path / "tracktion" / "escalation.yml"
    rules.write_text(rules.read_text().replace("after: 1h\n", "after: 90m\n"))
    (tmp_path / "tracktion" / "tests" / "told.yml").unlink()

    failed = {outcome.name for outcome in await prove(str(tmp_path / "tracktion")) if not outcome.ok}

    assert failed == {
        "nobody acknowledges a P1 at night",
        "a P1 that somebody is on goes higher all the same",
        "a P2 calls the team lead, and senior management after an hour",
    }
