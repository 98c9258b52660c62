"""An incident that was declared about a message: what was said there goes on the record, and both sides know."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bot.domain.incident import MUSTER, Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import GivenUp, Key, Patience
from bot.engine.runs import Run
from bot.messages import CameFrom, IsNow
from bot.ports import Books, Said
from bot.workflows.capture.kept import TIMELINE, capture_id, captured, clean
from bot.workflows.capture.marks import belongs_to
from bot.workflows.desk import Desk, home_lane, known, record
from bot.workflows.told import at_home

#: the first message and the newest others
MOST = 50


async def start(books: Books, incident: Incident, message: str, by: str) -> None:
    seats = ((home_lane(incident.id), "say"),)
    data = {"message": message, "by": by}
    await books.start(NewRun("origin", incident.id, data, asker=by, seats=seats, priority=4))


async def trace(desk: Desk, run: Run) -> None:
    """Keep what was said, say in the room where it came from, and there where it went."""
    thread: str | None = None
    with suppress(GivenUp):
        thread = await gather(desk, run)
    link = await address(desk, run) if thread else ""
    incident = await desk.incident(run.subject)
    with suppress(GivenUp):
        await at_home(desk, run, "say", CameFrom(desk.book_of(incident), incident, link, run.data["by"]))
    if thread and not incident.restricted:
        await point(desk, run, thread)


async def gather(desk: Desk, run: Run) -> str:
    """The message that the thread begins with; the words are kept nowhere but on the record."""
    found: Sequence[Said] = ()

    async def read() -> str:
        nonlocal found
        found = tuple(clean(said) for said in await desk.chat.thread(run.data["message"], MOST))
        return found[0].message

    async def then(books: Books, root: object) -> None:
        await capture(books, run.subject, run.data["by"], found)

    root = await run.step("thread", read, label="Reading the messages it came from", then=then)
    return str(root)


async def capture(books: Books, id: str, by: str, found: Sequence[Said]) -> None:
    """Each message once, at its own time; of Muster's own only the one that it all began with."""
    incident, new = await known(books, id), []
    for said in found:
        if said.author == MUSTER and said is not found[0]:
            continue
        if capture_id(TIMELINE, said.message) in incident.captures:
            continue
        incident, fact = incident.add(captured(said, TIMELINE, "shortcut"), by, said.at)
        new.append(fact)
        await belongs_to(books, said.message, id)
    if new:
        await record(books, incident, *new)


async def address(desk: Desk, run: Run) -> str:
    """A link to the message, "" when there is none."""
    try:
        return str(await run.step("link", lambda: desk.chat.link(run.data["message"]), label="Linking the message",
                                  patience=Patience.DECORATION))  # fmt: skip
    except GivenUp:
        return ""


async def point(desk: Desk, run: Run, thread: str) -> None:
    """Say in the old thread where it is worked on now. Of a restricted incident nothing is said there."""
    incident = await desk.incident(run.subject)
    if incident.restricted:
        return

    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(thread, IsNow(desk.book_of(incident), incident), key)

    await run.keyed("point", send, label="Saying in the thread it came from where it is now")
