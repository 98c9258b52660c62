"""Status: who moved it, when and why; resolving, cancelling and reopening."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact, Stage
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.policy.book import Book
from bot.policy.lifecycle import Status
from bot.ports import Books
from bot.workflows import (
    alarm,
    change,
    checklist,
    deadlines,
    decide,
    escalate,
    follow_up,
    nudge,
    postmortem,
    quiet,
    update,
)
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.diagnosis import compare, watching
from bot.workflows.rooms import archive
from bot.workflows.told import word as say_in_words


@dataclass(frozen=True)
class Outcome:
    """How it was resolved; `cause` as far as known, `done` the checklist items that were ticked with it."""

    how: str
    summary: str
    cause: str = ""
    done: tuple[str, ...] = ()


async def move(desk: Desk, gesture: Gesture, id: str, word: str, reason: str = "") -> Sentence:
    """Move to another status. The words that end or reopen an incident do all that their own verbs do."""
    lifecycle = desk.book_of(await desk.incident(id)).lifecycle
    status = lifecycle.find(word)
    if status is None:
        raise Refused(f"There is no status *{word}*. This team uses {', '.join(s.id for s in lifecycle.all)}.")
    if status.stage is Stage.RESOLVED:
        return await resolve(desk, gesture, id, Outcome(lifecycle.kinds_of_resolution[0].id, reason))
    if status.stage is Stage.CANCELLED:
        return await cancel(desk, gesture, id, reason)
    return await _move(desk, gesture, id, status, reason)


async def _move(desk: Desk, gesture: Gesture, id: str, status: Status, reason: str) -> Sentence:
    back = False

    def act(incident: Incident) -> tuple[Incident, Fact]:
        nonlocal back
        back = incident.over
        ways = desk.book_of(incident).lifecycle.after(incident.status)
        return incident.move(status.id, status.stage, ways, gesture.by, gesture.at, reason)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await moved(desk, books, gesture, incident, fact, back)
        return f"{incident.name} is {status.title.lower()} now."

    return await desk.change(gesture, id, act, then)


async def moved(desk: Desk, books: Books, gesture: Gesture, incident: Incident, fact: Fact, back: bool) -> None:
    """`back` is whether it was over before."""
    assert isinstance(fact.event, facts.Moved)
    reopened, reason = back and not incident.over, fact.event.reason
    if reopened:
        await archive.back(books, incident, gesture.by)
    fields = {"reason": reason} if reopened else {"was": fact.event.was, "reason": reason}
    await say_in_words(books, incident, "reopened" if reopened else "moved", fact, fields)
    if reopened:
        incident = await nudge.arm(desk, books, incident, fact.at)
        await change.bring(desk, books, gesture, incident, graver=False)
        await quiet.arm(desk, books, incident)
    elif incident.over:
        await stand_down(desk, books, incident)
    await escalate.plan(desk, books, incident, fact.at)
    incident = await checklist.plan(desk, books, incident, fact.at)
    await deadlines.plan(desk, books, incident, fact.at)


async def resolve(desk: Desk, gesture: Gesture, id: str, outcome: Outcome) -> Sentence:
    """Resolve as fix, rollback or workaround; the postmortem and the closing lists follow."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        book = desk.book_of(incident)
        resolved, fact = _resolve(book, incident, gesture, outcome)
        if instead := decide.may_resolve(book, incident, gesture.by, outcome.summary):
            return instead
        await record(books, resolved, fact)
        await wrap_up(desk, books, resolved, gesture, outcome.done)
        due = follow_up.promised(book, resolved)
        return Sentence(f"{resolved.name} is resolved. Its postmortem follows. {due}".rstrip(), incident=id)

    return await desk.decide(gesture, decision)


def _resolve(book: Book, incident: Incident, gesture: Gesture, outcome: Outcome) -> tuple[Incident, Fact]:
    kinds = [kind.id for kind in book.lifecycle.kinds_of_resolution]
    if outcome.how not in kinds:
        raise Refused(f"There is no resolution *{outcome.how}*. Right would be {', '.join(kinds)}.")
    ways = book.lifecycle.after(incident.status)
    summary, cause = outcome.summary.strip(), outcome.cause.strip()
    return incident.resolve(book.lifecycle.resolved, ways, outcome.how, summary, gesture.by, gesture.at, cause)


async def wrap_up(desk: Desk, books: Books, incident: Incident, gesture: Gesture, done: Iterable[str]) -> None:
    await end(desk, books, incident, gesture.by, "")
    incident = await follow_up.ask_by_rule(desk, books, incident, gesture.at)
    incident = await checklist.plan(desk, books, incident, gesture.at)
    incident = await checklist.tick_all(desk, books, incident, done, gesture.by, gesture.at)
    await deadlines.plan(desk, books, incident, gesture.at)
    await compare.start(books, incident, gesture.by)
    await postmortem.start(books, incident, gesture.by)


async def cancel(desk: Desk, gesture: Gesture, id: str, reason: str) -> Sentence:
    """It was no incident after all."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        lifecycle = desk.book_of(incident).lifecycle
        status, ways = lifecycle.get(lifecycle.cancelled), lifecycle.after(incident.status)
        return incident.move(status.id, status.stage, ways, gesture.by, gesture.at, reason)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await end(desk, books, incident, gesture.by, reason)
        incident = await checklist.plan(desk, books, incident, gesture.at)
        await deadlines.plan(desk, books, incident, gesture.at)
        return f"{incident.name} is cancelled."

    return await desk.change(gesture, id, act, then)


async def end(desk: Desk, books: Books, incident: Incident, by: str, reason: str) -> None:
    await stand_down(desk, books, incident)
    await escalate.plan(desk, books, incident, books.now)
    await update.publish(desk, books, incident, "ending", {"reason": reason}, by)


async def stand_down(desk: Desk, books: Books, incident: Incident) -> None:
    """Nobody is called and nobody is reminded any more, here or elsewhere."""
    await nudge.disarm(books, incident)
    for kind in ("again", "quiet", "lapse", "resume"):
        await books.drop_timers(incident.id, kind)
    if incident.watching:
        await watching.soon(books, incident.id)
    await alarm.follow(desk, books, incident, "resolve")
    await archive.arm(desk, books, incident)


async def reopen(desk: Desk, gesture: Gesture, id: str, reason: str) -> Sentence:
    """Work on it goes on, in the same place, with the clocks started afresh."""
    return await move(desk, gesture, id, desk.book_of(await desk.incident(id)).lifecycle.reopened, reason)
