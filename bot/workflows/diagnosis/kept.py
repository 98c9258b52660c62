"""What a round of probes read is kept as evidence: the readings as JSON, each log as text."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import readings
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.observation import Observation
from bot.policy.book import Book
from bot.policy.judging import diagnosis_reads
from bot.ports import Books
from bot.workflows.evidence import evidence
from bot.workflows.evidence.evidence import Item

logger = logging.getLogger(__name__)

#: characters of all that was read beside the logs; they share it
MOST_TEXT = 500_000


async def pieces(book: Book, scope: str, found: Sequence[Observation]) -> list[Item]:
    """The readings, which leave the logs out, and each log. To be made before the transaction that keeps them."""
    logs = [each for each in found if each.reading.text and diagnosis_reads(book.diagnosis, each)]
    share = MOST_TEXT // max(len(found), 1)
    rest = [readings.brief(each) if each in logs else cut(each, share) for each in found]
    content = json.dumps([readings.to_json(each) for each in rest], indent=1).encode()
    made = [Item("readings", f"Readings of {scope}", "readings.json", "application/json", content)]
    made += [Item("log", each.title, f"{each.probe}.log", "text/plain", each.reading.text.encode()) for each in logs]
    return [await piece.cleaned() for piece in made]


def cut(observation: Observation, longest: int) -> Observation:
    return replace(observation, reading=replace(observation.reading, text=observation.reading.text[:longest]))


async def keep(books: Books, incident: Incident, made: Sequence[Item], by: str) -> tuple[Incident, str]:
    """The incident after it, and the id of the first piece; "" when no more is kept of this incident."""
    first = ""
    try:
        for piece in made:
            incident, added = await evidence.add(books, incident, piece, by, books.now)
            first = first or added.id
    except Refused:
        logger.warning("No more evidence is kept of %s", incident.name, extra={"action": "evidence.full"})
    return incident, first
