"""`/incident ack`: somebody is on it."""

from __future__ import annotations

from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture
from bot.workflows.told import say


async def acknowledge(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """The first acknowledgement counts; whoever comes later is told whose it was."""

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await say(books, incident, f"{gesture.by} acknowledged this and is looking.")
        return f"You acknowledged {incident.name}."

    return await desk.change(gesture, id, lambda i: i.acknowledge(gesture.by, gesture.at), then)
