"""The severity of a running incident, chosen with the help of the policy's questions."""

from __future__ import annotations

from bot.domain import facts
from bot.messages import Sentence
from bot.policy.classification import Answers
from bot.policy.severities import Severity
from bot.ports import Books
from bot.workflows import change
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.judge import judged


async def regrade(desk: Desk, gesture: Gesture, id: str, word: str, reason: str, answers: Answers) -> Sentence:
    """Keep what the answers propose, and change the severity unless it was chosen to stay as it is."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        book = desk.book_of(incident)
        graded = change.grade(book, word)
        classified = judged(book, answers, graded.id, reason)
        if classified:
            incident, fact = incident.add(classified, gesture.by, gesture.at)
            await record(books, incident, fact)
            if graded.id == incident.severity:
                return Sentence(stays(incident.name, graded, classified), incident=id)
        return Sentence(await change.regrade(desk, books, gesture, incident, graded, reason), incident=id)

    return await desk.decide(gesture, decision)


async def counted(desk: Desk, gesture: Gesture, id: str, word: str, because: str) -> Sentence:
    """Take the severity that a triage proposes."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        graded = change.grade(desk.book_of(incident), word)
        event = facts.Classified(graded.id, because, graded.id)
        incident, fact = incident.add(event, gesture.by, gesture.at)
        await record(books, incident, fact)
        if graded.id == incident.severity:
            return Sentence(f"{incident.name} stays {graded.title}: {because}.", incident=id)
        return Sentence(await change.regrade(desk, books, gesture, incident, graded, because), incident=id)

    return await desk.decide(gesture, decision)


def stays(name: str, severity: Severity, classified: facts.Classified) -> str:
    as_proposed = ", as the answers propose" if classified.proposed == classified.chosen else ""
    return f"{name} stays {severity.title}{as_proposed}. The answers are on its timeline."
