"""The policies that incidents were opened under, kept on record and read again when one of them is asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.engine.journal import Json
from bot.policy import book
from bot.policy.book import Book
from bot.policy.errors import PolicyError
from bot.policy.layers import Layer
from bot.policy.lifecycle import Lifecycle, Status
from bot.policy.severities import Severities, Severity
from bot.ports import Books, KeptPolicy

logger = logging.getLogger(__name__)


class Shelf:
    """
    Earlier policies by hash. Each is assembled once, when it is first needed.

    `kept` may grow: the store puts there the policy of every incident it hands out, also of one that another
    replica has opened.
    """

    def __init__(self, kept: Mapping[str, KeptPolicy] | None = None) -> None:
        self._kept = {} if kept is None else kept
        self._read: dict[str, Book | None] = {}
        self._missed: set[str] = set()

    def get(self, hash: str) -> Book | None:
        """None when nothing is kept under that hash, or this release cannot read what is."""
        if hash not in self._kept:
            if hash not in self._missed:
                logger.warning("No policy is kept under %s.", hash[:12], extra={"action": "policy.unknown_hash"})
            self._missed.add(hash)
            return None
        if hash not in self._read:
            self._read[hash] = self._assembled(hash, self._kept[hash])
        return self._read[hash]

    def name(self, hash: str) -> str | None:
        """What the policy is called, also when it cannot be read any more."""
        kept = self._kept.get(hash)
        return kept.name if kept else None

    def _assembled(self, hash: str, kept: KeptPolicy) -> Book | None:
        try:
            # an incident asks for its policy by the hash it was kept under
            return replace(book.assemble(unpacked(kept.layers)), hash=hash)
        except PolicyError as error:
            logger.warning("A kept policy cannot be read: %s", error, extra={"action": "policy.unreadable"})
            return None


async def keep(books: Books, policy: Book) -> None:
    """Keep the policy for the incident that is opened under it in this transaction."""
    await books.keep_policy(policy.hash, policy.name, packed(policy.layers))


def packed(layers: Iterable[Layer]) -> Json:
    return [{"name": layer.name, "files": dict(layer.files)} for layer in layers]


def unpacked(layers: Sequence[Json]) -> list[Layer]:
    return [Layer(layer["name"], layer["files"]) for layer in layers]


def standing_in(current: Book, incident: Incident) -> Book:
    """
    The current policy for an incident whose own cannot be read.

    A severity or status that the current policy does not have is there under its id, and behaves like the default
    severity, or like the first status of the incident's stage.
    """
    severities, lifecycle, cadence = current.severities, current.lifecycle, current.cadence
    if all(s.id != incident.severity for s in severities.all):
        rhythm = cadence.severities[severities.default]
        cadence = cadence.model_copy(update={"severities": {**cadence.severities, incident.severity: rhythm}})
        severities = _graded(severities, incident.severity)
    if all(s.id != incident.status for s in lifecycle.all):
        lifecycle = _reached(lifecycle, incident.status, incident.stage)
    return replace(current, severities=severities, lifecycle=lifecycle, cadence=cadence)


def _graded(severities: Severities, id: str) -> Severities:
    like = severities.get(severities.default)
    unknown = like.model_copy(update={"id": id, "title": id, "aliases": ()})
    at = severities.rank(like.id) + 1
    return severities.model_copy(update={"severities": (*severities.all[:at], unknown, *severities.all[at:])})


def _reached(lifecycle: Lifecycle, id: str, stage: Stage) -> Lifecycle:
    like = of_stage(lifecycle, stage)
    unknown = like.model_copy(update={"id": id, "title": id, "word": id, "aliases": (), "stage": stage})
    return lifecycle.model_copy(update={"statuses": (*lifecycle.all, unknown)})


def thing(kinds: Severities | Lifecycle, id: str) -> Severity | Status:
    """The severity or status; one that only an earlier policy had is called by its id."""
    known: dict[str, Severity | Status] = {each.id: each for each in kinds.all}
    return known.get(id) or kinds.all[0].model_copy(update={"id": id, "title": id})


def of_stage(lifecycle: Lifecycle, stage: Stage) -> Status:
    """The status for an incident that comes from another policy: where it starts, or the first one of its stage."""
    start = lifecycle.get(lifecycle.start)
    if start.stage is stage:
        return start
    return next((status for status in lifecycle.all if status.stage is stage), start)
