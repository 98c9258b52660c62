"""What sections are written from, and the pieces that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.incident import Incident
from bot.domain.timeline import Entry
from bot.policy.book import Book
from bot.policy.markdown import Markdown

UNKNOWN = "not recorded"


@dataclass(frozen=True)
class Record:
    """All that a section is written from; `level` is that of its heading."""

    book: Book
    incident: Incident
    entries: Sequence[Entry]
    dialect: Markdown
    level: int = 1

    def under(self, level: int) -> Record:
        return replace(self, level=level)

    def person(self, ref: str | None, nobody: str = "nobody") -> str:
        return self.dialect.person(ref) if ref else nobody


def heading(level: int, title: str) -> str:
    """Markdown knows six levels; what lies deeper stays at the sixth."""
    return f"{'#' * min(level, 6)} {title}"


def to_be_written(prompt: str = "") -> str:
    """The mark of what the record cannot know. `prompt` is Markdown."""
    return f"**To be written:** {prompt}" if prompt else "**To be written**"


def minute(at: datetime) -> str:
    """
    For columns that say UTC in their title.

    >>> minute(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    '2026-01-02 03:04'
    """
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
