"""What somebody asks to have rehearsed, as they typed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.policy.book import Book
from bot.policy.lifecycle import Lifecycle
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
    answers = [Deed(duration(asked.ack), "ack", asked.ack_by.lstrip("@"))] if asked.ack else []
    ends = ending(book.lifecycle, duration(asked.resolve)) if asked.resolve else ()
    given = {"title": " ".join(asked.title.split())} if asked.title.strip() else {}
    return Scenario(
        asked.severity or book.severities.default,
        moment_of(asked.at, now, book.calendar.zone) if asked.at else now.replace(second=0, microsecond=0),
        deeds=(*answers, *map(deed, asked.do), *ends),
        until=duration(asked.until) if asked.until else None,
        **given,
    )


def ending(lifecycle: Lifecycle, after: timedelta) -> Iterator[Deed]:
    """Resolve it, by way of the statuses that have to be gone through before."""
    for status in way(lifecycle):
        yield Deed(after, f"status {status}")
    yield Deed(after, "resolve")


def way(lifecycle: Lifecycle) -> tuple[str, ...]:
    """The fewest statuses between the start and the end; none when there is no way."""
    ways: dict[str, tuple[str, ...]] = {lifecycle.start: ()}
    waiting = [lifecycle.start]
    for status in waiting:
        for follows in lifecycle.after(status):
            if follows not in ways:
                ways[follows] = (*ways[status], follows)
                waiting.append(follows)
    return ways.get(lifecycle.resolved, ())[:-1]
