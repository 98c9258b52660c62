"""Each name that one file uses and another must have: what is said when it leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.policy.book import Book, load
from bot.policy.check import problems
from bot.policy.model import Workdays
from bot.policy.references import settings

from .conftest import Change

Say = Callable[[str, str], None]


@pytest.fixture
def say(folder: Path) -> Say:
    """Write the file of a policy that extends the default one."""
    for path in sorted(folder.rglob("*.*")):
        path.unlink()
    (folder / "policy.yml").write_text("extends: default")

    def written(part: str, text: str) -> None:
        (folder / f"{part}.yml").write_text(text)

    return written


def tree(*choices: str, assessment: str = "[]") -> str:
    yes, no = choices
    asked = f"{{id: a, title: A, ask: A?, choices: [{{id: x, title: X, {yes}}}, {{id: y, title: Y, {no}}}]}}"
    return f"triage: {{first: a, questions: [{asked}]}}\nassessment: {assessment}"


def matrix(cells: str, own: str = "") -> str:
    choices = f"{{id: lo, title: Lo{own}}}, {{id: hi, title: Hi{own}}}"
    questions = ", ".join(
        f"{{id: {id}, title: {id.upper()}, ask: '{id}?', choices: [{choices}]}}" for id in ("reach", "harm")
    )
    return f"triage: ~\nmatrix: {{questions: [{questions}]{cells}}}"


SECTION = "sections: [{{id: a, title: A, {}}}]"
LIST = "checklists: [{{id: a, title: A, {}, items: [{{id: x, text: Do it}}]}}]"
CONFLICT = "conflicts: [{{id: a, about: A, says: [x], runs: y, {}}}]"
TARGET = "{{id: {}, title: A, within: 1h{}}}"
FIELD = "{{id: {}, title: A}}"

WRONG = [
    ("classification", tree("severity: sev9", "severity: sev2"), 'there is no severity "sev9".'),
    ("classification", tree("then: b", "severity: sev2"), 'there is no question "b"'),
    ("classification", tree("then: a", "severity: sev2"), "the questions go in a circle (a → a)"),
    ("classification", tree("then: a, severity: sev1", "severity: sev2"), "needs either a severity or a question"),
    ("classification", tree("title: X", "severity: sev2").replace("title: X, title", "title"), "needs either"),
    (
        "classification",
        tree("severity: sev1", "severity: sev2", assessment="[{id: a, title: B, ask: B?}]"),
        '"a" means more than one question.',
    ),
    ("classification", matrix(", cells: {lo: {lo: sev4, hi: sev9}, hi: {lo: sev2, hi: sev1}}"), 'severity "sev9".'),
    ("classification", matrix(", cells: {lo: {lo: sev4}, hi: {lo: sev2, hi: sev1}}"), 'cells.lo lacks "hi"'),
    ("classification", matrix(", cells: {lo: {lo: sev4, hi: sev2}}"), 'cells lacks "hi"'),
    ("classification", matrix(", cells: {lo: {lo: sev4, hi: sev2}}", ", severity: sev1"), "is without use"),
    ("classification", matrix(""), "is without use"),
    ("classification", matrix("", ", severity: sev9"), 'there is no severity "sev9".'),
    ("classification", matrix("", ", severity: sev1, then: harm"), "which only a triage has"),
    ("classification", matrix("", ", severity: sev1").removeprefix("triage: ~\n"), 'write "triage: null"'),
    ("alerts", "severities: [{id: a, title: A, severity: sev9, pagerduty: info}]", 'there is no severity "sev9".'),
    ("alerts", "page_from: loud", 'page_from is "loud"; right would be info'),
    ("checklists", LIST.format("status: calm"), 'there is no status "calm".'),
    ("checklists", LIST.format("phase: calm"), 'there is no phase "calm".'),
    ("checklists", LIST.format("severities: [sev9]"), 'there is no severity "sev9".'),
    ("checklists", LIST.format("status: monitoring, after: 5m"), '"a" begins in more than one way.'),
    ("checklists", LIST.format("opens: resolving, after: 5m"), '"a" begins in more than one way.'),
    ("lifecycle", "resolve_by: [cook]", 'there is no role "cook".'),
    ("lifecycle", "decide_by: [cook]", 'there is no role "cook".'),
    ("lifecycle", "phases: [{id: triage, title: T}, {id: triage, title: U}]", '"triage" means more than one phase.'),
    ("lifecycle", "phases: [{id: triage, title: Triage}]", 'there is no phase "response".'),
    ("cadence", "missed_again_every: 0s", "missed_again_every is no time at all."),
    ("naming", "action: 'AI-{id}'", "every action item would be called the same."),
    ("communications", "update_fields: [{id: eta, title: Back by}]", "an update says the state; right has a field"),
    (
        "communications",
        "update_fields: [{id: state, title: A}, {id: eta, title: B}, {id: eta, title: C}]",
        'the field "eta" stands here twice; keep one.',
    ),
    ("communications", "bridge: {title: Call}", "nobody can join this bridge."),
    ("communications", "bridge: {phone: '1', severities: [sev9]}", 'there is no severity "sev9".'),
    ("communications", "bookmarks: [{title: A, link: 'https://x', severities: [sev9]}]", 'no severity "sev9".'),
    ("postmortem", "sections: [{id: a, title: A, parts: [{id: a, title: B}]}]", '"a" means more than one section.'),
    ("postmortem", SECTION.format("source: facts, items: [colour]"), 'there is no fact "colour".'),
    ("postmortem", SECTION.format("source: facts, items: ['role:cook']"), 'there is no fact "role:cook".'),
    ("postmortem", SECTION.format("source: facts, items: ['impact:money']"), 'there is no fact "impact:money".'),
    ("postmortem", SECTION.format("source: impact, items: [money]"), 'there is no field of the impact "money".'),
    ("postmortem", SECTION.format("source: actions, items: [urgent]"), 'there is no priority "urgent".'),
    ("postmortem", SECTION.format("source: roles, items: [tech]"), "roles has no items to choose from."),
    ("postmortem", SECTION.format("source: timeline, columns: [owner]"), 'timeline has no column "owner"'),
    ("postmortem", SECTION.format("source: roles, columns: [who]"), 'roles has no column "who"'),
    ("postmortem", SECTION.format("source: updates, within: 1h"), "only actions have dates to keep"),
    ("postmortem", "head: [severity, colour]", 'there is no fact "colour".'),
    ("postmortem", f"targets: [{TARGET.format('a', ', follows: b')}, {TARGET.format('b', '')}]", "not stand before it"),
    ("postmortem", f"targets: [{TARGET.format('a', ', follows: a')}]", '"a" follows "a"'),
    ("postmortem", f"targets: [{TARGET.format('a', ', severities: [sev9]')}]", 'there is no severity "sev9".'),
    ("postmortem", f"targets: [{TARGET.format('a', '')}, {TARGET.format('a', '')}]", '"a" means more than one target.'),
    (
        "postmortem",
        "sla: {otherwise: loud, targets: {high: {detection: 1m, response: 5m, resolution: 1h}}}",
        'there is no target of the sla "loud". This policy has: high.',
    ),
    (
        "postmortem",
        "sla: {otherwise: loud, targets: {loud: {detection: 1m, response: 5m, resolution: 1h}}}",
        'there is no alert severity "loud".',
    ),
    (
        "postmortem",
        "rules: [{id: a, item: A, team: T, due: 7d, priority: high, severities: [sev9]}]",
        'there is no severity "sev9".',
    ),
    ("postmortem", "sign_off: [{title: Chef, role: cook}]", 'there is no role "cook".'),
    ("conflicts", CONFLICT.format("setting: severities.sev9.room"), 'there is no "sev9" in severities.'),
    ("conflicts", CONFLICT.format("setting: colours.red"), 'there is no "colours" in a policy. Right would be one of'),
    ("conflicts", CONFLICT.format("setting: cadence.snooze.x"), 'no "x" in cadence.snooze. Right is to end there.'),
    (
        "conflicts",
        CONFLICT.format("setting: severities.sev1.acknowledge_within, value: 10m"),
        'severities.sev1.acknowledge_within is 5m, and "a" says 10m. Change one.',
    ),
    ("conflicts", CONFLICT.format("value: 10m"), "a value of what?"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "text", "told"), WRONG, ids=[f"{part}: {told}" for part, _, told in WRONG])
def test_a_name_that_leads_nowhere(folder: Path, say: Say, part: str, text: str, told: str) -> None:
    say(part, text)
    found = problems(folder)
    assert any(told in problem and problem.startswith(f"{part}.yml, line ") for problem in found) or any(
        told in problem and problem.startswith(f"default/{part}.yml, line ") for problem in found
    ), found
    assert all(problem.endswith((".", "?")) for problem in found), found


RIGHT = [
    ("classification", matrix(", cells: {lo: {lo: sev4, hi: sev3}, hi: {lo: sev2, hi: sev1}}")),
    ("classification", matrix("", ", severity: sev2")),
    ("classification", tree("severity: sev1", "severity: sev2", assessment="[{id: b, title: B, ask: B?}]")),
    ("checklists", LIST.format("status: monitoring, severities: [sev1], phase: after")),
    ("lifecycle", "resolve_by: [tech, commander]"),
    ("communications", "update_fields: [{id: eta, title: Back by}, {id: state, title: Now}]"),
    ("communications", "bridge: {phone: '+1 555', severities: [sev1]}"),
    ("postmortem", SECTION.format("source: facts, items: ['role:tech', 'impact:users', id]")),
    ("postmortem", SECTION.format("source: actions, items: [high], columns: [id, item, due], within: 7d")),
    ("postmortem", f"targets: [{TARGET.format('a', '')}, {TARGET.format('b', ', follows: a')}]"),
    ("postmortem", "sla: {otherwise: low, targets: {low: {detection: 1m, response: 5m, resolution: 1h}}}"),
    ("conflicts", CONFLICT.format("setting: severities.sev1.acknowledge_within, value: 300s")),
    ("conflicts", CONFLICT.format("setting: severities.sev4.mitigate_within, value: none")),
    ("conflicts", CONFLICT.format("setting: lifecycle.statuses.closed.next, value: '[investigating]'")),
    ("conflicts", CONFLICT.format("setting: severities.sev1.room, value: 'true'")),
    ("conflicts", CONFLICT.format("setting: classification.triage.questions.down.choices.yes.severity, value: sev1")),
    ("conflicts", CONFLICT.format("setting: cadence.louder.1.volume, value: room")),
    ("conflicts", CONFLICT.format("setting: cadence.severities.sev4, value: '{}'")),
]  # fmt: skip


@pytest.mark.parametrize(("part", "text"), RIGHT, ids=[f"{part}: {text[-40:]}" for part, text in RIGHT])
def test_a_name_that_leads_somewhere(folder: Path, say: Say, part: str, text: str) -> None:
    say(part, text)
    assert problems(folder) == []


def test_statuses_that_cannot_be_reached_or_left(folder: Path, change: Change) -> None:
    change("lifecycle.yml", "next: [closed, investigating]", "next: [investigating]")
    [problem] = problems(folder)
    assert problem.startswith("lifecycle.yml, line ")
    assert 'no way leads from "investigating" to "closed". Right is to name it in the "next" of another.' in problem
    load(folder)  # no incident fails by it


def test_a_way_past_the_end(folder: Path, change: Change) -> None:
    change("lifecycle.yml", "next: [identified,", "next: [closed, identified,")
    [problem] = problems(folder)
    assert '"investigating" leads to "closed" though nobody resolved or cancelled it. Right is to' in problem


def test_an_incident_that_can_never_end(folder: Path, change: Change) -> None:
    text = (folder / "lifecycle.yml").read_text()
    for line in text.splitlines():
        if ("next:" in line and "investigating" in line) or "next: [identified" in line:
            text = text.replace(line, line.split("next:")[0] + "next: [identified, mitigating, monitoring]")
    (folder / "lifecycle.yml").write_text(text)
    told = problems(folder)
    assert sum("no way leads to cancelled or resolved. Right is to name one in its" in problem for problem in told) == 4
    assert sum('no way leads from "investigating" to' in problem for problem in told) == 3


AGREES: list[tuple[str, Any, bool]] = [
    ("1h", timedelta(minutes=60), True),
    ("1h", timedelta(minutes=61), False),
    ("next business day", Workdays(1), True),
    ("2 business days", Workdays(1), False),
    ("soon", timedelta(minutes=1), False),
    ("none", None, True),
    ("null", None, True),
    ("no", None, False),
    ("no", "no", True),
    ("no", False, True),
    ("3", 3, True),
    ("3", "3", True),
    ("[a, b]", ("a", "b"), True),
    ("[b, a]", ("a", "b"), False),
    ("a", ("a",), False),
    ("[]", (), True),
    ("{a: 1h}", {"a": timedelta(hours=1)}, True),
    ("{a: 1h}", {"b": timedelta(hours=1)}, False),
    ("[", ("a",), False),
]


@pytest.mark.parametrize(("said", "stands", "agrees"), AGREES)
def test_what_a_conflict_says_and_what_stands(said: str, stands: Any, agrees: bool) -> None:
    assert settings.agrees(said, stands) is agrees


def test_a_setting_by_its_path(book: Book) -> None:
    assert settings.at(book, "severities.sev1") is settings.at(book, "severities.severities.sev1")
    assert settings.at(book, "naming.room") == book.naming.room_pattern
    assert settings.in_words(settings.at(book, "cadence.severities.sev1.update_every")) == "15m"
    assert settings.in_words(settings.at(book, "lifecycle.decide_by")) == "[commander]"
    assert settings.in_words(settings.at(book, "severities.sev1.room")) == "true"
