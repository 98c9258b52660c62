"""An incident gets another title, and its room another name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.runs import Run
from bot.messages import Button, Sentence
from bot.ports import Books, NameTaken
from bot.workflows import war_room
from bot.workflows.access import insiders
from bot.workflows.declare import titled
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.told import say


async def retitle(desk: Desk, gesture: Gesture, id: str, title: str) -> Sentence:
    """Card, topic and announcement follow; the room keeps its name until somebody wants it otherwise."""
    words = " ".join(title.split())
    if not words:
        raise Refused("What shall it be called? For example: /incident rename checkout fails in the EU")

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if incident.title == titled(words):
            raise AlreadyDone(f"{incident.name} is called so already.")
        after, fact = incident.add(facts.Retitled(incident.title, titled(words)), gesture.by, gesture.at)
        await record(books, after, fact)
        if not after.archived_at:
            await say(books, after, f"{gesture.by} changed the title of {after.name} to: {after.title}")
        return Sentence(f"{after.name} is called {after.title} now.", offer(desk, after), id)

    return await desk.decide(gesture, decision)


def offer(desk: Desk, incident: Incident) -> tuple[Button, ...]:
    ours = incident.room and not incident.adopted and not incident.archived_at
    return (Button("Rename the room, too", "rename", "room"),) if ours and wanted(desk, incident) else ()


def wanted(desk: Desk, incident: Incident) -> str:
    """The name that the policy gives the room now; "" when it has that name, whatever its ending."""
    naming = desk.book_of(incident).naming
    title = insiders.discreet(incident)
    name = naming.room(incident.number, title, incident.declared_at, incident.severity, incident.name)
    return "" if incident.room_name == name else name


async def rename_room(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """By the policy's pattern, from the title of now."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        check(incident)
        if not (name := wanted(desk, incident)):
            raise AlreadyDone(f"Its room is called #{incident.room_name} already.")
        await books.start(NewRun("rename_room", id, asker=gesture.by, priority=4))
        return Sentence(f"The room of {incident.name} is being renamed to #{name}.", incident=id)

    return await desk.decide(gesture, decision)


def check(incident: Incident) -> None:
    if incident.room is None:
        raise Refused(f"{incident.name} has no room of its own. To open one: /incident room {incident.name}")
    if incident.adopted:
        raise Refused(f"#{incident.room_name} was there before {incident.name}; rename it in the chat, if you want to.")
    if incident.archived_at:
        raise Refused(f"The room of {incident.name} is archived. Reopening brings it back: /incident reopen")


async def rename(desk: Desk, run: Run) -> None:
    """Under the first name that is free in the chat, too."""
    room, n = (await desk.incident(run.subject)).room, 1
    while room:
        name = await war_room.named(desk, run, n)
        try:
            await run.step(
                f"rename:{name}", _renaming(desk, room, name), label=f"Renaming the room to #{name}",
                then=partial(renamed, run.subject), expected=(NameTaken,),
            )  # fmt: skip
            return
        except NameTaken:
            n += 1


def _renaming(desk: Desk, room: str, name: str) -> Callable[[], Awaitable[Any]]:
    return lambda: desk.chat.rename_room(room, name)


async def renamed(id: str, books: Books, name: Any) -> None:
    incident = await known(books, id)
    after, fact = incident.witness(facts.RoomRenamed(incident.room_name or "", str(name)), books.now)
    await record(books, after, fact)
