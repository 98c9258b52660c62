"""The postmortem as a document, written from the record by the sections of the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.facts import Updated
from bot.domain.incident import Incident
from bot.domain.measures import Measure, measures, time_to_resolve
from bot.domain.tasks import Task
from bot.domain.timeline import Entry
from bot.policy.book import Book
from bot.policy.markdown import Markdown, line, spoken, table
from bot.policy.postmortem import Section, Source


@dataclass(frozen=True)
class Record:
    """All that a section is written from."""

    book: Book
    incident: Incident
    entries: Sequence[Entry]
    dialect: Markdown


def write(book: Book, incident: Incident, entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    """The postmortem as Markdown, ending in a newline. `names` gives people their names."""
    record = Record(book, incident, entries, Markdown(names))
    sections = (_section(section, record) for section in book.postmortem.sections)
    return "\n\n".join([_head(record), *sections]) + "\n"


def _head(record: Record) -> str:
    book, incident, dialect = record.book, record.incident, record.dialect
    label = book.naming.label(incident.number, incident.declared_at, incident.severity)
    rows = [
        ("Severity", line(_severity(record))),
        ("Status", line(book.words.status(incident.status))),
        ("Declared", f"{dialect.moment(incident.declared_at)} by {dialect.person(incident.declared_by)}"),
        ("Ended", dialect.moment(incident.ended_at) if incident.ended_at else "not yet"),
    ]
    if incident.kind != "real":
        rows.append(("Kind", line(incident.kind)))
    return f"# Postmortem {line(label)}: {line(incident.title) or 'without a title'}\n\n{table(('', ''), rows)}"


def _section(section: Section, record: Record) -> str:
    asked = f"> **To be written:** {line(section.prompt)}" if section.prompt else ""
    body = "\n\n".join(part for part in (SOURCES[section.source](record), asked) if part)
    return f"## {line(section.title)}\n\n{body}"


def _severity(record: Record) -> str:
    severity = record.book.severities.find(record.incident.severity)
    return f"{severity.emoji} {severity.title} {severity.name}" if severity else record.incident.severity


def _summary(record: Record) -> str:
    incident, dialect = record.incident, record.dialect
    told: list[str] = []
    if incident.resolution:
        kinds = {k.id: k.title for k in record.book.lifecycle.kinds_of_resolution}
        how = line(kinds.get(incident.resolution.how, incident.resolution.how))
        took = time_to_resolve(incident)
        after = f" after {spoken(took)}" if took is not None else ""
        told.append(f"**Resolved{after} ({how}):** {dialect.text(incident.resolution.summary)}".rstrip(" :"))
    elif not incident.over:
        told.append("The incident is not over yet; this is its record so far.")
    if incident.reopened:
        told.append(f"It was reopened {'once' if incident.reopened == 1 else f'{incident.reopened} times'}.")
    return "\n\n".join(told)


def _impact(record: Record) -> str:
    said = [(u.number, u.impact) for u in record.incident.updates if u.impact.strip()]
    return "\n".join(f"- Update {n}: {line(impact)}" for n, impact in said) or "No update named an impact."


def _timeline(record: Record) -> str:
    dialect = record.dialect
    rows = [(dialect.moment(e.at), dialect.person(e.by), _what(e, dialect)) for e in record.entries]
    return table(("Time", "Who", "What"), rows) if rows else "Nothing is recorded."


def _what(entry: Entry, dialect: Markdown) -> str:
    return f"{line(entry.text)} {dialect.person(entry.whom)}" if entry.whom else line(entry.text)


def _roles(record: Record) -> str:
    seats = [(r.title, record.incident.roles.get(r.id)) for r in record.book.roles.all]
    return table(("Role", "Who"), [(line(t), record.dialect.person(who) if who else "nobody") for t, who in seats])


def _measures(record: Record) -> str:
    severity = record.book.severities.find(record.incident.severity)
    rows = [
        (f"Time to {m.name}", _or_dash(m.took and spoken(m.took)), _or_dash(m.target and spoken(m.target)), _verdict(m))
        for m in measures(record.incident, severity.targets if severity else {})
    ]
    return table(("Measure", "Took", "Target", "Result"), rows)


def _or_dash(text: object) -> str:
    return str(text) if text else "-"


def _verdict(measure: Measure) -> str:
    if measure.missed_by:
        return f"missed by {spoken(measure.missed_by)}"
    if measure.met:
        return "met"
    return "no target" if measure.target is None else "not recorded"


def _actions(record: Record) -> str:
    tasks = [t for t in record.incident.tasks if t.later or t.done_by is None]
    return "\n".join(_task(t, record.dialect) for t in tasks) or "No task is open and no action item was recorded."


def _task(task: Task, dialect: Markdown) -> str:
    done = f", done by {dialect.person(task.done_by)}" if task.done_by else ""
    owner = dialect.person(task.owner) if task.owner else "nobody yet"
    left = "" if task.later else " (left open when the incident ended)"
    return f"- [{'x' if task.done_by else ' '}] {line(task.text)}: {owner}{done}{left}"


def _updates(record: Record) -> str:
    sent = [e for e in record.entries if e.kind == Updated.TYPE]
    told = [_update(u, sent[n] if n < len(sent) else None, record) for n, u in enumerate(record.incident.updates)]
    return "\n\n".join(told) or "No update was sent."


def _update(update: Updated, entry: Entry | None, record: Record) -> str:
    dialect = record.dialect
    sent = f", {dialect.moment(entry.at)}, {dialect.person(entry.by)}" if entry else ""
    parts = (
        ("State", update.state), ("Impact", update.impact), ("Actions", update.actions),
        ("Next steps", update.next_steps), ("Help needed", update.help_needed),
    )  # fmt: skip
    told = [f"- **{title}:** {line(text)}" for title, text in parts if text.strip()]
    promised = [f"- **Next update promised by:** {dialect.moment(update.next_at)}"] if update.next_at else []
    return "\n".join([f"### Update {update.number}{sent}", "", *told, *promised]).rstrip()


SOURCES: Mapping[Source, Callable[[Record], str]] = {
    "summary": _summary, "impact": _impact, "timeline": _timeline, "roles": _roles, "measures": _measures,
    "actions": _actions, "updates": _updates, "people": lambda record: "",
}  # fmt: skip
