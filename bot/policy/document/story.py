"""What happened: how it ended, the timeline, who was who, what was decided and told."""

from __future__ import annotations

from bot.domain.facts import Updated
from bot.domain.incident import Question
from bot.domain.measures import time_to_resolve
from bot.domain.timeline import Entry
from bot.policy.document.record import Record, heading, minute
from bot.policy.markdown import line, link, spoken, table
from bot.policy.postmortem import Column, Section

TIMELINE: tuple[Column, ...] = ("time", "who", "event")
#: the columns that a timeline can have; what the record does not know is left for people
TITLES: dict[Column, str] = {"time": "Time (UTC)", "event": "Event", "action": "Action taken", "who": "Who",
                             "notes": "Notes"}  # fmt: skip


def summary(record: Record, section: Section) -> str:
    incident = record.incident
    told: list[str] = [_resolution(record)] if incident.resolution else []
    if not incident.over:
        told.append("The incident is not over yet; this is its record so far.")
    if incident.reopened:
        told.append(f"It was reopened {'once' if incident.reopened == 1 else f'{incident.reopened} times'}.")
    return "\n\n".join(told)


def _resolution(record: Record) -> str:
    resolution, took = record.incident.resolution, time_to_resolve(record.incident)
    assert resolution is not None
    kinds = {k.id: k.title for k in record.book.lifecycle.kinds_of_resolution}
    how = line(kinds.get(resolution.how, resolution.how))
    after = f" after {spoken(took)}" if took is not None else ""
    return f"**Resolved{after} ({how}):** {record.dialect.text(resolution.summary)}".rstrip(" :")


def timeline(record: Record, section: Section) -> str:
    columns = [c for c in section.columns if c in TITLES] or TIMELINE
    if not record.entries:
        return "Nothing is recorded."
    rows = [[_cell(column, entry, record, "who" in columns) for column in columns] for entry in record.entries]
    return table([TITLES[column] for column in columns], rows)


def _cell(column: Column, entry: Entry, record: Record, named: bool) -> str:
    """`named`: a column of its own says who it was; otherwise the sentence does."""
    match column:
        case "time":
            return minute(entry.at)
        case "who":
            return record.dialect.person(entry.by)
        case "event":
            subject = "" if named else f"{record.dialect.person(entry.by)} "
            return f"{subject}{_what(entry, record)}"
    return ""


def _what(entry: Entry, record: Record) -> str:
    said = f"{line(entry.text)} {record.dialect.person(entry.whom)}" if entry.whom else line(entry.text)
    return " ".join([said, *(link(title, address) for title, address in entry.links)])


def roles(record: Record, section: Section) -> str:
    """Who held what at the end. A role of the extended team that nobody held was not needed."""
    held, all = record.incident.roles, record.book.roles.all
    seats = [(role.title, held.get(role.id)) for role in all if role.id in held or not role.extended]
    known = {role.id for role in all}
    earlier = [(id, person) for id, person in held.items() if id not in known]
    return table(("Role", "Who"), [(line(title), record.person(who)) for title, who in (*seats, *earlier)])


def decisions(record: Record, section: Section) -> str:
    asked = record.incident.questions
    if not asked:
        return "No go or no-go was asked for."
    columns = ("Question", "Asked by", "Decision", "Decided by", "Time (UTC)", "Reason")
    return table(columns, [_decision(question, record) for question in asked])


def _decision(asked: Question, record: Record) -> tuple[str, ...]:
    said = {None: "not decided", True: "GO", False: "NO-GO"}[asked.go]
    when = minute(asked.decided_at) if asked.decided_at else ""
    who = (record.dialect.person(asked.asked_by), said, record.person(asked.decided_by, ""))
    return (line(asked.text), *who, when, line(asked.reason))


def updates(record: Record, section: Section) -> str:
    sent = [e for e in record.entries if e.kind == Updated.TYPE]
    told = [_update(u, sent[n] if n < len(sent) else None, record) for n, u in enumerate(record.incident.updates)]
    return "\n\n".join(told) or "No update was sent."


def _update(update: Updated, entry: Entry | None, record: Record) -> str:
    dialect = record.dialect
    sent = f", {dialect.moment(entry.at)}, {dialect.person(entry.by)}" if entry else ""
    parts = record.book.communications.told(update)
    told = [f"- **{line(part.title)}:** {line(part.value)}" for part in parts]
    promised = [f"- **Next update promised by:** {dialect.moment(update.next_at)}"] if update.next_at else []
    return "\n".join([heading(record.level + 1, f"Update {update.number}{sent}"), "", *told, *promised]).rstrip()
