"""While everybody waits for something, nobody is called and nobody is reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import MUSTER, Incident, clock_time
from bot.engine.journal import NewTimer, Timer
from bot.messages import Sentence
from bot.policy.model import written
from bot.ports import Books
from bot.workflows import deadlines, escalate, nudge
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.told import say


async def pause(desk: Desk, gesture: Gesture, id: str, length: timedelta, reason: str) -> Sentence:
    """Stop the clocks that call and remind for so long; what was promised outside stays promised."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        check(desk, incident, length, reason)
        until = gesture.at + length
        after, fact = incident.add(facts.Paused(until, reason.strip()), gesture.by, gesture.at)
        await record(books, after, fact)
        await books.set_timer(NewTimer("resume", id, until, {}, f"{id}:resume"))
        await escalate.plan(desk, books, after, gesture.at)
        await deadlines.plan(desk, books, after, gesture.at)
        told = f"{gesture.by} paused {after.name} until {clock_time(until)}: {reason.strip()}"
        await say(books, after, f"{told}. Nobody is called and nobody is reminded before.")
        return Sentence(f"Paused until {clock_time(until)}. To go on sooner: /incident resume", incident=id)

    return await desk.decide(gesture, decision)


def check(desk: Desk, incident: Incident, length: timedelta, reason: str) -> None:
    """Refused for an ended incident, no time at all, too long a time, or without a reason."""
    longest = desk.book_of(incident).escalation.longest_pause
    example = "For example: /incident pause 30m the vendor restarts it"
    if incident.over:
        raise Refused(f"{incident.name} is over; nothing of it is left to pause.")
    if not timedelta() < length <= longest:
        raise Refused(f"A pause lasts at most {written(longest)}, and at least a second. {example}")
    if not reason.strip():
        raise Refused(f"What do you wait for? {example}")


async def resume(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """Let the clocks go on before the pause is over."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if incident.paused_until is None:
            raise AlreadyDone(f"{incident.name} is not paused.")
        await go_on(desk, books, incident, gesture.by, gesture.at)
        return Sentence(f"The clocks of {incident.name} go on.", incident=id)

    return await desk.decide(gesture, decision)


async def over(desk: Desk, books: Books, timer: Timer) -> None:
    """The time of the pause is up."""
    incident = await known(books, timer.subject)
    if incident.paused_until and not incident.over:
        await go_on(desk, books, incident, MUSTER, books.now)


async def go_on(desk: Desk, books: Books, incident: Incident, by: str, at: datetime) -> None:
    after, fact = incident.add(facts.Resumed(), by, at)
    await record(books, after, fact)
    await books.drop_timers(after.id, "resume")
    await nudge.arm_update(desk, books, after, at)
    await nudge.arm_lead(desk, books, after, at)
    await escalate.plan(desk, books, after, at)
    await deadlines.plan(desk, books, after, at)
    who = "The pause is over" if by == MUSTER else f"{by} ended the pause"
    await say(books, after, f"{who}: the clocks of {after.name} go on.")
