"""Wake the responders: a direct message to each and a mention where everybody sees it, in a run of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from bot.domain import facts
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key, Patience, Rejected
from bot.engine.runs import Run, Then
from bot.messages import Mention, Page
from bot.policy.book import Book
from bot.ports import Books
from bot.workflows.desk import Desk, known, record, urgency
from bot.workflows.people import members


async def start(desk: Desk, books: Books, incident: Incident, asker: str) -> None:
    """Page whom the severity names, if anybody. A later change of severity or policy changes nobody of these."""
    book = desk.book_of(incident)
    called = list(book.severities.get(incident.severity).page)
    if called:
        data = {"page": called, "channel": book.communications.incidents_channel}
        await books.start(NewRun("page", incident.id, data, asker=asker, priority=0))


async def page(desk: Desk, run: Run) -> None:
    """Write to each person as soon as it is known who that is, and mention them where everybody sees it."""
    awake = await run.decide("awake", lambda books: up(books, run))
    if awake is None:
        return
    incident = await desk.incident(run.subject)
    called = run.data.get("page") or called_in_0_1_0(desk.book_of(incident), incident, run)
    looking = [asyncio.ensure_future(members(desk, run, incident, principal)) for principal in called]
    woken = set(awake)
    await run.together(mention(desk, run, looking, awake), *(wake_all(desk, run, people, woken) for people in looking))


def called_in_0_1_0(book: Book, incident: Incident, run: Run) -> Sequence[str]:
    """Release 0.1.0 kept the severity that pages, not whom it pages."""
    then = run.data["severity"]
    return book.severities.get(then if then in book.severities.ids else incident.severity).page


class Needless(Rejected):
    """It was over before the page went out."""


async def up(books: Books, run: Run) -> list[str] | None:
    """
    Whoever is at work on it needs no waking: who declared it, asked for the page, acknowledged, or has a role.

    None when it is over already.
    """
    incident = await known(books, run.subject)
    if incident.over:
        return None
    here = (incident.declared_by, run.asker, incident.acknowledged_by, *incident.roles.values())
    return sorted({person for person in here if person})


async def wake_all(desk: Desk, run: Run, looking: Awaitable[list[str]], woken: set[str]) -> None:
    """Page those who are not among `woken`, side by side."""
    people = [person for person in await looking if person not in woken]
    woken.update(people)
    await run.together(*(wake(desk, run, person) for person in people))


async def mention(desk: Desk, run: Run, looking: Sequence[Awaitable[list[str]]], awake: Collection[str]) -> None:
    """One message for all of them; if nobody but the declarer was found, it asks everyone in the incidents channel."""
    found = await run.together(*looking)
    called = dict.fromkeys(person for people in found if people for person in people)
    people = tuple(person for person in called if person not in awake)
    incident = await desk.incident(run.subject)
    alone = not called.keys() - {incident.declared_by}
    if not (people or alone):
        return
    channel = run.data.get("channel") or desk.book_of(incident).communications.incidents_channel

    async def post(key: Key) -> str:
        incident = await needing(desk, run, key)
        message = Mention(desk.book_of(incident), incident, people, everyone=alone)
        return await desk.chat.post(await desk.directory.channel(channel), message, key)

    async def mentioned(books: Books, message: Any) -> None:
        kind = f"mention:{run.id}"
        await books.place(run.subject, kind, message, urgency(desk, await known(books, run.subject)))

    await ring(run, "mention", post, f"Paging in #{channel}", mentioned)


async def wake(desk: Desk, run: Run, person: str) -> None:
    """Page one person; their message shows from then on who acknowledged."""
    label = f"Paging {person}"
    direct = await run.step(
        f"direct:{person}", lambda: desk.chat.direct(person), label=label, patience=Patience.FOREVER
    )

    async def post(key: Key) -> str:
        incident = await needing(desk, run, key)
        return await desk.chat.post(direct, Page(desk.book_of(incident), incident), key)

    async def paged(books: Books, message: Any) -> None:
        incident = await known(books, run.subject)
        after, fact = incident.witness(facts.Paged(person, "direct message"), books.now)
        await record(books, after, fact)
        await books.place(run.subject, f"page:{run.id}:{person}", message, urgency(desk, incident))

    await ring(run, f"page:{person}", post, label, paged)


async def needing(desk: Desk, run: Run, key: Key) -> Incident:
    """The incident, if it still needs people or an earlier try may have asked for them. Needless otherwise."""
    incident = await desk.incident(run.subject)
    if incident.over and not key.doubtful:
        raise Needless("It is over.")
    return incident


async def ring(run: Run, name: str, post: Callable[[Key], Awaitable[str]], label: str, then: Then) -> None:
    with suppress(Needless):
        await run.keyed(name, post, label=label, patience=Patience.FOREVER, then=then, expected=(Needless,))
