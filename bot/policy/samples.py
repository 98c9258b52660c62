"""Incidents that a policy's texts are tried out on: bare ones, full ones, and one in every status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import facts
from bot.domain.incident import Incident, declare
from bot.domain.tasks import Task
from bot.policy.book import Book
from bot.policy.checklists import Checklist, Item
from bot.policy.deadlines import Deadline
from bot.policy.escalation import Summoned
from bot.policy.impact import ImpactField
from bot.policy.model import duration
from bot.policy.texts import Person

AT = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
ANA, BEN = Person("slack:U1"), Person("slack:U2")
TITLE = "checkout is failing"
#: as long as a title can be
LONG_TITLE = " ".join([TITLE] * 6)

#: for a policy without any
LIST = Checklist(id="first", title="First steps", items=(Item(id="owner", text="Somebody has taken it"),))

DEADLINE = Deadline(id="customers", title="Customers told", severities=(), within=duration("30m"))

Sample = tuple[Incident, dict[str, Any]]


def samples(book: Book) -> Iterator[Sample]:
    """
    Per severity, a bare incident and a full one, each with all fields that templates may use.

    LookupError when the policy names what it does not have.
    """
    for severity in book.severities.all:
        bare = _bare(book, severity.id)
        yield bare, _fields(book, bare, full=False)
        full = _full(book, bare)
        yield full, _fields(book, full, full=True)


def in_every_status(book: Book) -> Iterator[Sample]:
    """A full incident with a long title, per status."""
    for status in book.lifecycle.all:
        here = replace(_full(book, _bare(book, book.severities.default)), status=status.id, title=LONG_TITLE)
        yield here, _fields(book, here, full=True)


def always(book: Book, incident: Incident) -> dict[str, dict[str, Any]]:
    """What single templates have in every incident, the barest included."""
    update = incident.update or facts.Updated(
        1, incident.status, incident.severity, "slow", more=dict.fromkeys(book.communications.own_fields, "")
    )
    return {
        "updated": {"update": update, "own": book.communications.own(update)},
        "moved": {"was": book.lifecycle.get(book.lifecycle.start)},
        "page": {"person": None, "reason": ""},
        "escalated": {"reason": "it grew"},
        "nudge_update_due": {"due": AT},
        "nudge_update_missed": {"due": AT},
        "nudge_deadline_due": {"due": AT},
        "nudge_deadline_missed": {"due": AT},
    }


def _bare(book: Book, severity: str) -> Incident:
    event = facts.Declared("01J", 12, TITLE, severity, book.lifecycle.start, book.hash, "")
    return declare(event, ANA, AT)[0]


def _full(book: Book, bare: Incident) -> Incident:
    more = dict.fromkeys(book.communications.own_fields, "10:00")
    said = facts.Updated(
        1, bare.status, bare.severity, "slow", "all", "rollback", "wait", "a DBA", next_at=AT, more=more
    )  # fmt: skip
    return replace(
        bare, words="checkout fails since the release", room="slack:C1", room_name="inc-12-checkout",
        roles={role.id: ANA for role in book.roles.all}, updates=(said,), updated_at=AT,
        impact={field.id: _value(field) for field in book.impact.fields},
        tasks=(Task(1, "fail over", BEN), Task(2, "add an alert", later=True)),
    )  # fmt: skip


def _value(field: ImpactField) -> str:
    return field.choices[0] if field.choices else "1200"


def _fields(book: Book, incident: Incident, full: bool) -> dict[str, Any]:
    checklist = next(iter(book.checklists.all), LIST)
    given: dict[str, Any] = {
        "by": ANA, "person": BEN, "before": ANA if full else None, "reason": "it grew" if full else "",
        "cause": "the pool was too small" if full else "", "at": AT, "last_at": AT if full else None,
        "targets": book.postmortem.due(incident.severity, AT) if full else (),
        "checklist": checklist, "items": checklist.items,
        "was": book.severities.all[-1], "role": book.roles.get(book.roles.lead), "update": incident.update,
        "own": book.communications.own(incident.update) if incident.update else (),
        "due": AT if full else None, "kind": "Fix" if full else "", "summary": "rolled back" if full else "",
        "elapsed": duration("42m"), "left": duration("5m"), "late": duration("5m") if full else timedelta(),
        "times": 3 if full else 1, "volume": book.cadence.volume(3 if full else 1),
        "level": Summoned("Engineering Manager", "whoever leads the engineers" if full else None),
        "deadline": next(iter(book.deadlines.all), DEADLINE),
        "mentions": (ANA, BEN) if full else (), "tasks": incident.tasks,
    }  # fmt: skip
    return book.about(incident) | given
