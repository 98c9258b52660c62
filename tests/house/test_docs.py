"""The documentation says what is there, all of it, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from bot.__main__ import cli
from bot.adapters.slack.listeners.table import VERBS
from bot.config import Config
from bot.console.settings import Reach
from docs import generate

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
CODE = re.compile(r"```.*?```|`[^`\n]+`|^ {4}.+$", re.S | re.M)
#: a number of an incident, or a name that stands for one, may come before the verb
SAID = re.compile(r"/incident (?:#\d+ )?([a-z][a-z-]*)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(page: Path) -> Iterator[str]:
    return (found.group() for found in CODE.finditer(page.read_text("utf-8")))


@pytest.mark.parametrize("page", generate.PAGES)
def test_what_is_generated_is_of_today(page: str) -> None:
    written = (DOCS / page).read_text("utf-8")

    assert written == generate.PAGES[page](), "write it anew: .venv/bin/python -m docs.generate"


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS], ids=name)
def test_its_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", page.read_text("utf-8"))
    broken = [link for link in links if not there(page, link)]

    assert broken == []


def there(page: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target)


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: https://docs.github.com/get-started/writing-on-github (section links)."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_commands_it_names_exist(page: Path) -> None:
    said = {word for span in code(page) for word in SAID.findall(span)}

    assert {word for word in said if VERBS.find(word) is None} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_variables_it_names_exist(page: Path) -> None:
    named = set(re.findall(r"\b((?:MUSTER|SLACK)_[A-Z_]+[A-Z])\b", page.read_text("utf-8")))
    known = {str(field.validation_alias) for each in (Config, Reach) for field in each.model_fields.values()}

    assert {word for word in named - known if not word.startswith(("MUSTER_TARGET_", "MUSTER_TEST_"))} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_words_of_the_command_line_it_names_exist(page: Path) -> None:
    said = {word for span in code(page) for word in re.findall(r"(?:^|[`\s/])muster ([a-z]+)\b", span)}

    assert said - set(subcommands()) - {"test"} == set(), "./muster test is the script's own"


def subcommands() -> list[str]:
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    return list(group.commands)


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    missing = [page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"({page.name})" not in index]

    assert missing == []
