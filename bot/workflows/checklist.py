"""The response checklist: ticked by button, with who and when."""

from __future__ import annotations

from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture


async def tick(desk: Desk, gesture: Gesture, id: str, item: str) -> Sentence:
    """The first tick counts; whoever comes later is told whose it was."""
    text = text_of(desk, item)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        return f"Ticked: {text}"

    return await desk.change(gesture, id, lambda i: i.tick(item, text, gesture.by, gesture.at), then)


async def untick(desk: Desk, gesture: Gesture, id: str, item: str) -> Sentence:
    text = text_of(desk, item)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        return f"Not done after all: {text}"

    return await desk.change(gesture, id, lambda i: i.untick(item, text, gesture.by, gesture.at), then)


def text_of(desk: Desk, item: str) -> str:
    found = desk.book.checklists.item(item)
    if found is None:
        raise Refused("That item is no longer on the checklist of this policy.")
    return found.text
