"""The next level: called by rule when its time comes, or by hand with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ulid import ULID

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import MUSTER, Incident, clock_time
from bot.domain.pieces import Called
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.policy.book import Book
from bot.policy.escalation import Level, Trigger, Way
from bot.ports import Books
from bot.workflows import page
from bot.workflows.access import insiders
from bot.workflows.ahead import upcoming
from bot.workflows.desk import Desk, Gesture, known, record, urgency
from bot.workflows.people import members
from bot.workflows.told import word

__all__ = ["by_hand", "call", "fall_due", "plan", "seat", "upcoming"]

#: the level of a call to one person
PERSON = "person"
#: two people who press the same are one call
JUST_NOW = timedelta(minutes=2)


async def plan(desk: Desk, books: Books, incident: Incident, at: datetime) -> None:
    """
    One timer for each rule that is still to come; what is due already falls due at once.

    To be called whenever something changed that rules look at; what was called stays called.
    """
    await books.drop_timers(incident.id, "escalate")
    for planned in upcoming(desk.book_of(incident), incident):
        due, key = max(planned.due, at), f"{incident.id}:escalate:{planned.rule.id}"
        data = {"rule": planned.rule.id}
        await books.set_timer(NewTimer("escalate", incident.id, due, data, key, urgency(desk, incident)))
    await books.want(incident.id, "card")
    await books.want(incident.id, "watch")


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    """The time of a rule has come: look again whether it still holds, and call its level."""
    incident = await known(books, timer.subject)
    holds = (p for p in upcoming(desk.book_of(incident), incident) if p.rule.id == timer.data["rule"])
    if (planned := next(holds, None)) is None:
        return
    rule = planned.rule
    called = await call(
        desk, books, incident, planned.level.id, rule.because, MUSTER, books.now, rule.id, timer.due, rule.insists
    )  # fmt: skip
    await plan(desk, books, called, books.now)


async def call(
    desk: Desk, books: Books, incident: Incident, level: str, reason: str, by: str, at: datetime, rule: str = "",
    due: datetime | None = None, insists: bool = True,
) -> Incident:  # fmt: skip
    """Call a level or a special case of the policy: page and bring in its people, and tell the room and its channel."""
    book = desk.book_of(incident)
    called = target_of(book, level)
    event = facts.Escalated(str(ULID()), called.id, called.title, reason, rule, insists, due)
    return await summon(desk, books, incident, event, called.who, called.by, channel_of(book, called), by, at)


async def summon(
    desk: Desk, books: Books, incident: Incident, event: facts.Escalated, who: Sequence[str], ways: Sequence[Way],
    channel: str, by: str, at: datetime,
) -> Incident:  # fmt: skip
    after, fact = incident.add(event, by, at)
    await record(books, after, fact)
    asker = None if by == MUSTER else by
    late = (at - event.due).total_seconds() if event.due else 0.0
    fields = {"level": event.title, "reason": event.reason, "late": str(late)}
    # a rule that falls due calls once, whichever timer it was that found it due
    once = f"{after.id}:{event.level}:{event.due.isoformat()}" if event.due else ""
    await word(books, after, "escalated", fact, fields, once)
    await page.call(desk, books, after, event, who, ways, channel, asker, once)
    await books.start(NewRun("bring", after.id, {"who": list(who)}, asker=asker, priority=1, known_as=once))
    return after


def target_of(book: Book, id: str) -> Level | Trigger:
    """The level or special case of that id. LookupError when the policy has none."""
    return next((each for each in book.escalation.triggers if each.id == id), None) or book.escalation.level(id)


def channel_of(book: Book, called: Level | Trigger) -> str:
    """Where everybody concerned learns of the call."""
    named = book.escalation.notices.get(called.tell) if called.tell else None
    return named or book.communications.incidents_channel


async def seat(desk: Desk, run: Run) -> None:
    """Bring those called into the room, if there is one."""
    incident = await desk.incident(run.subject)
    if (room := incident.room) is None or incident.over:
        return
    found = await run.together(*(members(desk, run, incident, principal) for principal in run.data["who"]))
    people = list(dict.fromkeys(person for some in found if some for person in some))
    if people:
        await insiders.let_in(desk, run, "called", people)
        await run.step("invite", lambda: desk.chat.invite(room, people), label="Inviting those who were called")


async def bring_in(desk: Desk, books: Books, incident: Incident) -> None:
    """Those who were called before there was a room come into the one that stands now."""
    book = desk.book_of(incident)
    who = dict.fromkeys(principal for called in incident.called for principal in principals(book, called))
    if who:
        await books.start(NewRun("bring", incident.id, {"who": list(who)}, priority=1))


def principals(book: Book, called: Called) -> tuple[str, ...]:
    """Whom a call was to; nobody for a level that the policy does not have any more."""
    if called.level == PERSON:
        return (f"person:{called.title}",)
    known: list[Level | Trigger] = [*book.escalation.levels, *book.escalation.triggers]
    return next((each.who for each in known if each.id == called.level), ())


# by hand


async def by_hand(desk: Desk, gesture: Gesture, id: str, target: str, reason: str) -> Sentence:
    """Call the level, the special case, the person or the user group that is meant; without a target the next level."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        book = desk.book_of(incident)
        ready(incident, reason)
        if somebody := named(target):
            title, who = somebody
            only_once(incident, PERSON, title, gesture.at)
            event = facts.Escalated(str(ULID()), PERSON, title, reason.strip(), insists=True)
            channel, ways = book.communications.incidents_channel, book.escalation.page_by
            after = await summon(desk, books, incident, event, [who], ways, channel, gesture.by, gesture.at)
        else:
            called = meant(book, incident, target)
            only_once(incident, called.id, called.title, gesture.at)
            after = await call(desk, books, incident, called.id, reason.strip(), gesture.by, gesture.at)
            title = called.title
        await plan(desk, books, after, gesture.at)
        return Sentence(f"{title} is called for {after.name}. /incident pages shows what comes of it.", incident=id)

    return await desk.decide(gesture, decision)


def named(target: str) -> tuple[str, str] | None:
    """
    What a person or a user group is called, and whom to call; None for a level.

    >>> named("slack:U1"), named("group:dba"), named("manager")
    (('slack:U1', 'person:slack:U1'), ('@dba', 'group:dba'), None)
    """
    if target.startswith("slack:"):
        return target, f"person:{target}"
    return (f"@{target.removeprefix('group:')}", target) if target.startswith("group:") else None


def ready(incident: Incident, reason: str) -> None:
    """Refused when it is over, or nobody says why."""
    if incident.over:
        raise Refused(f"{incident.name} is over. To work on it again: /incident reopen {incident.name} why")
    if not reason.strip():
        raise Refused("Why? Whoever is woken wants to know. For example: /incident escalate manager it spreads")


def only_once(incident: Incident, level: str, title: str, at: datetime) -> None:
    """AlreadyDone when somebody, or a rule, did the same a moment ago."""
    for before in incident.calls:
        if (before.level, before.title) == (level, title) and at - before.at < JUST_NOW:
            who = "A rule" if before.by == MUSTER else before.by
            raise AlreadyDone(f"{who} called {title} at {clock_time(before.at)}.")


def meant(book: Book, incident: Incident, target: str) -> Level | Trigger:
    """What a person means by a word; "" means the next level. Refused when there is none."""
    known: list[Level | Trigger] = [*book.escalation.levels, *book.escalation.triggers]
    if not known:
        raise Refused("This policy has no levels to call. A person can be: /incident escalate @ana we need a DBA")
    if found := book.escalation.find(target) if target.strip() else next_level(book, incident):
        return found
    names = ", ".join(each.id for each in known)
    if target.strip():
        raise Refused(f"There is no level *{target}*. This team calls {names}, or a person: @ana.")
    raise Refused(f"Every level was called already. To call one again, name it: {names}.")


def next_level(book: Book, incident: Incident) -> Level | None:
    """The first after the highest that was called in which is anybody whom the declaration has not paged."""
    paged = {who for severity in book.severities.all if severity.id == incident.severity for who in severity.page}
    above = max([-1, *(book.escalation.rank(called.level) for called in incident.calls)]) + 1
    return next((level for level in book.escalation.levels[above:] if not paged >= set(level.who)), None)
