"""Tasks during the incident, and action items for after it."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.access import insiders
from bot.workflows.desk import Desk, Gesture
from bot.workflows.told import say, tell


async def add(
    desk: Desk, gesture: Gesture, id: str, text: str, owner: str | None = None, later: bool = False
) -> Sentence:
    """A task for `owner`, or for whoever takes it; `later` makes it an action item of the postmortem."""

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.TaskAdded)
        what = "Action item" if later else "Task"
        await say(books, incident, f"{what} {fact.event.id}: {fact.event.text} ({owner or 'nobody yet'})")
        if owner and owner != gesture.by:
            await ask(books, incident, owner, fact.event.text, gesture.by)
        return f"{what} {fact.event.id} of {incident.name} is written down."

    return await desk.change(gesture, id, lambda i: i.add_task(text, owner, gesture.by, gesture.at, later), then)


async def ask(books: Books, incident: Incident, owner: str, text: str, by: str) -> None:
    """Whoever is given work on a restricted incident may know of it."""
    if incident.restricted:
        await insiders.welcome(books, incident.id, [owner], by)
        await insiders.call_in(books, incident, owner)
    await tell(books, incident.id, owner, f"{by} asks you, for {incident.name} {incident.title}: {text}")


async def take(desk: Desk, gesture: Gesture, id: str, task: int, owner: str) -> Sentence:
    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        text = incident.tasks[task - 1].text
        await say(books, incident, f"Task {task} is with {owner} now: {text}")
        if owner != gesture.by:
            await ask(books, incident, owner, text, gesture.by)
        return f"Task {task} is with {owner} now."

    return await desk.change(gesture, id, lambda i: i.take_task(task, owner, gesture.by, gesture.at), then)


async def finish(desk: Desk, gesture: Gesture, id: str, task: int) -> Sentence:
    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await say(books, incident, f"{gesture.by} finished task {task}: {incident.tasks[task - 1].text}")
        return f"Task {task} of {incident.name} is done."

    return await desk.change(gesture, id, lambda i: i.finish_task(task, gesture.by, gesture.at), then)
