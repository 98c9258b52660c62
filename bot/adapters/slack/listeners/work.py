"""Who does what: roles, tasks, the checklist."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain.errors import Refused
from bot.messages import Checklist
from bot.policy.checklists import Item
from bot.workflows import checklist as checklists
from bot.workflows import report
from bot.workflows import roles as seats
from bot.workflows import tasks as chores


@verb("role", "who is who; take or give a role: `/incident role commander @ana`", "roles", where=Where.ANYWHERE)
async def role(call: Call) -> Answer:
    incident = await call.incident()
    if call.more == "ask":
        return Ask("role", incident, {"role": call.words})
    if call.words.lower() in ("", "list"):
        return await report.roles(call.desk, call.gesture.by, incident)
    said = parsing.seat(call.words)
    if said.leave:
        return await seats.leave(call.desk, call.gesture, incident.id, said.role)
    person, vacant = said.person or call.gesture.by, call.more == "take"
    return await seats.take(call.desk, call.gesture, incident.id, said.role, person, only_if_vacant=vacant)


@verb("task", "who does what: `/incident task @ana fail over`, `task done 3`, `task 3 @ben`, `task later write it up`",
      "tasks", "todo", "action")  # fmt: skip
async def task(call: Call) -> Answer:
    incident = await call.incident()
    if call.more == "ask":
        return Ask("task", incident)
    if call.words.lower() in ("", "list"):
        return await report.tasks(call.desk, call.gesture.by, incident)
    match parsing.task(call.words):
        case parsing.Done(number):
            return await chores.finish(call.desk, call.gesture, incident.id, number)
        case parsing.Hand(number, owner):
            return await chores.take(call.desk, call.gesture, incident.id, number, owner or call.gesture.by)
        case parsing.Add(text, owner, later):
            return await chores.add(call.desk, call.gesture, incident.id, text, owner=owner, later=later)


@verb("checklist", "what to do in order; tick it off: `/incident checklist done 2`", "check", where=Where.ANYWHERE)
async def checklist(call: Call) -> Answer | None:
    incident, book = await call.where()
    if call.more in ("tick", "untick"):
        change = checklists.tick if call.more == "tick" else checklists.untick
        await change(call.desk, call.gesture, incident.id, call.words)
        return None  # the checklist itself shows it
    if not call.words:
        return Checklist(book, incident)
    listed = book.checklists.response(incident.severity)
    item = numbered(call.words, listed.items if listed else ())
    return await checklists.tick(call.desk, call.gesture, incident.id, item)


def numbered(words: str, items: tuple[Item, ...]) -> str:
    """The id of the item whose number was said. Refused when there is none."""
    number = words.lower().removeprefix("done").strip()
    if not (number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= len(items)):
        raise Refused(f"Which item? They are numbered 1 to {len(items)}. For example: /incident checklist done 1")
    return items[int(number) - 1].id
