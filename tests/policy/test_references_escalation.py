"""What is said of an escalation.yml in which something leads nowhere, calls nobody or never comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy.check import problems

LEVELS = """
levels:
  - {id: first, title: First, who: ["oncall:primary"], aliases: [f]}
  - {id: second, title: Second, who: ["group:management"]}
  - {id: third, title: Third, who: ["group:executives"]}
triggers:
  - {id: breach, title: Breach, when: Data is out., who: ["group:legal"]}
"""
RULE = "{{id: {}, severities: [sev1], after: {}, to: {}, because: It lasts.{}}}"


def rule(id: str, after: str, to: str, more: str = "") -> str:
    return RULE.format(id, after, to, f", {more}" if more else "")


def rules(*each: str) -> str:
    return f"{LEVELS}rules: [{', '.join(each)}]"


def levels(*each: str, more: str = "") -> str:
    return f"levels: [{', '.join(each)}]\nrules: []\ntriggers: []\n{more}"


LEVEL = "{{id: {}, title: {}, who: [{}]{}}}"
GROUP = '"group:oncall"'
PLAIN = LEVEL.format("a", "A", GROUP, "")


def told(folder: Path, escalation: str, **files: str) -> list[str]:
    for part, text in {"policy": "extends: default", "escalation": escalation, **files}.items():
        (folder / f"{part}.yml").write_text(text)
    return problems(folder)


WRONG = [
    (rules(rule("a", "5m", "second").replace("sev1", "sev9")), 'there is no severity "sev9".'),
    (rules(rule("a", "5m", "fourth")), 'there is no level "fourth". This policy has: first, second, third.'),
    (rules(rule("a", "5m", "breach")), 'there is no level "breach".'),
    (rules(rule("a", "5m", "second", 'since: "level:fourth"')),
     'there is no level "fourth". This policy has: first, second, third, breach.'),
    (rules(rule("a", "5m", "second"), rule("a", "9m", "third")), '"a" means more than one rule.'),
    (rules(rule("a", "5m", "second", "since: reopened")), "rules[1].since is wrong"),
    (rules(rule("a", "5m", "second", "unless: never")), "rules[1].unless is wrong"),
    (rules(rule("a", "soon", "second")), "'soon' is not a length of time"),
    (levels(PLAIN, LEVEL.format("b", "a", GROUP, "")), '"a" means more than one level or special case.'),
    (levels(PLAIN, LEVEL.format("b", "B", GROUP, ", aliases: [A]")), '"a" means more than one level or special case.'),
    (levels(PLAIN).replace("triggers: []", "triggers: [{id: b, title: A, when: x, who: [declarer, 'group:a']}]"),
     '"a" means more than one level or special case.'),
    (levels(LEVEL.format("person", "P", GROUP, "")), '"person" is what a call to one person is kept as.'),
    (levels(LEVEL.format("a", "A", GROUP, ", tell: board")),
     'there is no channel in notices "board". This policy has: none.'),
    (levels(LEVEL.format("a", "A", '"role:cook"', "")), 'there is no role "cook".'),
    (levels(LEVEL.format("a", "A", '"oncall:third"', "")),
     'there is no schedule "third". This policy has: primary, secondary.'),
    (levels(LEVEL.format("a", "A", "oncall", "")), "right would be declarer, oncall:primary, group:oncall"),
    (levels(LEVEL.format("a", "A", "", "")), "levels[1].who is wrong"),
    (levels(LEVEL.format("a", "A", GROUP, ", by: [pigeon]")), "levels[1].by[1] is wrong"),
    (levels(LEVEL.format("a", "A", "declarer", "")),
     '"a" calls nobody: whoever declares is awake already. Right is somebody else, for example oncall:primary.'),
    (levels(PLAIN, more="pagerduty: [sev9]"), 'there is no severity "sev9".'),
    (levels(PLAIN, more="pages: {again_every: 0m}"), "again_every is no time at all. Right would be, for example, 5m."),
    (levels(PLAIN, more="pages: {quiet_after: 0m}"), "quiet_after is no time at all."),
    (levels(PLAIN, more="pages: {answer_within: 0m}"), "answer_within is no time at all."),
    (levels(PLAIN, more="page_by: []"), "page_by is wrong"),
    (levels(PLAIN, more="contacts: [{id: a, title: A, when: x}, {id: a, title: B, when: y}]"),
     '"a" means more than one contact.'),
    (levels(PLAIN, more="contacts: [{id: a, title: A, when: x, link: 'ftp://x'}]"), "contacts[1].link is wrong"),
    (rules(rule("a", "5m", "second", "since: acknowledged")),
     '"a" counts from the acknowledgement, which also ends it. Right is unless: over.'),
    (rules(rule("a", "5m", "second"), rule("b", "9m", "second")),
     '"b" never comes: by then "a" has called second. Right is to leave it out, or to call another level.'),
    (rules(rule("a", "9m", "second"), rule("b", "5m", "second", "unless: over")), '"a" never comes: by then "b" has'),
    (rules(rule("a", "5m", "second"), rule("b", "5m", "second")), '"b" never comes: by then "a" has called second.'),
    (rules(rule("a", "5m", "third", 'since: "level:second"')),
     '"a" waits for second, which no rule calls for sev1. Right is a rule that does, or since: declared.'),
    (rules(rule("a", "5m", "second", 'since: "level:second"')), '"a" waits for second, which no rule calls for sev1.'),
    (rules(rule("a", "0m", "first")),
     '"first" is paged with the declaration of sev1 already. Right is to leave the rule out, or sev1 out of it.'),
]  # fmt: skip


@pytest.mark.parametrize(("escalation", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_each_mistake_is_told_and_nothing_else(tmp_path: Path, escalation: str, sentence: str) -> None:
    found = told(tmp_path, escalation)
    assert len(found) == 1 and sentence in found[0] and found[0].startswith("escalation.yml, line "), found


def test_of_two_that_wait_for_each_other_both_are_told(tmp_path: Path) -> None:
    circle = rule("a", "5m", "third", 'since: "level:second"'), rule("b", "5m", "second", 'since: "level:third"')
    first, second = told(tmp_path, rules(*circle))
    assert '"a" waits for second, which no rule calls' in first and '"b" waits for third, which no rule' in second


def test_a_severity_that_pages_only_whoever_declares_pages_nobody(tmp_path: Path) -> None:
    severities = "severities: [{id: sev1, title: S, name: N, emoji: x, means: m, room: true, page: [declarer]}]"
    found = told(tmp_path, levels(PLAIN), severities=f"{severities}\ndefault: sev1\n")
    assert any('severities.yml, line 1: "sev1" pages nobody: whoever declares is awake already.' in p for p in found)


RIGHT = [
    rules(rule("a", "5m", "second"), rule("b", "1h", "second", "unless: over")),
    rules(rule("a", "5m", "second"), rule("b", "9m", "second", "since: graded")),
    rules(rule("a", "5m", "second"), rule("b", "9m", "third", 'since: "level:second"')),
    rules(rule("a", "5m", "second", 'since: "level:breach"')),
    rules(rule("a", "30m", "second", "since: acknowledged, unless: over")),
    rules(rule("a", "5m", "second"), rule("b", "next business day", "second")),
    rules(rule("a", "0m", "first", "since: graded")),
    levels(PLAIN, more="pages: {times: 0}\ncriteria: []\nwatch_after: ~"),
    "levels: []\nrules: []\ntriggers: []\npagerduty: []",
]


@pytest.mark.parametrize("escalation", RIGHT)
def test_what_can_be_meant_is_no_mistake(tmp_path: Path, escalation: str) -> None:
    assert told(tmp_path, escalation) == []


def test_rules_for_severities_that_only_the_policy_below_has_need_not_be_taken_away(tmp_path: Path) -> None:
    severities = "severities: [{id: p9, title: P9, name: N, emoji: x, means: m, room: true}]\ndefault: p9"
    (tmp_path / "policy.yml").write_text("extends: default")
    (tmp_path / "severities.yml").write_text(severities)
    assert [problem for problem in problems(tmp_path) if "escalation.yml" in problem] == []


def test_a_team_without_a_secondary_need_not_say_so_twice(tmp_path: Path) -> None:
    schedules = 'schedules: [{id: primary, title: Primary, layers: [{members: ["group:oncall"]}]}]'
    (tmp_path / "policy.yml").write_text("extends: default")
    (tmp_path / "oncall.yml").write_text(f"{schedules}\nfallback: ['group:oncall']")
    assert problems(tmp_path) == []


def test_inherited_rules_that_lose_their_level_say_where_they_come_from(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text("extends: default")
    (tmp_path / "escalation.yml").write_text(f"levels: [{PLAIN}]")
    [first, *_] = [problem for problem in problems(tmp_path) if "escalation" in problem]
    assert first.startswith("default/escalation.yml, line ") and 'there is no level "secondary".' in first
    assert first.endswith('here can say "rules" anew.')
