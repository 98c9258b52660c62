"""The ways to wake one person: the chat, and what the environment sets up besides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from bot.domain import facts
from bot.domain.facts import Event
from bot.domain.incident import Incident
from bot.engine.outcomes import GivenUp, Key, Patience, Rejected
from bot.engine.runs import Run, Then
from bot.messages import Page
from bot.policy.book import Book
from bot.policy.escalation import Way
from bot.policy.plain import PLAIN
from bot.policy.texts import Person, TextError
from bot.ports import Alarm, Books
from bot.workflows.access import insiders
from bot.workflows.desk import Desk, known, record, urgency

#: how the timeline and the card call each way
SPOKEN = {"slack": "direct message", "email": "e-mail", "sms": "text message", "phone": "telephone call"}


#: nobody can look whether a page outside the chat went out
UNSEEN = "The record was restored from a backup: whether this page went out is not known, so it is not sent again."


#: outside the chat others may look on
SECRET = "You are needed for a restricted incident. Open Slack: its room, or Muster's direct message to you, says more."


class Needless(Rejected):
    """It was over before the page went out."""


def open_to(desk: Desk, ways: Sequence[Way]) -> list[str]:
    """Those of the ways that are set up here; the chat when none of them is, so that a page is never dropped."""
    return [way for way in ways if way == "slack" or way in desk.pagers] or ["slack"]


async def wake(desk: Desk, run: Run, person: str) -> None:
    """Page one person by every way, side by side."""
    await run.together(*(by_way(desk, run, person, way) for way in run.data.get("by") or ["slack"]))


async def by_way(desk: Desk, run: Run, person: str, way: str) -> None:
    if way == "slack":
        await direct(desk, run, person)
    else:
        await outside(desk, run, person, way)


async def direct(desk: Desk, run: Run, person: str) -> None:
    """Write to them; the message shows from then on who acknowledged."""
    label = f"Paging {person}"
    place = await run.step(f"direct:{person}", lambda: desk.chat.direct(person), label=label, patience=Patience.FOREVER)

    async def post(key: Key) -> str:
        incident = await needing(desk, run, key)
        return await desk.chat.post(place, Page(desk.book_of(incident), incident, person, reason(run)), key)

    async def paged(books: Books, message: Any) -> None:
        incident = await said(books, run, facts.Paged(person, SPOKEN["slack"], call(run)))
        await books.place(run.subject, f"page:{surface(run)}:{person}", message, urgency(desk, incident))

    await ring(run, f"page:{person}", post, label, paged)


async def outside(desk: Desk, run: Run, person: str, way: str) -> None:
    """Whatever keeps a message from them is on the record and on the card; the other ways go on."""
    label, pager = f"Paging {person} by {SPOKEN[way]}", desk.pagers[way]

    async def send(key: Key) -> None:
        if run.doubt:
            raise Rejected(UNSEEN)
        incident = await needing(desk, run, key)
        contact = await desk.directory.contact(person)
        await pager.page(contact, alarm(desk.book_of(incident), incident, reason(run)), key)

    async def paged(books: Books, _: Any) -> None:
        await said(books, run, facts.Paged(person, SPOKEN[way], call(run)))

    try:
        with suppress(Needless):
            await run.keyed(
                f"{way}:{person}", send, label=label, patience=Patience.FOREVER, then=paged, expected=(Rejected,)
            )  # fmt: skip
    except (Rejected, GivenUp) as failure:
        failed = facts.PageFailed(person, SPOKEN[way], failure.sentence, call(run))
        await run.decide(f"{way}:{person}:failed", lambda books: kept(books, run, failed))


async def kept(books: Books, run: Run, event: Event) -> None:
    await said(books, run, event)


async def said(books: Books, run: Run, event: Event) -> Incident:
    after, fact = (await known(books, run.subject)).witness(event, books.now)
    await record(books, after, fact)
    if isinstance(event, facts.Paged):
        await insiders.call_in(books, after, event.person)
    return after


async def needing(desk: Desk, run: Run, key: Key) -> Incident:
    """The incident, if it still needs people or an earlier try may have asked for them. Needless otherwise."""
    incident = await desk.incident(run.subject)
    if incident.over and not key.doubtful:
        raise Needless("It is over.")
    return incident


async def ring(run: Run, name: str, post: Callable[[Key], Awaitable[str]], label: str, then: Then) -> None:
    with suppress(Needless):
        await run.keyed(name, post, label=label, patience=Patience.FOREVER, then=then, expected=(Needless,))


def alarm(book: Book, incident: Incident, why: str = "") -> Alarm:
    """The incident for media outside the chat."""
    severity = book.severities.get(incident.severity)
    mapped = book.alerts.of(incident.severity)
    grave = mapped.pagerduty if mapped else "error"
    if incident.restricted:
        name = book.label(incident)
        return Alarm(incident.id, name, f"{name} {severity.title}", SECRET, severity=grave)
    subject = f"{book.label(incident)} {severity.title}: {incident.title}"
    room = f"In Slack: #{incident.room_name}" if incident.room_name else "In Slack: the incidents channel"
    text = "\n".join(filter(None, (subject, why, words(book, incident), room)))
    return Alarm(incident.id, book.label(incident), subject, text, severity=grave)


def words(book: Book, incident: Incident) -> str:
    """The policy's own text of a page; what it means in words when that cannot be rendered."""
    fields = {**book.about(incident), "by": Person(incident.declared_by), "person": None, "reason": ""}
    try:
        return book.texts.render("page", fields, PLAIN)
    except TextError:
        return book.severities.get(incident.severity).means


def call(run: Run) -> str:
    """The call that a run pages for; "" for that of the declaration."""
    return str(run.data.get("call", ""))


def reason(run: Run) -> str:
    return str(run.data.get("reason", ""))


def surface(run: Run) -> str:
    """What the kind of a page's surface says of where it came from: `of_surface` reads it."""
    return f"{call(run)}.{run.id}" if call(run) else run.id


def of_surface(kind: str) -> str:
    """
    The call that a page was for, by what its surface's kind says.

    >>> of_surface("01CALL.01RUN"), of_surface("01RUN")
    ('01CALL', '')
    """
    head, dot, _ = kind.partition(".")
    return head if dot else ""
