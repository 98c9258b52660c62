"""Who may say what, as permissions.yml says it; names that lead nowhere are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy.book import BUNDLED, Book, bundled, load
from bot.policy.check import problems
from bot.policy.commands import COMMANDS
from bot.policy.permissions import Permissions, Rule
from bot.policy.show import sections
from bot.policy.show.access import allowed

RULE = Rule(commands=("resolve", "cancel"), open=("lead", "group:sre"), restricted=("lead",))


def test_the_first_rule_that_names_it_decides_and_others_on_the_rest() -> None:
    late = Rule(commands=("resolve", "note"), open=("nobody",))
    table = Permissions(rules=(RULE, late), others=Rule(commands=(), open=("insiders",)))

    assert [table.rule(command).open for command in ("resolve", "note", "ack")] == [
        ("lead", "group:sre"), ("nobody",), ("insiders",),
    ]  # fmt: skip
    assert RULE.named(restricted=True) == ("lead",)


@pytest.mark.parametrize(
    ("open", "restricted", "free"),
    [
        (("everyone",), ("insiders",), True),
        (("everyone", "api"), ("everyone",), True),
        (("everyone",), ("lead",), False),
        (("insiders",), ("insiders",), False),
        ((), (), False),
    ],
)  # fmt: skip
def test_what_everyone_may_do_is_free(open: tuple[str, ...], restricted: tuple[str, ...], free: bool) -> None:
    assert Rule(commands=("ack",), open=open, restricted=restricted).free is free


def ours(folder: Path, permissions: str) -> list[str]:
    (folder / "permissions.yml").write_text(permissions)
    return problems(folder)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("rules: [{commands: [resolv]}]", 'there is no command "resolv"'),
        ("rules: [{commands: [ack], open: ['role:pilot']}]", 'there is no role "pilot"'),
        ("rules: [{commands: [ack], restricted: ['oncall:moon']}]", 'there is no schedule "moon"'),
        ("rules: [{commands: [ack]}, {commands: [ack]}]", '"ack" stands in a rule above, which decides'),
        ("rules: [{commands: [ack], open: [somebody]}]", "open"),
    ],
)
def test_names_that_lead_nowhere_are_told(folder: Path, said: str, told: str) -> None:
    assert [problem for problem in ours(folder, said) if told in problem and problem.startswith("permissions.yml")]


def test_a_table_that_holds_together_is_no_problem(folder: Path) -> None:
    said = "rules: [{commands: [resolve], open: [lead, 'oncall:primary', 'group:sre', 'person:ana@example.org', api]}]"
    assert ours(folder, said) == []


@pytest.mark.parametrize("name", bundled())
def test_by_the_policies_that_come_with_muster_one_engineer_alone_can_do_all_that_matters(name: str) -> None:
    book = load(BUNDLED / name)
    assert [command for command in COMMANDS if "everyone" not in book.permissions.rule(command).open] == ["dismiss"]


def test_the_page_has_every_command_once(book: Book) -> None:
    [table] = sections(book)["permissions"].tables
    listed = [command for row in table.rows for command in row[0].split(", ")]

    assert sorted(listed) == sorted(COMMANDS)
    assert allowed(book, "dismiss") == ("Incident Commander, whoever declares", "Incident Commander, whoever declares")
    assert allowed(book, "ack") == ("everyone", "insiders")
