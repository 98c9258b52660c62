"""Answers to questions: lists, the checklist, the timeline, help."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import groupby

from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.views.blocks import Element, actions, button, context, section, sections
from bot.adapters.slack.views.face import Face, named
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.words import calendar, duration, escaped, line, moment, outward, room, who
from bot.domain.incident import Incident, Tick
from bot.domain.tasks import Task
from bot.domain.timeline import Entry
from bot.messages import Checklist, Checklists, Help, IncidentList, RoleList, TaskList, TimelinePage
from bot.policy.checklists import Checklist as Listed
from bot.policy.checklists import Item
from bot.workflows.checklist import relevant

MOST_ITEMS = 10
MOST_TASKS = 15
MOST_INCIDENTS = 30
MOST_LINKS = 3
LONGEST_ENTRY = 340


def checklist(message: Checklist) -> Rendered:
    face, lists = Face(message), message.book.checklists
    listed = lists.get(message.id) if message.id else lists.response(message.incident.severity)
    if listed is None:
        none = "This policy has no such checklist any more." if message.id else "This severity has no checklist."
        return fit(none, [section(none)])
    ticks = message.incident.ticks
    done = len(listed.items) - len(listed.left(ticks))
    head = f"*{line(listed.title)}* · {done} of {len(listed.items)} done"
    shown = visible(listed.items, ticks.keys())
    open_now = listed.closing or not message.incident.over
    rows = [item_row(face, number, item, ticks.get(item.id), open_now) for number, item in shown]
    hidden = len(listed.items) - len(shown)
    rest = [context(f"{hidden} more, done already or next in turn")] if hidden else []
    return fit(f"{line(listed.title)}: {done} of {len(listed.items)} done.", [section(head), *rows, *rest])


def visible(items: Sequence[Item], done: Container[str]) -> list[tuple[int, Item]]:
    """At most ten with their numbers, in order; what is open goes before what is done."""
    numbered = list(enumerate(items, 1))
    ranked = sorted(numbered, key=lambda pair: pair[1].id in done)
    return sorted(ranked[:MOST_ITEMS], key=lambda pair: pair[0])


def item_row(face: Face, number: int, item: Item, tick: Tick | None, open_now: bool) -> Block:
    if tick is None:
        accessory = button("Done", "checklist:tick", face.incident.id, item.id) if open_now else None
        return section(f"{number}. {line(item.text)}", accessory)
    struck = line(item.text).replace("~", "-")
    text = f"{number}. ~{struck}~ {who(tick.by)} {moment(tick.at, face.day)}"
    return section(text, button("Undo", "checklist:untick", face.incident.id, item.id))


def checklist_list(message: Checklists) -> Rendered:
    """All lists of the incident, each with a button that shows it."""
    face, lists = Face(message), message.book.checklists
    listed = relevant(lists, message.incident)
    rows = [section(list_row(face, each), button("Show", "checklist", face.incident.id, each.id)) for each in listed]
    none = [] if rows else [section("This severity has no checklist.")]
    return fit(f"Checklists of {face.plainly()}", [section(face.head()), *rows, *none])


def list_row(face: Face, listed: Listed) -> str:
    done = len(listed.items) - len(listed.left(face.incident.ticks))
    count = f"{done} of {len(listed.items)} done"
    begun = listed.id in face.incident.checklists
    return f"*{line(listed.title)}* · {count if begun or done else f'{len(listed.items)} items'}{begins(face, listed)}"


def begins(face: Face, listed: Listed) -> str:
    """When a list that has not begun will."""
    if listed.id in face.incident.checklists:
        return ""
    if listed.closing:
        return " · asked for when it is resolved"
    if listed.status:
        return f" · begins with {named(face.book.lifecycle.all, listed.status)[0]}"
    return f" · begins {duration(listed.after)} after the declaration" if listed.after else ""


def incident_list(message: IncidentList) -> Rendered:
    listed = message.incidents[:MOST_INCIDENTS]
    if not listed:
        none = "There is no incident yet." if message.all else "No incident is open."
        return fit(none, [section(none)], actions((button("Declare one", "declare", None),)))
    what = "incident" if message.all else "open incident"
    count = f"{len(message.incidents)} {what}{'s' if len(message.incidents) > 1 else ''}"
    rows = [incident_row(Face(about), about.incident) for about in listed]
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
        rows += [entry_row(entry) for entry in listed]
    notes = [context(f"{message.earlier} earlier entries are left out; the postmortem holds them all.")]
    head = [section(face.head()), *(notes if message.earlier else [])]
    return fit(f"Timeline of {face.plainly()}", [*head, *sections("\n".join(rows) or "Nothing yet.")])


def entry_row(entry: Entry) -> str:
    """With what it links to; of long words the beginning, and still whose they were."""
    links = "".join(f" <{escaped(address)}|{escaped(title)}>" for title, address in entry.links[:MOST_LINKS])
    begun, dash, ending = entry.text.rpartition(" \u2013 ") if entry.whom else ("", "", "")
    tail = f"{dash}{ending} {who(entry.whom)}" if dash else f" {who(entry.whom)}" if entry.whom else ""
    begun = f"{moment(entry.at, entry.at.date())} {who(entry.by)} {line(begun if dash else entry.text)}"
    return cut(begun, max(LONGEST_ENTRY // 2, LONGEST_ENTRY - len(tail) - len(links))) + tail + links


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
    due = f" · due {calendar(task.due)}" if task.due else ""
    return f"*{task.id}.* {cut(line(task.text), 500)} · {who(task.owner, line(task.team) or 'nobody yet')}{due}{later}"


def task_button(face: Face, task: Task) -> dict[str, object]:
    return button("Done", "task", face.incident.id, f"done {task.id}")


def done_row(face: Face, task: Task) -> str:
    at = moment(task.done_at, face.day) if task.done_at else ""
    return f"~{task.id}. {line(task.text).replace('~', '-')}~ {who(task.done_by)} {at}"


def role_list(message: RoleList) -> Rendered:
    face = Face(message)
    give = actions((face.take_command(), button("Give or take a role", "role:ask", face.incident.id), hand_off(face)))
    rows = [section(text) for text in role_rows(message)]
    return fit(f"Roles of {face.plainly()}", [section(face.head()), *rows], give)


def hand_off(face: Face) -> Element | None:
    """With written words, for whoever leads now."""
    return button("Hand off", "handoff:ask", face.incident.id) if face.commander and not face.incident.over else None


def role_rows(message: RoleList) -> list[str]:
    """Those of every incident, and apart from them those that are called when they are needed."""
    roles, held = message.book.roles, message.incident.roles
    known = {role.id for role in roles.all}
    ids = [*(role.id for role in roles.core), *(role for role in held if role not in known)]
    team = "\n".join(role_row(message, role) for role in ids)
    called = [f"{role_row(message, r.id)}{f' · {line(r.when)}' if r.when else ''}" for r in roles.extended]
    return [team, "\n".join(["*Called when needed*", *called])] if called else [team]


def role_row(message: RoleList, role: str) -> str:
    title, emoji = named(message.book.roles.all, role)
    return f"{emoji} {title}: {who(message.incident.roles.get(role), 'nobody')}".strip()


def help(message: Help) -> Rendered:
    rows = [f"*{verb.name}* {outward(verb.help)}" for verb in VERBS.all]
    head = "Say `/incident` and one of these words. In an incident's room no number is needed; elsewhere say `#12`."
    return fit("What /incident can do.", [section(head), *sections("\n".join(rows))])
