"""What can be changed: each is one decision of a workflow, as the same words in the chat would be."""

from __future__ import annotations

from datetime import timedelta

from bot.adapters.web.api import bodies
from bot.adapters.web.api.asked import Asked, Given
from bot.policy.book import Book
from bot.workflows import change, escalate, lifecycle, record, respond, roles, tasks
from bot.workflows import declare as declaring
from bot.workflows import impact as harm
from bot.workflows import update as updates
from bot.workflows.declare import Order

#: the kind of resolution of those who say none, if the policy has it
USUAL = "fix"


async def declare(asked: Asked) -> Given:
    said: bodies.Declaration = asked.body
    severity, title = (said.severity, said.title) if said.severity else graded(asked.desk.book, said.title)
    order = Order(
        title, severity, said.another, said.details, source=said.source, restricted=said.restricted
    )  # fmt: skip
    answer = await declaring.declare(asked.desk, asked.gesture, order)
    stood = any(button.verb == "another" for button in answer.buttons)
    return await asked.changed(answer, 200 if stood else 201)


def graded(book: Book, title: str) -> tuple[str | None, str]:
    """The severity whose own name a title begins with, as one types it in the chat, and the rest of the title."""
    first, _, rest = title.partition(" ")
    word = first.rstrip(":,").casefold()
    found = next((s.id for s in book.severities.all if word in (s.id.casefold(), s.title.casefold())), None)
    return (found, rest.strip()) if found and rest.strip() else (None, title)


async def acknowledge(asked: Asked) -> Given:
    incident = await asked.incident()
    return await asked.changed(await respond.acknowledge(asked.desk, asked.gesture, incident.id))


async def update(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    next_in = timedelta(minutes=said.next_in_minutes) if said.next_in_minutes else None
    form = updates.Form(
        said.state, said.impact, said.actions, said.next_steps, said.help_needed, next_in, said.more
    )  # fmt: skip
    return await asked.changed(await updates.post(asked.desk, asked.gesture, incident.id, form))


async def note(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    return await asked.changed(await record.note(asked.desk, asked.gesture, incident.id, said.text))


async def status(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    return await asked.changed(
        await lifecycle.move(asked.desk, asked.gesture, incident.id, said.status, said.reason)
    )  # fmt: skip


async def severity(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    return await asked.changed(
        await change.severity(asked.desk, asked.gesture, incident.id, said.severity, said.reason)
    )  # fmt: skip


async def take_role(asked: Asked) -> Given:
    incident, person = await asked.incident(), await asked.person(asked.body.person)
    return await asked.changed(
        await roles.take(asked.desk, asked.gesture, incident.id, asked.path["role"], person)
    )  # fmt: skip


async def leave_role(asked: Asked) -> Given:
    incident = await asked.incident()
    return await asked.changed(await roles.leave(asked.desk, asked.gesture, incident.id, asked.path["role"]))


async def add_task(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    owner = await asked.person(said.owner) if said.owner else None
    return await asked.changed(
        await tasks.add(asked.desk, asked.gesture, incident.id, said.text, owner, said.later)
    )  # fmt: skip


async def finish_task(asked: Asked) -> Given:
    incident, task = await asked.incident(), asked.number("task", "task")
    return await asked.changed(await tasks.finish(asked.desk, asked.gesture, incident.id, task))


async def take_task(asked: Asked) -> Given:
    incident, task = await asked.incident(), asked.number("task", "task")
    owner = await asked.person(asked.body.owner)
    return await asked.changed(await tasks.take(asked.desk, asked.gesture, incident.id, task, owner))


async def impact(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    return await asked.changed(await harm.record(asked.desk, asked.gesture, incident.id, said.values))


async def resolve(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    kinds = [kind.id for kind in asked.desk.book_of(incident).lifecycle.kinds_of_resolution]
    how = said.how or (USUAL if USUAL in kinds else kinds[0])
    outcome = lifecycle.Outcome(how, said.summary, said.cause)
    return await asked.changed(await lifecycle.resolve(asked.desk, asked.gesture, incident.id, outcome))


async def reopen(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    return await asked.changed(await lifecycle.reopen(asked.desk, asked.gesture, incident.id, said.reason))


async def cancel(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    return await asked.changed(await lifecycle.cancel(asked.desk, asked.gesture, incident.id, said.reason))


async def call(asked: Asked) -> Given:
    incident, said = await asked.incident(), asked.body
    target = said.target or ""
    named = await asked.person(target) if "@" in target or ":" in target else target
    return await asked.changed(
        await escalate.by_hand(asked.desk, asked.gesture, incident.id, named, said.reason)
    )  # fmt: skip
