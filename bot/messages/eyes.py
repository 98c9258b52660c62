"""What Muster saw of the systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.messages.plain import Button
from bot.policy.book import Book
from bot.policy.judging import Finding


@dataclass(frozen=True)
class Diagnosis:
    """
    What probes of `scope` found, or (`waiting` of them still look) have found so far. `by` asked for it at `at`;
    `found` is judged by `book`. `since` holds what changed since the round before, in sentences; `buttons` what one can
    do about it.
    """

    book: Book
    scope: str
    by: str
    at: datetime
    found: Finding
    waiting: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    incident: str | None = None
    buttons: tuple[Button, ...] = ()
