"""What it cost and how long it took: impact, times against targets, and what is due until when."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.measures import Measure, measures, time_to_acknowledge, time_to_resolve
from bot.policy.document.record import UNKNOWN, Record, minute
from bot.policy.markdown import line, spoken, table
from bot.policy.model import written
from bot.policy.postmortem import Section, Sla, Target


def impact(record: Record, section: Section) -> str:
    """The record of the impact; `items` choose and order its fields."""
    if section.items:
        return _fields(section.items, record)
    policy = [field.id for field in record.book.impact.fields]
    fields = _fields([*policy, *(id for id in record.incident.impact if id not in policy)], record)
    said = [(u.number, u.impact) for u in record.incident.updates if u.impact.strip()]
    told = "\n".join(f"- Update {n}: {line(impact)}" for n, impact in said)
    return "\n\n".join(part for part in (fields, told) if part) or "No update named an impact."


def _fields(ids: list[str] | tuple[str, ...], record: Record) -> str:
    if not ids:
        return ""
    known, titles = record.incident.impact, record.book.words
    return table(("Impact", ""), [(line(titles.impact(id)), line(known.get(id, "")) or UNKNOWN) for id in ids])


def reached(record: Record, section: Section) -> str:
    severity = record.book.severities.find(record.incident.severity)
    targets = severity.targets(record.incident.declared_at) if severity else {}
    rows = [
        (f"Time to {m.name}", _or_dash(m.took and spoken(m.took)), _or_dash(m.target and spoken(m.target)), _verdict(m))
        for m in measures(record.incident, targets)
    ]
    return table(("Measure", "Took", "Target", "Result"), rows)


def _or_dash(text: object) -> str:
    return str(text) if text else "-"


def _verdict(measure: Measure) -> str:
    if measure.missed_by:
        return f"missed by {spoken(measure.missed_by)}"
    if measure.met:
        return "met"
    return "no target" if measure.target is None else UNKNOWN


def sla(record: Record, section: Section) -> str:
    """The promise for the alert severity that stands for the incident's, against what the record knows."""
    promised, alert = record.book.postmortem.sla, record.book.alerts.of(record.incident.severity)
    if promised is None:
        return "This policy promises no times."
    id = alert.id if alert and alert.id in promised.targets else promised.otherwise
    title = alert.title if alert and alert.id == id else id
    promise, took = promised.promise(id), time_to_resolve(record.incident)
    verdict = promised.verdict(id, took) if took is not None else "not resolved yet"
    rows = [
        ("Detection", in_minutes(promise.detection), UNKNOWN, "-"),
        _promise(promised, "Response", promise.response, time_to_acknowledge(record.incident)),
        _promise(promised, "Resolution", promise.resolution, took),
    ]
    told = table(("Time to", "Target", "Took", "Result"), rows)
    return f"**SLA ({line(title)}):** {line(verdict)}\n\n{told}"


def _promise(sla: Sla, name: str, target: timedelta, took: timedelta | None) -> tuple[str, ...]:
    if took is None:
        return (name, in_minutes(target), UNKNOWN, "-")
    return (name, in_minutes(target), in_minutes(took), line(sla.met if took <= target else sla.exceeded))


def in_minutes(length: timedelta) -> str:
    """
    As tables of targets count, whole hours included.

    >>> in_minutes(timedelta(hours=2)), in_minutes(timedelta(minutes=4, seconds=5))
    ('120 min', '4 min 5 s')
    """
    whole, rest = divmod(int(length.total_seconds()), 60)
    return f"{whole} min {rest} s" if rest else f"{whole} min"


def targets(record: Record, section: Section) -> str:
    incident, policy = record.incident, record.book.postmortem
    due = policy.due(incident.severity, incident.ended_at or incident.declared_at)
    if not due:
        return "Nothing is due by a certain time."
    if incident.ended_at is None:
        return table(("What", "Due"), [(line(target.title), _once_over(target, record)) for target, _ in due])
    return table(("What", "Due (UTC)"), [(line(target.title), minute(at)) for target, at in due])


def _once_over(target: Target, record: Record) -> str:
    since = record.book.postmortem.target(target.follows).title if target.follows else "the incident is over"
    return f"{written(target.within)} after {line(since)}"
