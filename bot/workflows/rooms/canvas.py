"""The postmortem as a document that people write on together, where the chat has such a thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain import facts
from bot.engine.outcomes import GivenUp, Key, Patience, Rejected
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows import war_room
from bot.workflows.desk import Desk, claim, known, record

REFUSED = "canvas:refused"
TITLE = "Postmortem"


async def write(desk: Desk, run: Run, title: str, text: Callable[[], Awaitable[str]]) -> str:
    """
    What to say of it besides the file, or "".

    It is written once for each incident, when that is over: what people wrote in it since is never replaced.
    """
    found = await run.decide("canvas:room", lambda books: room_for(books, run.subject))
    if found["written"]:
        return f"The canvas is as you have it: {found['link']}".rstrip(": ")
    if (room := found["room"]) is None:
        return ""

    async def send(key: Key) -> dict[str, str]:
        canvas, link = await desk.chat.canvas(room, title, await text(), key)
        return {"canvas": canvas, "link": link}

    try:
        made = await run.keyed(
            "canvas", send, label="Writing the canvas", patience=Patience.DECORATION, expected=(Rejected,),
            then=lambda books, made: written(books, run.subject, made),
        )  # fmt: skip
    except (Rejected, GivenUp) as refusal:
        sentence = refusal.sentence
        return str(await run.decide("canvas:refused", lambda books: once(books, sentence)))
    return f"To write on together: {made['link']}"


async def room_for(books: Books, id: str) -> dict[str, Any]:
    """Where a canvas is to be written, if one is; what stands of an earlier one."""
    incident = await known(books, id)
    due = incident.over and not incident.canvas and not incident.archived_at
    link = await books.recall(mark_of(id)) if incident.canvas else ""
    return {"written": bool(incident.canvas), "link": link or "", "room": incident.room if due else None}


async def written(books: Books, id: str, made: Any) -> None:
    after, fact = (await known(books, id)).witness(facts.CanvasWritten(**made), books.now)
    await record(books, after, fact)
    await books.remember(mark_of(id), made["link"])


async def mark(desk: Desk, run: Run) -> None:
    """A bookmark to it, where there is place, by the first run that gets here."""
    incident = await desk.incident(run.subject)
    link = await desk.store.recall(mark_of(run.subject)) if incident.canvas else None
    if incident.room is None or not link:
        return
    if await run.decide("canvas:mark", lambda books: claim(books, "bookmarks", run.subject, [TITLE])):
        await war_room.bookmark(desk, run, incident.room, TITLE, link, ":memo:")


def mark_of(incident: str) -> str:
    """Under which name the address of its canvas is kept."""
    return f"canvas:link:{incident}"


async def once(books: Books, sentence: str) -> str:
    """Why there is no canvas, when that was not said before."""
    if await books.recall(REFUSED) == sentence:
        return ""
    await books.remember(REFUSED, sentence)
    return f"There is no canvas: {sentence}"
