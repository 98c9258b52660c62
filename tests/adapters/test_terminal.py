"""Policies at the command line: what stands on the screen, and the exit codes."""

from __future__ import annotations

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.adapters import terminal
from bot.policy import check, show
from bot.policy.book import bundled, load
from bot.policy.show import Page, Table
from tests.practice import harbour

ROOT = Path(__file__).parents[2]


def muster(*words: str, columns: int = 100) -> Result:
    return CliRunner().invoke(cli, ["policy", *words], env={"COLUMNS": str(columns)})


def drawn(page: Page, width: int = 60) -> list[str]:
    screen = Console(file=StringIO(), width=width, markup=False, emoji=False, highlight=False)
    terminal.show([page], screen)
    assert isinstance(screen.file, StringIO)
    return [line.rstrip() for line in screen.file.getvalue().splitlines()]


def test_a_table_has_a_head_and_facts_have_none() -> None:
    grid = Table("Grid", ("Severity", "Room"), (("SEV1", "yes"),))
    facts = Table("Facts", ("", ""), (("Means", "It is down."), ("Items", "1. first\n2. then"), ("Also", "a\nb")))

    assert drawn(Page("Page", "about it", ("A note.",), (grid, facts))) == [
        "",
        "Page  about it",
        "A note.",
        "",
        "Grid",
        "Severity  Room",
        "──────────────",
        "SEV1      yes",
        "",
        "Facts",
        "Means   It is down.",
        "Items   1. first",
        "        2. then",
        "Also    • a",
        "        • b",
    ]


def test_an_indented_cell_stays_indented_where_it_wraps() -> None:
    tree = Table("Tree", ("Question",), (("    Does it hurt anybody at all?",),))

    assert drawn(Page("Page", "", (), (tree,)), width=22)[-2:] == ["    Does it hurt", "    anybody at all?"]


def test_nothing_in_a_policy_is_markup() -> None:
    odd = Page("[red]Title[/red]", ":boom:", ("[bold]",), (Table("[x]", ("[/]",), (("[link=http://a]b",),)),))

    assert {"[red]Title[/red]  :boom:", "[bold]", "[x]", "[/]", "[link=http://a]b"} <= set(drawn(odd))


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(columns: int, tmp_path: Path) -> None:
    for policy in ("default", str(harbour.build(tmp_path))):
        result = muster("show", policy, columns=columns)

        assert result.exit_code == 0
        assert max(cell_len(line) for line in result.stdout.splitlines()) <= columns


def test_a_policy_is_shown_whole_or_by_section() -> None:
    whole, part = muster("show", "default"), muster("show", "default", "Severities")

    titles = [page.title for page in show.sections(load("default")).values()]
    assert all(re.search(rf"^{title}  ", whole.stdout, re.M) for title in titles)
    assert "SEV1 Critical" in part.stdout and "Names  " not in part.stdout
    assert whole.exit_code == part.exit_code == 0


def test_there_is_no_colour_where_nobody_sees_it() -> None:
    assert "\x1b" not in muster("show", "default").stdout


def test_an_unknown_section_is_told_those_there_are() -> None:
    result = muster("show", "default", "severites")

    assert result.exit_code == 2
    assert result.stderr.startswith("A policy has no section severites. It has: severities, classification,")


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_unknown_policy_is_told_those_there_are(command: str) -> None:
    result = muster(command, "nowhere")

    assert result.exit_code == 2
    assert "there is no such policy" in result.stderr and "default" in result.stderr


def test_a_policy_without_mistakes_is_said_to_have_none() -> None:
    result = muster("check", "default")

    assert (result.exit_code, result.stdout) == (0, "default: no mistakes\n")


def test_each_mistake_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = str(harbour.build(tmp_path))
    monkeypatch.setattr(check, "problems", lambda name: ["roles.yml, line 3: one\n  thing.", "naming.yml: another."])

    result = muster("check", folder)

    assert result.exit_code == 1
    assert result.stdout == f"{folder}: roles.yml, line 3: one thing.\n{folder}: naming.yml: another.\n"


def test_the_mistakes_of_a_folder_are_found(tmp_path: Path) -> None:
    folder = harbour.build(tmp_path)
    (folder / "roles.yml").write_text("lead: nobody\n")

    result = muster("check", str(folder))

    assert result.exit_code == 1
    assert "roles.yml" in result.stdout and "nobody" in result.stdout


def test_without_a_name_every_bundled_policy_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "problems", lambda name: ["it is wrong."] if name == "default" else [])

    result = muster("check")

    assert result.exit_code == 1
    assert set(result.stdout.splitlines()) == {
        f"{name}: {'it is wrong.' if name == 'default' else 'no mistakes'}" for name in bundled()
    }


def test_the_list_names_every_bundled_policy() -> None:
    result = muster("list")

    assert result.exit_code == 0
    assert all(re.search(rf"^{name} ", result.stdout, re.M) for name in bundled())


def test_schemas_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    result = muster("schema", str(tmp_path / "schemas"))

    assert result.exit_code == 0
    assert any(file.name.startswith("severities") for file in (tmp_path / "schemas").iterdir())


def test_schemas_that_cannot_be_written_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    result = muster("schema", str(tmp_path / "taken"))

    assert result.exit_code == 2
    assert result.stderr.startswith(f"The schemas cannot be written to {tmp_path / 'taken'} (")


def test_a_terminal_without_such_letters_shows_question_marks() -> None:
    """A process of its own: an old terminal's encoding is the process's."""
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "", "COLUMNS": "80"}
    words = [sys.executable, "-m", "bot", "policy", "show", "default", "severities"]
    result = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)

    assert result.stderr == b""
    assert b"SEV1 Critical" in result.stdout and b"?" in result.stdout
