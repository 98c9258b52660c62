"""What must be done by when: a timer for each deadline that is open, and the record of what meets it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident, clock_time
from bot.engine.journal import NewTimer
from bot.messages import Sentence
from bot.policy.book import Book
from bot.policy.deadlines import MetBy, Standing
from bot.policy.markdown import spoken
from bot.policy.model import by_word
from bot.ports import Books
from bot.workflows.ahead import standings
from bot.workflows.desk import Desk, Gesture, known, record, urgency

#: two people who say so of the same are one
JUST_NOW = timedelta(minutes=2)
#: what a tick and a busy minute may cost
ON_TIME = timedelta(minutes=1)


async def plan(desk: Desk, books: Books, incident: Incident, at: datetime) -> Incident:
    """
    Meet what is so already, and set one timer for each deadline that is open.

    To be called whenever something changed that deadlines count from or look at.
    """
    incident = await settled(desk, books, incident, at)
    await arm(desk, books, incident, at)
    return incident


async def arm(desk: Desk, books: Books, incident: Incident, at: datetime) -> None:
    await books.drop_timers(incident.id, "deadline")
    await books.want(incident.id, "watch")
    for standing in standings(desk.book_of(incident), incident):
        if standing.open and (moment := wake(standing, incident, at)):
            rests = max(moment, incident.paused_until or moment)
            key, id = f"{incident.id}:deadline:{standing.deadline.id}", standing.deadline.id
            await books.set_timer(
                NewTimer("deadline", incident.id, rests, {"deadline": id}, key, urgency(desk, incident))
            )


def wake(standing: Standing, incident: Incident, at: datetime) -> datetime | None:
    """When something is to be done about it next: remind before, tell when it is missed, call after that."""
    deadline, due = standing.deadline, standing.due
    if standing.missed:
        waits = deadline.then_call and not called(standing, incident)
        return due + deadline.call_after if waits else None
    reminder = due - deadline.remind_before
    return due if reminder <= at else reminder


def called(standing: Standing, incident: Incident) -> bool:
    """Whether its level was called since it was due."""
    return any(c.level == standing.deadline.then_call and c.at >= standing.due for c in incident.calls)


def current(book: Book, incident: Incident, id: str) -> Standing | None:
    """The deadline of that id, if it is open."""
    return next((each for each in standings(book, incident) if each.open and each.deadline.id == id), None)


async def settled(desk: Desk, books: Books, incident: Incident, at: datetime) -> Incident:
    """With the deadlines met that an acknowledgement or an announcement of before meets."""
    if incident.acknowledged_at:
        since = max(incident.acknowledged_at, incident.opened_at)
        incident = await meet(desk, books, incident, "acknowledged", since)
    if incident.announcement:
        incident = await meet(desk, books, incident, "announced", at)
    return incident


async def mark(
    desk: Desk, books: Books, incident: Incident, what: MetBy, at: datetime, channel: str | None = None
) -> Incident:
    """`what` was done at `at`, and reached `channel`: meet the deadlines that waited for it."""
    after = await meet(desk, books, incident, what, at, channel)
    if after is not incident:
        await arm(desk, books, after, at)
    return after


async def meet(
    desk: Desk, books: Books, incident: Incident, what: MetBy, at: datetime, channel: str | None = None
) -> Incident:
    new: list[Fact] = []
    after = incident
    for standing in standings(desk.book_of(incident), incident):
        if standing.open and standing.deadline.met_with(what, channel):
            after, fact = after.witness(met(standing), at)
            new.append(fact)
    if new:
        await record(books, after, *new)
    return after


def met(standing: Standing) -> facts.DeadlineMet:
    return facts.DeadlineMet(standing.deadline.id, standing.deadline.title, standing.due)


# by hand


async def by_hand(desk: Desk, gesture: Gesture, id: str, word: str) -> Sentence:
    """Somebody says that it is done. The first counts; whoever comes later is told when it was."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        standing = meant(desk.book_of(incident), incident, word)
        check(standing, incident, gesture.at)
        after, fact = incident.add(met(standing), gesture.by, gesture.at)
        await record(books, after, fact)
        await arm(desk, books, after, gesture.at)
        return Sentence(done(desk.book_of(after), after, standing, gesture.at), incident=id)

    return await desk.decide(gesture, decision)


def meant(book: Book, incident: Incident, word: str) -> Standing:
    """The deadline that a person means. Refused when there is none."""
    stands = standings(book, incident)
    found = by_word((each.deadline for each in stands), word) or by_word(book.deadlines.all, word)
    open_ones = ", ".join(each.deadline.id for each in stands if each.open)
    right = f"Open are {open_ones}." if open_ones else "None is open."
    if found is None:
        asked = f"There is no deadline *{word}*" if word else "Which deadline"
        raise Refused(f"{asked}{'.' if word else '?'} {right}")
    standing = next((each for each in stands if each.deadline.id == found.id), None)
    if standing is None:
        raise Refused(f"{found.title} is not asked for in {incident.name} now. {right}")
    return standing


def check(standing: Standing, incident: Incident, at: datetime) -> None:
    """AlreadyDone when it was met, Refused when it is too late to count."""
    title, met_at = standing.deadline.title, standing.met_at
    if met_at and (not standing.open or at - met_at < JUST_NOW):
        raise AlreadyDone(f"{title}: that was done at {clock_time(met_at)}.")
    if not standing.open:
        raise Refused(f"{incident.name} is over; {title} was missed, and counts no more.")


def done(book: Book, incident: Incident, standing: Standing, at: datetime) -> str:
    late = at - standing.due
    told = f"{standing.deadline.title}: done{f', {spoken(late)} late' if late >= ON_TIME else ' in time'}."
    again = current(book, incident, standing.deadline.id)
    return f"{told} Due again by {clock_time(again.due)}." if again else told
