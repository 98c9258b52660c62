"""Severity and status: who moved it, when and why; resolving, cancelling and reopening."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact, Stage
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows import declare, nudge, postmortem, update, war_room
from bot.workflows.desk import Desk, Gesture
from bot.workflows.told import word as say_in_words


async def severity(desk: Desk, gesture: Gesture, id: str, word: str, reason: str = "") -> Sentence:
    """Regrade: room, invitations, pages and clocks follow the new severity."""
    graded = declare.severity_of(desk, word)

    def act(incident: Incident) -> tuple[Incident, Fact]:
        return incident.regrade(graded.id, gesture.by, gesture.at, reason)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.SeverityChanged)
        await say_in_words(books, incident, "regraded", fact, {"was": fact.event.was, "reason": reason})
        if not incident.over:
            await nudge.arm(desk, books, incident, gesture.at)
            await bring(desk, books, gesture, incident, graver=is_graver(desk, fact.event))
        return f"#{incident.number} is {graded.title} now."

    return await desk.change(gesture, id, act, then)


def is_graver(desk: Desk, event: facts.SeverityChanged) -> bool:
    return desk.book.severities.rank(event.now) < desk.book.severities.rank(event.was)


async def bring(desk: Desk, books: Books, gesture: Gesture, incident: Incident, graver: bool) -> None:
    """What a new severity asks for: a room if there was none, its responders, and pages if it is graver."""
    graded = desk.book_of(incident).severities.get(incident.severity)
    if graded.room and incident.room is None:
        await war_room.start_room(desk, books, incident, gesture)
    elif incident.room:
        await books.start(NewRun("seat", incident.id, asker=gesture.by))
    if graver and graded.page:
        await books.start(NewRun("page", incident.id, {"severity": graded.id}, asker=gesture.by, priority=0))


async def move(desk: Desk, gesture: Gesture, id: str, word: str, reason: str = "") -> Sentence:
    """Move to another status. The words that end or reopen an incident do all that their own verbs do."""
    lifecycle = desk.book.lifecycle
    status = lifecycle.find(word)
    if status is None:
        raise Refused(f"There is no status *{word}*. This team uses {', '.join(s.id for s in lifecycle.all)}.")
    if status.stage is Stage.RESOLVED:
        return await resolve(desk, gesture, id, lifecycle.kinds_of_resolution[0].id, reason)
    if status.stage is Stage.CANCELLED:
        return await cancel(desk, gesture, id, reason)

    def act(incident: Incident) -> tuple[Incident, Fact]:
        ways = lifecycle.after(incident.status)
        return incident.move(status.id, status.stage, ways, gesture.by, gesture.at, reason)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await moved(desk, books, gesture, incident, fact, reason)
        return f"#{incident.number} is {status.title.lower()} now."

    return await desk.change(gesture, id, act, then)


async def moved(desk: Desk, books: Books, gesture: Gesture, incident: Incident, fact: Fact, reason: str) -> None:
    assert isinstance(fact.event, facts.Moved)
    back = desk.book.lifecycle.get(fact.event.was).stage in (Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED)
    reopened = back and not incident.over
    fields = {"reason": reason} if reopened else {"was": fact.event.was, "reason": reason}
    await say_in_words(books, incident, "reopened" if reopened else "moved", fact, fields)
    if reopened:
        await nudge.arm(desk, books, incident, fact.at)
        await bring(desk, books, gesture, incident, graver=False)
    elif incident.over:
        await nudge.disarm(books, incident)


async def resolve(desk: Desk, gesture: Gesture, id: str, how: str, summary: str) -> Sentence:
    """Resolve as fix, rollback or workaround; the postmortem follows from the record."""
    lifecycle = desk.book.lifecycle
    kinds = [kind.id for kind in lifecycle.kinds_of_resolution]
    if how not in kinds:
        raise Refused(f"There is no resolution *{how}*. Right would be {', '.join(kinds)}.")

    def act(incident: Incident) -> tuple[Incident, Fact]:
        ways = lifecycle.after(incident.status)
        return incident.resolve(lifecycle.resolved, ways, how, summary.strip(), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await end(desk, books, incident, gesture.by, "")
        await postmortem.start(books, incident, gesture.by)
        return f"#{incident.number} is resolved. Its postmortem follows."

    return await desk.change(gesture, id, act, then)


async def cancel(desk: Desk, gesture: Gesture, id: str, reason: str) -> Sentence:
    """It was no incident after all."""
    status = desk.book.lifecycle.get(desk.book.lifecycle.cancelled)

    def act(incident: Incident) -> tuple[Incident, Fact]:
        ways = desk.book.lifecycle.after(incident.status)
        return incident.move(status.id, status.stage, ways, gesture.by, gesture.at, reason)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await end(desk, books, incident, gesture.by, reason)
        return f"#{incident.number} is cancelled."

    return await desk.change(gesture, id, act, then)


async def end(desk: Desk, books: Books, incident: Incident, by: str, reason: str) -> None:
    await nudge.disarm(books, incident)
    await update.publish(desk, books, incident, "ending", {"reason": reason}, by)


async def reopen(desk: Desk, gesture: Gesture, id: str, reason: str) -> Sentence:
    """Work on it goes on, in the same place, with the clocks started afresh."""
    return await move(desk, gesture, id, desk.book.lifecycle.reopened, reason)
