from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from bot.domain import facts
from bot.domain.incident import Incident, declare
from bot.policy.book import BUNDLED, Book, load

AT = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)

# a busy machine is slow, not wrong
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

Change = Callable[[str, str, str], None]


@pytest.fixture(scope="session")
def book() -> Book:
    return load("default")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A team's own copy of the default policy."""
    return Path(shutil.copytree(BUNDLED / "default", tmp_path / "ours"))


@pytest.fixture
def change(folder: Path) -> Change:
    """Replace words in a file of the team's own copy."""

    def replace(file: str, was: str, now: str) -> None:
        text = (folder / file).read_text()
        assert was in text
        (folder / file).write_text(text.replace(was, now, 1))

    return replace


def outline(text: str) -> list[tuple[int, str]]:
    """The headings of a Markdown document, each with its level: 1 is the title."""
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(text)
    headings = [(int(token.tag[1]), tokens[n + 1]) for n, token in enumerate(tokens) if token.type == "heading_open"]
    return [(level, "".join(child.content for child in inline.children or ())) for level, inline in headings]


def an_incident(title: str = "checkout is failing", severity: str = "sev1", words: str = "") -> Incident:
    event = facts.Declared("01J", 12, title, severity, "investigating", "hash", words)
    return declare(event, "slack:U1", AT)[0]
