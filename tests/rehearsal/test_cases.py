"""The grammar of a policy's tests, and what counts as so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.policy import book
from bot.policy.calendar import Calendar
from bot.policy.cases import Case, Expected, Judge, cases
from bot.policy.errors import PolicyError
from bot.policy.layers import layers
from bot.policy.scenario import Kind, Told
from tests.rehearsal import quay
from tests.rehearsal.quay import NIGHT

TELLINGS = (
    Told(NIGHT, timedelta(), Kind.OPENED, (), "#inc-1", "slack"),
    Told(NIGHT, timedelta(), Kind.TOLD, (), "#incidents", "slack", "communications incidents_channel"),
    *(
        Told(NIGHT + timedelta(minutes=n), timedelta(minutes=n), Kind.PAGED, ("managers", "ana"), "", "sms",
             "escalation m-15m", "nobody acknowledged", "wake up", "manager")
        for n in (15, 20)
    ),
    Told(NIGHT + timedelta(hours=53), timedelta(hours=53), Kind.NUDGED, (), "#inc-1", "slack"),
)  # fmt: skip
TWICE = "after 15m (managers, ana), after 20m (managers, ana)"


def judged(**expected: Any) -> str:
    judge = Judge(TELLINGS, NIGHT, Calendar(timezone="Europe/London"))
    return judge.wrong(Expected.model_validate(expected))


@pytest.mark.parametrize(
    "expected",
    [
        {"at": "15m", "paged": "manager"},
        {"at": "15m", "paged": "@managers"},
        {"at": "15m", "paged": "Ana", "how": "sms", "rule": "m-15m", "says": "Wake"},
        {"at": "Saturday 04:15", "paged": "manager"},
        {"paged": "manager", "times": 2},
        {"paged": "manager", "times": 1, "after": "16m", "before": "21m"},
        {"by": "20m", "paged": "manager"},
        {"at": "0m", "told": "#incidents"},
        {"at": "next business day", "nudged": "room"},
        {"never": "paged", "whom": "directors"},
        {"never": "paged", "before": "15m"},
        {"never": "paged", "after": "21m"},
    ],
)
def test_what_is_so(expected: dict[str, Any]) -> None:
    assert judged(**expected) == ""


@pytest.mark.parametrize(
    ("expected", "instead"),
    [
        ({"at": "14m", "paged": "manager"}, f"it happened {TWICE}"),
        ({"by": "14m", "paged": "manager"}, f"it happened {TWICE}"),
        ({"at": "15m", "paged": "director"}, f"paged was {TWICE}"),
        ({"at": "15m", "paged": "ana", "how": "phone"}, f"paged was {TWICE}"),
        ({"escalated": "manager"}, "nothing was escalated"),
        ({"paged": "manager", "times": 3}, f"it happened 2 times: {TWICE}"),
        ({"never": "paged", "whom": "manager", "before": "16m"}, "it happened after 15m (managers, ana)"),
        ({"never": "told"}, "it happened at once (#incidents)"),
    ],
)  # fmt: skip
def test_what_is_not_so_says_what_happened_instead(expected: dict[str, Any], instead: str) -> None:
    assert judged(**expected) == instead


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tests: []", "tests/wrong.yml, line 1: tests is wrong: "),
        (
            "tests:\n  - test: x\n    given: {severity: sev1}\n    then:\n      - {at: soon, paged: manager}",
            "tests/wrong.yml, line 5: tests[1].then[1].at is wrong: 'soon' is no moment",
        ),
        (
            "tests:\n  - test: x\n    given: {severity: sev1, att: 3}\n    then: [{at: 5m, paged: manager}]",
            'tests/wrong.yml, line 3: there is no setting "att" in tests[1].given. Did you mean "at"?',
        ),
        (
            "tests:\n  - test: x\n    given: {severity: sev1}\n    then:\n    - {at: 5m, paged: a, told: b}",
            "tests/wrong.yml, line 5: tests[1].then[1] is wrong: it says what happens once; right would be",
        ),
        (
            "tests:\n  - test: x\n    given: {severity: sev1}\n    then:\n    - {at: 5m, paged: a, whom: b}",
            "tests/wrong.yml, line 5: tests[1].then[1] is wrong: whom goes with never",
        ),
        (
            "tests:\n  - test: x\n    given: {severity: sev1}\n    then:\n    - {never: paged, at: 5m}",
            "tests/wrong.yml, line 5: tests[1].then[1] is wrong: never has no moment",
        ),
        ("tests: [", "tests/wrong.yml, line 2: this is not YAML"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(PolicyError) as wrong:
        cases(quay.build(tmp_path, wrong=text))

    [found] = wrong.value.problems
    assert found.startswith(problem)


def test_a_policy_without_tests_says_where_they_would_be(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"there are no tests. Right would be a file tests/escalation.yml"):
        cases(quay.build(tmp_path))


def test_tests_are_no_part_of_a_policy(tmp_path: Path) -> None:
    """Its hash, by which incidents keep it, stays when its tests change."""
    without = book.load(quay.build(tmp_path / "one"))
    beside = book.load(quay.build(tmp_path / "two", escalation=quay.TESTS))

    assert without.hash == beside.hash
    assert not any("tests" in file for layer in layers(str(tmp_path / "two" / "quay")) for file in layer.files)


def test_it_looks_no_further_than_its_last_moment() -> None:
    given = {"severity": "sev1", "at": "Saturday 03:00"}
    then = [{"at": "15m", "paged": "manager"}, {"never": "paged", "whom": "ana", "before": "20m"}]
    bounded = Case.model_validate({"test": "x", "given": given, "then": then})
    longer = Case.model_validate({"test": "x", "given": given, "then": then, "when": [{"after": "1h", "do": "ack"}]})
    unbounded = Case.model_validate({"test": "x", "given": given, "then": [*then, {"never": "told"}]})
    at_once = Case.model_validate({"test": "x", "given": given, "then": [{"at": "0m", "told": "room"}]})

    assert bounded.scenario(Calendar()).until == timedelta(minutes=21)
    assert longer.scenario(Calendar()).until == timedelta(minutes=61)
    assert at_once.scenario(Calendar()).until == timedelta(minutes=1)
    assert unbounded.scenario(Calendar()).until is None
    assert bounded.scenario(Calendar(timezone="Europe/London")).at.hour == 2
