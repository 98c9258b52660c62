"""Severity: who changed it, when and why, and what follows from it."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.policy.severities import Severity
from bot.ports import Books
from bot.workflows.declare import severity_in as grade
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.replan import bring, replan
from bot.workflows.told import word as say_in_words

__all__ = ["bring", "grade", "is_graver", "regrade", "severity"]


async def severity(desk: Desk, gesture: Gesture, id: str, word: str, reason: str = "") -> Sentence:
    """Regrade: room, invitations, pages, audiences and clocks follow the new severity."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        graded = grade(desk.book_of(incident), word)
        return Sentence(await regrade(desk, books, gesture, incident, graded, reason), incident=id)

    return await desk.decide(gesture, decision)


async def regrade(
    desk: Desk, books: Books, gesture: Gesture, incident: Incident, graded: Severity, reason: str
) -> str:  # fmt: skip
    """Say it, and plan everything again; for one that is over nothing is planned. What is answered."""
    after, fact = incident.regrade(graded.id, gesture.by, gesture.at, reason)
    await record(books, after, fact)
    await say_in_words(books, after, "regraded", fact, {"was": incident.severity, "reason": reason})
    if not after.over:
        await replan(desk, books, gesture, after, graver=is_graver(desk, after, incident.severity))
    return f"{after.name} is {graded.title} now."


def is_graver(desk: Desk, incident: Incident, was: str) -> bool:
    """Than a severity that it had before. One that its policy does not know was less grave: nobody sleeps on for it."""
    ids = desk.book_of(incident).severities.ids
    return was not in ids or ids.index(incident.severity) < ids.index(was)
