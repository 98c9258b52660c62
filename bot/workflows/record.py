"""Notes on the timeline."""

from __future__ import annotations

from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture
from bot.workflows.told import say


async def note(desk: Desk, gesture: Gesture, id: str, text: str) -> Sentence:
    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        if gesture.unseen:
            await say(books, incident, f"{gesture.by} noted: {text.strip()}")
        return f"Noted on the timeline of {incident.name}."

    return await desk.change(gesture, id, lambda i: i.note(text, gesture.by, gesture.at), then)
