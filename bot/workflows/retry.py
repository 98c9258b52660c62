"""Retry on the card: what was given up or still waits is tried again now."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import AlreadyDone
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, known, record


async def retry(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        steps = await books.retry(id)
        if not steps:
            raise AlreadyDone(f"Nothing of {incident.name} is waiting.")
        after, fact = incident.add(facts.Retried(steps), gesture.by, gesture.at)
        await record(books, after, fact)
        return Sentence(f"Trying again: {steps} step{'s' if steps > 1 else ''} of {incident.name}.", incident=id)

    return await desk.decide(gesture, decision)
