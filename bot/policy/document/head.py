"""Single facts of an incident by name: the table at the top, and lists of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC

from bot.domain.incident import MUSTER
from bot.policy.document.record import UNKNOWN, Record
from bot.policy.markdown import line, spoken, table
from bot.policy.postmortem import Section

Named = tuple[str, str]


def rows(record: Record) -> str:
    """The head; that it was no real incident is said in any case."""
    names = record.book.postmortem.head
    kind = () if record.incident.kind == "real" or "kind" in names else ("kind",)
    return table(("", ""), [fact(name, record) for name in (*names, *kind)])


def facts(record: Record, section: Section) -> str:
    named = (fact(name, record) for name in section.items or record.book.postmortem.head)
    return "\n".join(f"- **{title}:** {value}" for title, value in named)


def fact(name: str, record: Record) -> Named:
    """Title and value, both Markdown of one line."""
    kind, _, id = name.partition(":")
    if kind == "impact":
        return line(record.book.words.impact(id)), line(record.incident.impact.get(id, "")) or UNKNOWN
    if kind == "role":
        return _role(record, id)
    title, value = FACTS.get(name, (name, lambda record: UNKNOWN))
    return (_role(record, record.book.roles.lead)) if name == "commander" else (line(title), value(record))


def _role(record: Record, id: str) -> Named:
    return line(record.book.words.role(id)), record.person(record.incident.roles.get(id))


def severity(record: Record) -> str:
    found = record.book.severities.find(record.incident.severity)
    return line(f"{found.emoji} {found.title} {found.name}" if found else record.incident.severity)


def _declared(record: Record) -> str:
    incident = record.incident
    return f"{record.dialect.moment(incident.declared_at)} by {record.person(incident.declared_by)}"


def _ended(record: Record) -> str:
    ended = record.incident.ended_at
    return record.dialect.moment(ended) if ended else "not yet"


def _duration(record: Record) -> str:
    incident = record.incident
    return spoken(incident.ended_at - incident.declared_at) if incident.ended_at else "not over yet"


def _minutes(record: Record) -> str:
    incident = record.incident
    if incident.ended_at is None:
        return "not over yet"
    return str(max(0, int((incident.ended_at - incident.declared_at).total_seconds())) // 60)


def _participants(record: Record) -> str:
    """Everybody of whom the record speaks, in the order of the record."""
    spoken_of = [ref for entry in record.entries for ref in (entry.by, entry.whom)]
    refs = [record.incident.declared_by, *spoken_of, *record.incident.roles.values()]
    people = dict.fromkeys(ref for ref in refs if ref and ref != MUSTER)
    return ", ".join(record.dialect.person(ref) for ref in people)


#: name in the policy → title, value
FACTS: Mapping[str, tuple[str, Callable[[Record], str]]] = {
    "id": ("Incident", lambda r: line(r.book.label(r.incident))),
    "title": ("Title", lambda r: line(r.incident.title) or "without a title"),
    "date": ("Date", lambda r: f"{r.incident.declared_at.astimezone(UTC):%Y-%m-%d}"),
    "start": ("Start", lambda r: r.dialect.moment(r.incident.declared_at)),
    "end": ("End", _ended),
    "duration": ("Duration", _duration),
    "minutes": ("Duration in minutes", _minutes),
    "severity": ("Severity", severity),
    "status": ("Status", lambda r: line(r.book.words.status(r.incident.status))),
    "declared": ("Declared", _declared),
    "ended": ("Ended", _ended),
    "commander": ("Commander", lambda r: r.person(r.incident.roles.get(r.book.roles.lead))),
    "participants": ("Participants", _participants),
    "kind": ("Kind", lambda r: line(r.incident.kind)),
    "called_by": ("Called by", lambda r: r.person(r.incident.declared_by)),
    "source": ("Source", lambda r: line(r.incident.source)),
}
