"""What is on record of one diagnosis while it goes on and afterwards, and the message that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.domain import facts, readings
from bot.domain.incident import Incident
from bot.domain.observation import Look, Observation, Symptom
from bot.messages import Button, Diagnosis, Message, Sentence
from bot.policy.book import Book
from bot.policy.diagnosis import Probe
from bot.policy.judging import Finding, Repeated, find
from bot.workflows.desk import Desk
from bot.workflows.diagnosis.scope import Scope


@dataclass(frozen=True)
class Record:
    """
    `word` finds the scope again, `probes` are asked, `batches` of answers are on record as steps. `seen` is what they
    found, without what was read at length; `errors` were counted in that. `since` tells what changed.
    """

    word: str
    title: str
    probes: tuple[str, ...]
    by: str
    at: datetime
    batches: int = 0
    seen: tuple[Observation, ...] = ()
    errors: tuple[Repeated, ...] = ()
    since: tuple[str, ...] = ()
    done: bool = False

    def to_json(self) -> dict[str, Any]:
        seen = [readings.to_json(readings.brief(each)) for each in self.seen]
        errors = [dict(vars(error)) for error in self.errors]
        return {**vars(self), "at": self.at.isoformat(), "seen": seen, "errors": errors}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Record:
        seen = tuple(readings.from_json(each) for each in stored["seen"])
        errors = tuple(Repeated(**error) for error in stored["errors"])
        lists = {name: tuple(stored[name]) for name in ("probes", "since")}
        return cls(**{**stored, **lists, "at": datetime.fromisoformat(stored["at"]), "seen": seen, "errors": errors})

    def asks(self, book: Book) -> list[Probe]:
        """Its probes in their order, as far as the policy (which may be another by now) still has them."""
        known = {probe.id: probe for probe in book.diagnosis.probes}
        return [known[id] for id in self.probes if id in known]


def name(id: str) -> str:
    """Under which name a diagnosis is remembered, and of which kind its surface is."""
    return f"diagnosis:{id}"


def begun(scope: Scope, by: str, at: datetime) -> Record:
    return Record(scope.word, scope.title, tuple(probe.id for probe in scope.probes), by, at)


async def recall(books: Any, id: str) -> Record | None:
    """From the store or within a transaction."""
    stored = await books.recall(name(id)) if id else None
    return Record.from_json(stored) if stored else None


def finding(book: Book, seen: Sequence[Observation]) -> Finding:
    return find(book.diagnosis, seen, [grade.id for grade in book.alerts.severities])


def fact(id: str, scope: str, book: Book, seen: Sequence[Observation], evidence: str) -> facts.Diagnosed:
    causes = finding(book, seen).causes
    looked, wrong = sum(o.look is not Look.UNSET for o in seen), sum(o.look is Look.WRONG for o in seen)
    return facts.Diagnosed(id, scope, looked, wrong, causes[0].cause.title if causes else "", evidence)


def message(book: Book, record: Record, incident: Incident | None = None) -> Diagnosis:
    waiting = () if record.done else waited_for(book, record)
    buttons = () if waiting or (incident and incident.over) else what_next(record, incident)
    found = replace(finding(book, record.seen), errors=record.errors)
    id = incident.id if incident else None
    return Diagnosis(book, record.title, record.by, record.at, found, waiting, record.since, id, buttons)


def waited_for(book: Book, record: Record) -> tuple[str, ...]:
    told = {each.probe for each in record.seen}
    return tuple(probe.title for probe in record.asks(book) if probe.id not in told)


def what_next(record: Record, incident: Incident | None) -> tuple[Button, ...]:
    again = Button("Diagnose again", "diagnose", record.word)
    if incident is None:
        return (again,)
    if incident.watching == record.title:
        return again, Button("Stop watching", "watch", "off")
    return again, Button("Watch", "watch", record.word)


async def shown(desk: Desk, incident: Incident, of: str) -> Message:
    record = await recall(desk.store, of)
    if record is None:
        return Sentence("This diagnosis is not on record.")
    return message(desk.book_of(incident), record, incident)


def changes(change: readings.Change) -> tuple[str, ...]:
    """What came and went, in a sentence each."""
    told = [("New", change.came), ("Well again", change.went)]
    return tuple(f"{what}: {listed(symptoms)}" for what, symptoms in told if symptoms)


def listed(symptoms: Iterable[Symptom], most: int = 4) -> str:
    """
    >>> slow, down = Symptom("slow", "high", "p95 is 3 s"), Symptom("down", "high", "nobody listens", "shop")
    >>> listed([slow, down, down, Symptom("full", "high", "the disk is full", "shop")])
    'p95 is 3 s; shop: nobody listens; the disk is full'
    """
    texts = list(dict.fromkeys((each.service, short(each.text)) for each in symptoms))
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    by_service = groupby(texts[:most], key=lambda each: each[0])
    told = [(service, "; ".join(text for _, text in of)) for service, of in by_service]
    return "; ".join(f"{service}: {text}" if service else text for service, text in told) + more


def short(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
