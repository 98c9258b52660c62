"""Go or no-go: who may decide what, and a risky step asked about before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import Button, Question, Sentence
from bot.policy.book import Book
from bot.policy.lifecycle import Seat
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, home_lane, known, urgency
from bot.workflows.told import say

#: how a question about the end begins
RESOLVE = "resolve"


async def ask(desk: Desk, gesture: Gesture, id: str, question: str) -> Sentence:
    """Ask whoever decides; the question stands where people work on the incident until it is answered."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        if incident.over:
            again = f"To work on it again: /incident reopen {incident.name} why"
            raise Refused(f"{incident.name} is {incident.status}; there is nothing to decide any more. {again}")
        return incident.ask_go(question, gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.GoAsked)
        seats = ((home_lane(id), "question"),)
        await books.start(NewRun("question", id, {"question": fact.event.id}, gesture.by, seats, priority=1))
        return f"Question {fact.event.id} of {incident.name} is asked: {fact.event.question}"

    return await desk.change(gesture, id, act, then)


async def answer(desk: Desk, gesture: Gesture, id: str, question: int, go: bool, reason: str = "") -> Sentence:
    """The first answer of somebody entitled stands."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        decided = incident.decide(question, go, reason, gesture.by, gesture.at)
        book = desk.book_of(incident)
        if refusal := only(book, book.lifecycle.deciders(incident.roles), gesture.by, "decides that"):
            raise Refused(f"{refusal} Nothing was decided.")
        return decided

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        said, asked = "GO" if go else "NO-GO", incident.questions[question - 1]
        why = f" ({asked.reason})" if asked.reason else ""
        whom = f" {asked.asked_by} asked." if asked.asked_by != gesture.by else ""
        await say(books, incident, f"{said} for question {question}, says {gesture.by}{why}: {asked.text}{whom}")
        return f"{said} for question {question} of {incident.name}."

    return await desk.change(gesture, id, act, then)


def only(book: Book, seats: Sequence[Seat], person: str, does: str) -> str:
    """Why `person` may not, when it takes a holder of these seats; "" when they may."""
    if not seats or person in {seat.person for seat in seats}:
        return ""
    titles = " or the ".join(book.roles.get(seat.role).title for seat in seats)
    who = " or ".join(dict.fromkeys(seat.person for seat in seats))
    return f"Only the {titles} {does}, and that is {who}."


def may_resolve(book: Book, incident: Incident, person: str, summary: str = "") -> Sentence | None:
    """None if they may; else who decides, and a button that asks them without losing a word."""
    refusal = only(book, book.lifecycle.resolvers(incident.roles), person, "resolves here")
    if not refusal:
        return None
    question = f"{RESOLVE}: {summary.strip()}" if summary.strip() else RESOLVE
    text = f"{refusal} Ask with: /incident go {RESOLVE} …"
    return Sentence(text, (Button("Ask them", "go", question),), incident.id)


async def ask_room(desk: Desk, run: Run) -> None:
    """Post the question; it is edited when it is answered, and when somebody else becomes entitled."""
    question = run.data["question"]

    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(desk.home_of(incident), Question(desk.book_of(incident), incident, question), key)

    async def posted(books: Books, message: Any) -> None:
        incident = await known(books, run.subject)
        await books.place(run.subject, f"question:{question}", message, urgency(desk, incident))

    label = f"Asking question {question}"
    await run.keyed("question", send, label=label, lane=home_lane(run.subject), then=posted)
