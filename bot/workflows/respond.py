"""What people answer to a page: they are on it, they cannot come, they are still on it."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Fact
from bot.domain.incident import MUSTER, Incident, clock_time
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows import alarm, deadlines, escalate, quiet
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.told import say


async def acknowledge(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """
    The first acknowledgement counts; whoever comes later is told whose it was.

    Whoever was called to an incident that somebody else is on says with it that they come.
    """

    def act(incident: Incident) -> tuple[Incident, Fact]:
        if incident.acknowledged_by is None or incident.over or not awaited(incident, gesture.by):
            return incident.acknowledge(gesture.by, gesture.at)
        return incident.add(facts.PageAnswered(True), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        first = isinstance(fact.event, facts.Acknowledged)
        told = "acknowledged this and is looking" if first else "was called, and is here"
        await say(books, incident, f"{gesture.by} {told}.")
        if first:
            await alarm.follow(desk, books, incident, "acknowledge")
        await quiet.arm(desk, books, incident)
        incident = await deadlines.plan(desk, books, incident, gesture.at)
        await escalate.plan(desk, books, incident, gesture.at)
        since = (
            f" {incident.acknowledged_by} is on it since {clock_time(incident.acknowledged_at)}." if not first else ""
        )
        return f"You acknowledged {incident.name}.{since}"

    return await desk.change(gesture, id, act, then)


def awaited(incident: Incident, person: str) -> bool:
    """Whether that person was paged in a call that waits for an answer, whoever else is on it."""
    waiting = {called.call for called in incident.called if called.insists and not incident.answered(called.call)}
    return any(page.person == person and page.call in waiting for page in incident.pages)


async def cannot(desk: Desk, gesture: Gesture, id: str, reason: str = "") -> Sentence:
    """Who was paged cannot come: the room learns it; when nobody is left to answer, the next level is called."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if incident.over:
            raise Refused(f"{incident.name} is over; nobody needs you there any more.")
        answer = incident.answers.get(gesture.by)
        if answer and not answer.coming:
            raise AlreadyDone(f"You said so already. Should you come after all: /incident ack {incident.name}")
        lapsed = incident.acknowledged_by == gesture.by
        after = await gone(books, incident, gesture) if lapsed else incident
        after, fact = after.add(facts.PageAnswered(False, reason.strip()), gesture.by, gesture.at)
        await record(books, after, fact)
        why = f": {reason.strip()}" if reason.strip() else ""
        await say(books, after, f"{gesture.by} was called and cannot come{why}.")
        after = await pass_on(desk, books, after, gesture)
        await escalate.plan(desk, books, after, gesture.at)
        return Sentence(f"Noted: you cannot come to {after.name}. Others are called.", incident=id)

    return await desk.decide(gesture, decision)


async def gone(books: Books, incident: Incident, gesture: Gesture) -> Incident:
    """Who acknowledged takes it back."""
    after, fact = incident.add(facts.AckLapsed(gesture.by), gesture.by, gesture.at)
    await record(books, after, fact)
    return after


async def pass_on(desk: Desk, books: Books, incident: Incident, gesture: Gesture) -> Incident:
    """Call the next level at once when everybody who was paged has said that they cannot come."""
    paged = {page.person for page in incident.pages if not page.failed}
    waiting = [person for person in paged if person not in incident.answers]
    book = desk.book_of(incident)
    following = escalate.next_level(book, incident)
    if incident.acknowledged_by or waiting or following is None:
        return incident
    reason = "Nobody who was called so far can come."
    return await escalate.call(desk, books, incident, following.id, reason, MUSTER, gesture.at)


async def still(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """Whoever acknowledged says that they are still on it."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if incident.over:
            raise Refused(f"{incident.name} is over; nothing more is needed from you.")
        if incident.acknowledged_by != gesture.by:
            raise Refused(f"You have not acknowledged {incident.name}. To do so: /incident ack {incident.name}")
        after, fact = incident.add(facts.AckConfirmed(), gesture.by, gesture.at)
        await record(books, after, fact)
        await quiet.arm(desk, books, after)
        return Sentence(f"Good. You are still on {after.name}.", incident=id)

    return await desk.decide(gesture, decision)
