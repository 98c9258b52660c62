"""muster simulate and muster policy test, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from tests.rehearsal import quay


def muster(*words: str, columns: int = 100) -> Result:
    return CliRunner().invoke(cli, words, env={"COLUMNS": str(columns), "MUSTER_POLICY": "default"})


@pytest.mark.parametrize("columns", [80, 120])
def test_a_rehearsal_is_a_table_that_fits(tmp_path: Path, columns: int) -> None:
    said = ("--severity", "SEV1", "--at", "2026-06-06T03:00", "--ack", "20m", "--ack-by", "ana", "--until", "90m")
    shown = muster(
        "simulate", "--policy", quay.build(tmp_path), *said, "--do", "30m @ben note it spreads", columns=columns
    )

    assert shown.exit_code == 0, shown.output
    lines = shown.stdout.splitlines()
    assert max(map(cell_len, lines)) <= columns
    words = " ".join(shown.stdout.split())
    assert "SEV1 rehearsed checkout is failing, declared Sat 06 Jun 2026 03:00 (UTC) under the policy quay" in words
    assert "2 escalations" in words and "Nobody was really told anything." in words
    [escalated] = [line for line in lines if line.startswith("15m") and "escalated" in line]
    assert "03:15" in escalated and "Manager" in escalated and "escalation manager-15m" in escalated
    assert any(line.startswith("20m") and "ana: /incident ack" in line for line in lines)
    assert any(line.startswith("30m") and "ben: /incident note" in line for line in lines)


def test_json_has_what_the_table_has(tmp_path: Path) -> None:
    said = ("--severity", "sev1", "--at", "2026-06-06 03:00", "--resolve", "20m", "--title", "pay is down", "--json")
    shown = muster("simulate", "--policy", quay.build(tmp_path), *said)
    found = json.loads(shown.stdout)

    assert set(found) == {"policy", "severity", "title", "at", "timezone", "until", "deeds", "told"}
    assert (found["policy"], found["severity"], found["title"]) == ("quay", "sev1", "pay is down")
    assert (found["at"], found["until"]) == ("2026-06-06T03:00:00+00:00", "2026-06-09T03:20:00+00:00")
    assert found["deeds"] == [{"after": "20m", "say": "resolve", "by": "oncall"}]
    assert all(
        set(told) == {"at", "after", "seconds", "kind", "whom", "level", "where", "how", "rule", "reason", "text"}
        for told in found["told"]
    )
    manager, _ = [told for told in found["told"] if told["level"] == "manager" and told["how"] == "sms"]
    assert (manager["after"], manager["seconds"], manager["at"]) == ("15m", 900, "2026-06-06T03:15:00+00:00")
    assert (manager["whom"], manager["level"], manager["rule"]) == (["managers"], "manager", "escalation manager-15m")


def test_it_is_drawn(tmp_path: Path) -> None:
    policy, said = (
        quay.build(tmp_path),
        ("--severity", "sev1", "--at", "2026-06-06T03:00", "--ack", "12m", "--until", "90m"),
    )
    for file in ("one.png", "one.svg", "two.svg"):
        title = ("--title", "pay $5 & $6 \U0001f600 <b>")
        assert muster("simulate", "--policy", policy, *said, *title, "--picture", str(tmp_path / file)).exit_code == 0

    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--severity", "sev9"), "There is no severity *sev9*. This team uses sev1, sev2, sev3, sev4."),
        (("--policy", "nowhere"), "there is no such policy"),
        (("--at", "Caturday 03:00"), "'Caturday' is no weekday; right would be, for example, Saturday"),
        (("--at", "later"), "'later' is no moment; right would be"),
        (("--ack", "soon"), "'soon' is not a length of time"),
        (("--do", "20m"), "'20m' says nothing to do; right would be"),
        (("--do", "20m resolev it"), "/incident does not know the word resolev. Did you mean resolve?"),
        (("--picture", "it.gif"), "it.gif is no picture that can be drawn; right would be"),
        (("--until", "5m", "--picture", "/nowhere/it.png"), "/nowhere/it.png cannot be written"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    shown = muster("simulate", *words)

    assert shown.exit_code == 2 and sentence in shown.stderr
    assert "Traceback" not in shown.output


def test_a_policys_tests_hold(tmp_path: Path) -> None:
    shown = muster("policy", "test", policy := quay.build(tmp_path, escalation=quay.TESTS))

    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        f"ok  {policy}: nobody acknowledges a SEV1",
        f"ok  {policy}: somebody acknowledges",
        f"{policy}: 2 tests hold",
    ]


def test_a_test_that_does_not_hold_says_what_happened(tmp_path: Path) -> None:
    """Where it stands, what was expected, and what happened instead."""
    later = quay.TESTS.replace("at: 15m, paged", "at: 25m, paged").replace("whom: directors", "whom: oncall")
    shown = muster("policy", "test", policy := quay.build(tmp_path, later=later))

    assert shown.exit_code == 1
    assert shown.stdout.splitlines()[:4] == [
        f"FAILED  {policy}: nobody acknowledges a SEV1",
        "        tests/later.yml, line 6: expected {paged: manager, at: 25m, how: sms}, but it happened"
        " after 15m (managers), after 20m (managers).",
        "        tests/later.yml, line 8: expected {never: paged, whom: oncall, before: 1h}, but it happened at once"
        " (incident-commanders, oncall), after 5m (incident-commanders, oncall).",
        f"ok  {policy}: somebody acknowledges",
    ]


def test_a_gesture_that_is_refused_fails_its_test(tmp_path: Path) -> None:
    twice = quay.TESTS.replace("by: ana}", "by: ana}, {after: 13m, do: ack, by: ben}")
    shown = muster("policy", "test", quay.build(tmp_path, twice=twice))

    assert shown.exit_code == 1
    assert "tests/twice.yml, line 11: after /incident ack: @ana acknowledged it" in shown.stdout


@pytest.mark.parametrize(
    ("tests", "sentence"),
    [
        ({}, "there are no tests"),
        ({"a": quay.TESTS.replace("sev1, at", "sev7, at")}, 'tests/a.yml, line 4: there is no severity "sev7"'),
        ({"a": quay.TESTS.replace("do: ack", "do: akc")}, "tests/a.yml, line 11: /incident does not know the word akc"),
        ({"a": quay.TESTS.replace("paged", "pagde")}, 'tests/a.yml, line 6: there is no setting "pagde"'),
    ],
)
def test_tests_that_cannot_be_run(tmp_path: Path, tests: dict[str, str], sentence: str) -> None:
    shown = muster("policy", "test", quay.build(tmp_path, **tests))

    assert shown.exit_code == 2 and sentence in shown.stderr and shown.stdout == ""
