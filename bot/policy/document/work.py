"""What was done and what is left: checklists and action items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from bot.domain.tasks import Task
from bot.policy.checklists import Checklist, Item
from bot.policy.document.record import Record
from bot.policy.markdown import line, table
from bot.policy.postmortem import Column, Section

#: the columns that a table of action items can have; what the record does not know is left for people
TITLES: dict[Column, str] = {
    "id": "Id", "item": "Action item", "owner": "Owner", "due": "Due date", "priority": "Priority",
    "status": "Status", "category": "Category", "notes": "Notes",
}  # fmt: skip


def checklists(record: Record, section: Section) -> str:
    told = [_checklist(checklist, record) for checklist in _begun(record)]
    return "\n\n".join(told) or "No checklist was begun."


def _begun(record: Record) -> list[Checklist]:
    """In the order of the policy. What older records do not say to have begun follows from the severity."""
    incident, policy = record.incident, record.book.checklists
    ended = policy.closing(incident.severity) if incident.resolution else ()
    certain = {*incident.checklists, *(c.id for c in (*policy.at_start(incident.severity), *ended))}
    return [c for c in policy.all if c.id in certain or any(item.id in incident.ticks for item in c.items)]


def _checklist(checklist: Checklist, record: Record) -> str:
    done = sum(item.id in record.incident.ticks for item in checklist.items)
    head = f"**{line(checklist.title)}:** {done} of {len(checklist.items)} done"
    return "\n".join([head, "", *(_item(item, record) for item in checklist.items)])


def _item(item: Item, record: Record) -> str:
    tick = record.incident.ticks.get(item.id)
    if tick is None:
        return f"- [ ] {line(item.text)}"
    return f"- [x] {line(item.text)} ({record.dialect.person(tick.by)}, {record.dialect.moment(tick.at)})"


def actions(record: Record, section: Section) -> str:
    """
    The action items that the section asks for, and tasks left open.

    The last such section also holds those that no section asks for: nothing that was asked is lost.
    """
    asking = list(_asking(record.book.postmortem.sections))
    kept = [(n, task) for n, task in _items(record) if _wanted(section, task, record)]
    told = _listed(kept, section, record) or _nothing(section)
    if not asking or section is not asking[-1]:
        return told
    lost = [(n, task) for n, task in _items(record) if not any(_wanted(s, task, record) for s in asking)]
    return f"{told}\n\nWithout a date or priority yet:\n\n{_listed(lost, section, record)}" if lost else told


def _asking(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        if section.source == "actions":
            yield section
        yield from _asking(section.parts)


def _items(record: Record) -> list[tuple[int, Task]]:
    """Each with its number among the action items; 0 for a task that was left open."""
    later = [task.id for task in record.incident.tasks if task.later]
    asked = [task for task in record.incident.tasks if task.later or task.done_by is None]
    return [(later.index(task.id) + 1 if task.later else 0, task) for task in asked]


def _wanted(section: Section, task: Task, record: Record) -> bool:
    if section.items and task.priority not in section.items:
        return False
    if section.within is None and section.later_than is None:
        return True
    if task.due is None:
        return False
    left = task.due - (record.incident.ended_at or record.incident.declared_at)
    soon = section.within is None or left <= section.within
    return soon and (section.later_than is None or left > section.later_than)


def _nothing(section: Section) -> str:
    chosen = section.items or section.within or section.later_than
    return "No such action item was recorded." if chosen else "No task is open and no action item was recorded."


def _listed(items: Sequence[tuple[int, Task]], section: Section, record: Record) -> str:
    columns = [column for column in section.columns if column in TITLES]
    if not items or not columns:
        return "\n".join(_box(task, record) for _, task in items)
    rows = [[_cell(column, n, task, record) for column in columns] for n, task in items]
    return table([TITLES[column] for column in columns], rows)


def _box(task: Task, record: Record) -> str:
    done = f", done by {record.dialect.person(task.done_by)}" if task.done_by else ""
    due = f", due {_due(task)}" if task.due else ""
    return (
        f"- [{'x' if task.done_by else ' '}] {line(task.text)}: {_owner(task, record)}{due}{done}{_left(task, record)}"
    )


def _cell(column: Column, n: int, task: Task, record: Record) -> str:
    match column:
        case "id":
            return _id(n, task, record)
        case "item":
            return f"{line(task.text)}{_left(task, record)}"
        case "owner":
            return _owner(task, record)
        case "due":
            return _due(task)
        case "priority":
            return line(task.priority.capitalize())
        case "status":
            return "done" if task.done_by else "open"
        case "category":
            return line(task.category)
    return ""


def _id(n: int, task: Task, record: Record) -> str:
    book, incident = record.book, record.incident
    return line(book.naming.action(book.label(incident), incident.number, n)) if n else f"Task {task.id}"


def _owner(task: Task, record: Record) -> str:
    return record.person(task.owner, line(task.team) or "nobody yet")


def _due(task: Task) -> str:
    return f"{task.due.astimezone(UTC):%Y-%m-%d}" if task.due else ""


def _left(task: Task, record: Record) -> str:
    if task.later:
        return ""
    return " (left open when the incident ended)" if record.incident.over else " (not done yet)"
