"""Status updates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.dialogs.fields import about, field, select, words
from bot.adapters.slack.views.face import impact_words
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.words import duration
from bot.domain.incident import Incident
from bot.policy.book import Book
from bot.policy.communications import KNOWN, PROMISE

BY_POLICY = "policy"
#: minutes until the next update that the dialog offers besides the policy's own
PROMISES = (15, 30, 60, 120, 240)


def update(ask: Ask, book: Book) -> list[Block]:
    """The fields of the policy in its order, filled with what was last said, and when the next one comes."""
    incident = about(ask)
    said = last_said(incident, book)
    asked = [
        field(f.id, f.title, words(said.get(f.id, "")), f.hint or "", optional=f.id != "state")
        for f in book.communications.update_fields
    ]
    return [*asked, field(PROMISE, "Next update", select(promises(incident, book), BY_POLICY))]


def last_said(incident: Incident, book: Book) -> Mapping[str, str]:
    """What the last update said, by field; while no update speaks of the impact, what the record knows of it."""
    last = incident.update
    said = {**{id: str(getattr(last, id)) for id in KNOWN}, **last.more} if last else {}
    return {**said, "impact": said.get("impact") or impact_words(book, incident)}


def promises(incident: Incident, book: Book) -> list[tuple[str, str, str]]:
    known = any(s.id == incident.severity for s in book.severities.all)
    every = book.cadence.every(incident.severity, incident.stage) if known else None
    usual = f"In {spoken(every.total_seconds() / 60)}, as the policy says" if every else "When there is news"
    others = [(str(m), f"In {spoken(m)}", "") for m in PROMISES if every is None or m * 60 != every.total_seconds()]
    return [(BY_POLICY, usual, ""), *others]


def spoken(minutes: float) -> str:
    """
    >>> spoken(90)
    '1 h 30 min'
    """
    return duration(timedelta(minutes=minutes))
