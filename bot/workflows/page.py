"""Wake the responders: a direct message to each and a mention where everybody sees it, in a run of its own."""

from __future__ import annotations

from typing import Any

from bot.domain import facts
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import Mention, Page
from bot.ports import Books
from bot.workflows.desk import Desk, known, record, urgency
from bot.workflows.people import resolve


async def page(desk: Desk, run: Run) -> None:
    """Mention the groups, write to each person; if nobody is found, everyone in the incidents channel is asked."""
    incident = await desk.incident(run.subject)
    severity = desk.book_of(incident).severities.get(run.data["severity"])
    people = [p for p in await resolve(desk, run, incident, severity.page) if p != incident.declared_by]
    groups = tuple(p.removeprefix("group:") for p in severity.page if p.startswith("group:"))
    await run.together(mention(desk, run, tuple(people), groups), *(wake(desk, run, person) for person in people))


async def mention(desk: Desk, run: Run, people: tuple[str, ...], groups: tuple[str, ...]) -> None:
    channel = desk.book.communications.incidents_channel

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        message = Mention(desk.book_of(incident), incident, people, groups, everyone=not people)
        return await desk.chat.post(await desk.directory.channel(channel), message, key)

    await run.keyed("mention", post, label=f"Paging in #{channel}", patience=Patience.FOREVER)


async def wake(desk: Desk, run: Run, person: str) -> None:
    """Page one person; their message shows from then on who acknowledged."""
    label = f"Paging {person}"
    direct = await run.step(
        f"direct:{person}", lambda: desk.chat.direct(person), label=label, patience=Patience.FOREVER
    )

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(direct, Page(desk.book_of(incident), incident), key)

    async def paged(books: Books, message: Any) -> None:
        incident = await known(books, run.subject)
        after, fact = incident.witness(facts.Paged(person, "direct message"), books.now)
        await record(books, after, fact)
        await books.place(run.subject, f"page:{person}", message, urgency(desk, incident))

    await run.keyed(f"page:{person}", post, label=label, patience=Patience.FOREVER, then=paged)
