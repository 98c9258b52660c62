"""What somebody asks to have rehearsed, as they typed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.policy.book import Book
from bot.policy.model import duration
from bot.policy.scenario import Deed, Scenario, deed, moment_of


class Asked(NamedTuple):
    """As typed; "" is what was left out."""

    severity: str = ""
    title: str = ""
    ack: str = ""
    ack_by: str = ""
    resolve: str = ""
    at: str = ""
    do: Sequence[str] = ()
    until: str = ""


def scenario(book: Book, asked: Asked, now: datetime) -> Scenario:
    """ValueError, with a sentence, for what cannot be meant."""
    ends = [Deed(duration(asked.resolve), "resolve")] if asked.resolve else []
    answers = [Deed(duration(asked.ack), "ack", asked.ack_by.lstrip("@"))] if asked.ack else []
    given = {"title": " ".join(asked.title.split())} if asked.title.strip() else {}
    return Scenario(
        asked.severity or book.severities.default,
        moment_of(asked.at, now, book.calendar.zone) if asked.at else now.replace(second=0, microsecond=0),
        deeds=(*answers, *map(deed, asked.do), *ends),
        until=duration(asked.until) if asked.until else None,
        **given,
    )
