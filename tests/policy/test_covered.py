"""Gaps in the schedules of the next 60 days, and schedules that lead nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.policy.book import bundled, load
from bot.policy.check import problems
from bot.policy.covered import Uncovered, uncovered

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
CALENDAR = "timezone: Europe/London\n"
WEEKDAYS = """
schedules:
  - id: primary
    title: Primary
    layers:
      - members: ["group:oncall"]
        hours: {days: [mon, tue, wed, thu, fri], from: "00:00", to: "00:00"}
fallback: []
"""


def team(folder: Path, **files: str) -> Path:
    """A policy of the team's own that extends the default."""
    for name, text in {"policy": "title: Ours\nextends: default\n", "calendar": CALENDAR, **files}.items():
        (folder / f"{name}.yml").write_text(text)
    return folder


@pytest.mark.parametrize("name", bundled())
def test_somebody_is_always_on_call_in_the_policies_that_come_with_muster(name: str) -> None:
    assert uncovered(name, NOW) == Uncovered()


def test_each_gap_is_told_in_the_teams_zone(tmp_path: Path) -> None:
    found = uncovered(team(tmp_path, oncall=WEEKDAYS), NOW)

    assert found.notes == ()
    assert found.problems[0] == (
        "oncall.yml, line 3: nobody is on call for Primary from Sat 21 Nov 2026 00:00 until Mon 23 Nov 2026 00:00 "
        "(Europe/London). Right is a layer for that time, or somebody in fallback."
    )
    assert len(found.problems) == 9, "as many as there are weekends"


def test_with_a_fallback_a_gap_is_no_mistake(tmp_path: Path) -> None:
    found = uncovered(team(tmp_path, oncall=WEEKDAYS.replace("[]", '["group:managers"]')), NOW)

    assert found.problems == ()
    assert len(found.notes) == 9 and found.notes[0].endswith("The fallback is called then.")


def test_many_gaps_are_counted(tmp_path: Path) -> None:
    office = WEEKDAYS.replace('from: "00:00", to: "00:00"', 'from: "09:00", to: "17:00"')
    found = uncovered(team(tmp_path, oncall=office), NOW)

    assert len(found.problems) == 11
    assert found.problems[-1] == "oncall.yml, line 3: and 32 more such gaps until Tue 19 Jan 2027 09:00."


def test_a_schedule_that_begins_later_is_a_gap_until_then(tmp_path: Path) -> None:
    later = WEEKDAYS.replace(
        "hours: {days: [mon, tue, wed, thu, fri]", 'starts: "2027-06-01"\n        hours: {days: [mon]'
    )
    [told] = uncovered(team(tmp_path, oncall=later), NOW).problems

    assert "nobody is on call for Primary from now on (Europe/London)." in told


def test_what_pagerduty_knows_is_not_judged(tmp_path: Path) -> None:
    outside = "schedules: [{id: primary, title: Primary, pagerduty: PABC123}]\nfallback: []\n"
    assert uncovered(team(tmp_path, oncall=outside), NOW) == Uncovered()
    assert problems(tmp_path) == []


def test_files_that_are_wrong_are_the_business_of_the_check(tmp_path: Path) -> None:
    assert uncovered(team(tmp_path, oncall="schedules: 1\n"), NOW) == Uncovered()
    assert uncovered(tmp_path / "nowhere", NOW) == Uncovered()


MISTAKES = [
    ("schedules: [{id: primary, title: Primary}]", 'nobody can ever be on call for "primary"'),
    ('schedules: [{id: primary, title: P, layers: [{members: ["group:a"], holidays: only}]}]', "nobody can ever be"),
    ('schedules: [{id: other, title: O, layers: [{members: ["group:a"]}]}]', 'there is no schedule "primary"'),
    ('schedules: [{id: primary, title: P, layers: [{members: [oncall]}]}]', "right would be group:oncall or person:"),
    ('schedules: [{id: primary, title: P, group: "@oncall", layers: [{members: ["group:a"]}]}]', "without @"),
    ('schedules: [{id: primary, title: P, layers: [{members: ["group:a"]}]}, '
     '{id: second, title: primary, layers: [{members: ["group:a"]}]}]', '"primary" means more than one schedule'),
    ('schedules: [{id: primary, title: P, group: a, layers: [{members: ["group:a"]}]}]', "is also asked who that"),
    ('schedules: [{id: primary, title: P, group: b, layers: [{members: ["group:a"]}]}, '
     '{id: second, title: S, group: b, layers: [{members: ["group:a"]}]}]', '"b" means more than one'),
]  # fmt: skip


@pytest.mark.parametrize(("oncall", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_is_a_sentence(tmp_path: Path, oncall: str, told: str) -> None:
    found = problems(team(tmp_path, oncall=oncall))
    assert any(told in sentence for sentence in found), found


def test_only_who_names_a_schedule_needs_it(tmp_path: Path) -> None:
    roles = "roles: [{id: commander, title: C, emoji: x, duties: [lead], invite: ['oncall:crew']}]"
    found = problems(team(tmp_path, roles=roles))
    assert 'roles.yml, line 1: there is no schedule "crew". This policy has: primary, secondary.' in found


def test_the_command_fails_for_gaps_but_not_for_notes(tmp_path: Path) -> None:
    ours = team(tmp_path, oncall=WEEKDAYS)
    wrong = CliRunner().invoke(cli, ["policy", "check", str(ours)])
    team(tmp_path, oncall=WEEKDAYS.replace("[]", '["group:managers"]'))
    noted = CliRunner().invoke(cli, ["policy", "check", str(ours)])

    assert (
        wrong.exit_code == 1 and "nobody is on call for Primary" in wrong.output and "no mistakes" not in wrong.output
    )
    assert noted.exit_code == 0 and "no mistakes" in noted.output and "The fallback is called then." in noted.output


def test_a_policy_says_who_is_on_call_without_slack() -> None:
    shown = CliRunner().invoke(cli, ["policy", "show", "tracktion", "oncall"]).output

    assert "in turns of 7 d" in shown and "oncall:primary" in shown and "On-call manager" in shown
    assert "Now and next" in shown


def test_the_shifts_of_the_policies() -> None:
    """A week each where the handbook says so; whoever is secondary is primary the week after."""
    book = load("tracktion")
    start, end = datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 12, 7, 9, tzinfo=UTC)
    primary, secondary = (book.rota(id).shifts(start, end) for id in ("primary", "secondary"))

    assert [(s.end - s.start).days for s in primary] == [7, 7, 7]
    assert [s.who for s in primary[1:]] == [s.who for s in secondary[:-1]]
    assert len({s.who for s in primary}) == 3
    assert book.rota("manager").shifts(start, end)[0].who == ("group:management",)
    assert [s.id for s in load("portfolio").oncall.all] == ["primary", "secondary"]
    assert [s.id for s in load("smartcloudops").oncall.all] == ["primary", "secondary"]
