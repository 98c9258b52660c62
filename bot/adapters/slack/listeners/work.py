"""Who does what: roles, tasks, the checklist."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.messages import Checklist, Checklists
from bot.policy.book import Book
from bot.policy.checklists import Checklist as Listed
from bot.workflows import checklist as checklists
from bot.workflows import decide, report
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
async def task(call: Call) -> Answer | None:
    incident = await call.incident()
    if call.more == "ask":
        return Ask("task", incident)
    if call.words.lower() in ("", "list"):
        return await report.tasks(call.desk, call.gesture.by, incident)
    said = parsing.task(call.words)
    if call.more == "tick" and isinstance(said, parsing.Done):
        await chores.finish(call.desk, call.gesture, incident.id, said.number)
        return None  # the list where it was ticked shows it
    match said:
        case parsing.Done(number):
            return await chores.finish(call.desk, call.gesture, incident.id, number)
        case parsing.Hand(number, owner):
            return await chores.take(call.desk, call.gesture, incident.id, number, owner or call.gesture.by)
        case parsing.Add(text, owner, later):
            return await chores.add(call.desk, call.gesture, incident.id, text, owner=owner, later=later)


@verb("checklist", "what to do in order; tick it off: `/incident checklist done 2`; `/incident checklist all`", "check",
      "checklists", where=Where.ANYWHERE)  # fmt: skip
async def checklist(call: Call) -> Answer | None:
    incident, book = await call.where()
    if call.more in ("tick", "untick"):
        change = checklists.tick if call.more == "tick" else checklists.untick
        await change(call.desk, call.gesture, incident.id, call.words)
        return None  # the checklist itself shows it
    if call.words.lower() == "all":
        return Checklists(book, incident)
    listed, rest = meant(call.words, book, incident)
    if not rest:
        return Checklist(book, incident, listed.id if listed else "")
    return await checklists.tick(call.desk, call.gesture, incident.id, numbered(rest, listed))


def meant(words: str, book: Book, incident: Incident) -> tuple[Listed | None, str]:
    """The list that the words name, else the one that is being worked off; and the rest of the words."""
    for listed in checklists.relevant(book.checklists, incident):
        for name in (listed.title, listed.id):
            rest = words[len(name) :]
            if words.lower().startswith(name.lower()) and not rest[:1].isalnum():
                return listed, rest.strip(" :,")
    return checklists.current(book.checklists, incident), words


def numbered(words: str, listed: Listed | None) -> str:
    """The id of the item whose number was said. Refused when there is none."""
    number, items = words.lower().removeprefix("done").strip(), listed.items if listed else ()
    if not (number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= len(items)):
        on = f" on {listed.title}" if listed else ""
        example = "For example: /incident checklist done 1"
        raise Refused(f"Which item? They are numbered 1 to {len(items)}{on}. {example}")
    return items[int(number) - 1].id


@verb("go", "ask whoever decides before a risky step: `/incident go fail over to the second region`; they answer "
      "`/incident go 2 yes`", "decide")  # fmt: skip
async def go(call: Call) -> Answer:
    incident = await call.incident()
    said = parsing.Decided(int(call.words), True) if call.more == "yes" else parsing.go(call.words)
    if isinstance(said, parsing.Decided):
        return await decide.answer(call.desk, call.gesture, incident.id, said.question, said.go, said.reason)
    return await decide.ask(call.desk, call.gesture, incident.id, said) if said else Ask("go", incident)


@verb("nogo", "say no to a question, and why: `/incident nogo 2 too risky`", "no-go")
async def nogo(call: Call) -> Answer:
    incident = await call.incident()
    if call.more == "ask" or not call.words:
        if all(question.go is not None for question in incident.questions):
            raise Refused(f"No question of {incident.name} is open. To ask one: /incident go fail over to the spare")
        return Ask("nogo", incident, {"question": call.words})
    said = parsing.nogo(call.words)
    return await decide.answer(call.desk, call.gesture, incident.id, said.question, said.go, said.reason)
