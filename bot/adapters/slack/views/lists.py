"""Answers to questions: lists, the checklist, the timeline, help."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import groupby

from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.views.blocks import actions, button, context, section, sections
from bot.adapters.slack.views.face import Face, named
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.words import calendar, line, moment, outward, room, who
from bot.domain.incident import Incident, Tick
from bot.domain.tasks import Task
from bot.domain.timeline import Entry
from bot.messages import About, Checklist, Help, IncidentList, RoleList, TaskList, TimelinePage
from bot.policy.checklists import Item

MOST_ITEMS = 10
MOST_TASKS = 15
MOST_INCIDENTS = 30


def checklist(message: Checklist) -> Rendered:
    listed = message.book.checklists.response(message.incident.severity)
    face = Face(message)
    if listed is None:
        return fit("This severity has no checklist.", [section("This severity has no checklist.")])
    ticks = message.incident.ticks
    done = sum(item.id in ticks for item in listed.items)
    head = f"*{line(listed.title)}* · {done} of {len(listed.items)} done"
    shown = visible(listed.items, ticks.keys())
    rows = [item_row(face, number, item, ticks.get(item.id)) for number, item in shown]
    hidden = len(listed.items) - len(shown)
    rest = [context(f"{hidden} more, done already or next in turn")] if hidden else []
    return fit(f"{line(listed.title)}: {done} of {len(listed.items)} done.", [section(head), *rows, *rest])


def visible(items: Sequence[Item], done: Container[str]) -> list[tuple[int, Item]]:
    """At most ten with their numbers, in order; what is open goes before what is done."""
    numbered = list(enumerate(items, 1))
    ranked = sorted(numbered, key=lambda pair: pair[1].id in done)
    return sorted(ranked[:MOST_ITEMS], key=lambda pair: pair[0])


def item_row(face: Face, number: int, item: Item, tick: Tick | None) -> Block:
    if tick is None:
        accessory = None if face.incident.over else button("Done", "checklist:tick", face.incident.id, item.id)
        return section(f"{number}. {line(item.text)}", accessory)
    struck = line(item.text).replace("~", "-")
    text = f"{number}. ~{struck}~ {who(tick.by)} {moment(tick.at, face.day)}"
    return section(text, button("Undo", "checklist:untick", face.incident.id, item.id))


def incident_list(message: IncidentList) -> Rendered:
    listed = message.incidents[:MOST_INCIDENTS]
    if not listed:
        none = "There is no incident yet." if message.all else "No incident is open."
        return fit(none, [section(none)], actions((button("Declare one", "declare", None),)))
    what = "incident" if message.all else "open incident"
    count = f"{len(message.incidents)} {what}{'s' if len(message.incidents) > 1 else ''}"
    rows = [incident_row(Face(About(message.book, incident)), incident) for incident in listed]
    hidden = len(message.incidents) - len(listed)
    rest = [context(f"and {hidden} older ones")] if hidden else []
    return fit(count, [section(f"*{count}*"), *sections("\n".join(rows)), *rest])


def incident_row(face: Face, incident: Incident) -> str:
    where = room(incident.room or incident.announcement or "") if incident.room or incident.announcement else ""
    parts = (face.head(), face.status_title, who(face.commander, "nobody commands"), where)
    return " · ".join(part for part in parts if part)


def timeline(message: TimelinePage) -> Rendered:
    face = Face(message)
    rows = []
    for _, entries in groupby(message.entries, key=lambda entry: entry.at.date()):
        listed = list(entries)
        rows.append(f"*{calendar(listed[0].at)}*")
        rows += [cut(entry_row(entry), 340) for entry in listed]
    notes = [context(f"{message.earlier} earlier entries are left out; the postmortem holds them all.")]
    head = [section(face.head()), *(notes if message.earlier else [])]
    return fit(f"Timeline of {face.plainly()}", [*head, *sections("\n".join(rows) or "Nothing yet.")])


def entry_row(entry: Entry) -> str:
    whom = f" {who(entry.whom)}" if entry.whom else ""
    return f"{moment(entry.at, entry.at.date())} {who(entry.by)} {line(entry.text)}{whom}"


def task_list(message: TaskList) -> Rendered:
    face, tasks = Face(message), message.incident.tasks
    waiting = [task for task in tasks if task.done_by is None]
    done = [task for task in tasks if task.done_by is not None]
    head = f"{face.head()}\n{len(waiting)} open, {len(done)} done"
    rows = [section(task_row(task), task_button(face, task)) for task in waiting[:MOST_TASKS]]
    hidden = [context(f"and {len(waiting) - MOST_TASKS} more open ones")] if len(waiting) > MOST_TASKS else []
    finished = sections("\n".join(cut(done_row(face, task), 300) for task in done))[:2]
    new = actions((button("Add a task", "task:ask", face.incident.id),))
    return fit(f"Tasks of {face.plainly()}", [section(head), *rows, *hidden, *finished], new)


def task_row(task: Task) -> str:
    later = " · for later" if task.later else ""
    return f"*{task.id}.* {cut(line(task.text), 500)} · {who(task.owner)}{later}"


def task_button(face: Face, task: Task) -> dict[str, object]:
    return button("Done", "task", face.incident.id, f"done {task.id}")


def done_row(face: Face, task: Task) -> str:
    at = moment(task.done_at, face.day) if task.done_at else ""
    return f"~{task.id}. {line(task.text).replace('~', '-')}~ {who(task.done_by)} {at}"


def role_list(message: RoleList) -> Rendered:
    face, held = Face(message), message.incident.roles
    known = [role.id for role in message.book.roles.all]
    rows = [role_row(message, role) for role in (*known, *(role for role in held if role not in known))]
    give = actions((face.take_command(), button("Give or take a role", "role:ask", face.incident.id)))
    return fit(f"Roles of {face.plainly()}", [section("\n".join([face.head(), *rows]))], give)


def role_row(message: RoleList, role: str) -> str:
    title, emoji = named(message.book.roles.all, role)
    return f"{emoji} {title}: {who(message.incident.roles.get(role), 'nobody')}".strip()


def help(message: Help) -> Rendered:
    rows = [f"*{verb.name}* {outward(verb.help)}" for verb in VERBS.all]
    head = "Say `/incident` and one of these words. In an incident's room no number is needed; elsewhere say `#12`."
    return fit("What /incident can do.", [section(head), *sections("\n".join(rows))])
