"""Messages that people choose one by one: onto a timeline, or as work."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books, Said
from bot.workflows import tasks
from bot.workflows.capture.kept import TIMELINE, Hand, capture_id, list_of
from bot.workflows.capture.marks import answer, hold, told
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.told import say

NONE_OPEN = "No incident is open. To open one about this message, choose Declare an incident in its menu."


async def meant(desk: Desk, viewer: str, said: Said) -> list[Incident]:
    """The incident where the message was said, else all that are open. Refused when there is none."""
    for place in (said.thread, said.message.partition("/")[0]):
        for incident in await desk.store.incidents_in(place, viewer) if place else ():
            if lives_in(incident, place):
                return [incident]
    if found := await desk.store.incidents(viewer):
        return found
    raise Refused(NONE_OPEN)


def lives_in(incident: Incident, place: str) -> bool:
    return place in (incident.room, incident.announcement)


async def put(desk: Desk, gesture: Gesture, id: str, said: Said) -> Sentence:
    """On the timeline, whatever its marks are."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if capture_id(TIMELINE, said.message) in incident.captures:
            raise AlreadyDone(f"That is on the timeline of {incident.name} already.")
        await hold(books, id, Hand(TIMELINE, gesture.by), said)
        return Sentence(f"That goes on the timeline of {incident.name}, at the time when it was said.", incident=id)

    return await desk.decide(gesture, decision)


async def make(
    desk: Desk, gesture: Gesture, id: str, text: str, owner: str | None, later: bool, said: Said
) -> Sentence:
    """A task or, for `later`, an action item, linked to the message."""

    async def decision(books: Books) -> Sentence:
        incident, fact = (await known(books, id)).add_task(text, owner, gesture.by, gesture.at, later)
        assert isinstance(fact.event, facts.TaskAdded)
        await record(books, incident, fact)
        await hold(books, id, Hand(list_of(fact.event), gesture.by, fact.event.id), said)
        await spread(books, incident, fact.event, owner, said)
        if owner and owner != gesture.by:
            await tasks.ask(books, incident, owner, fact.event.text, gesture.by)
        what = "Action item" if later else "Task"
        return Sentence(f"{what} {fact.event.id} of {incident.name} is written down.", incident=id)

    return await desk.decide(gesture, decision)


async def spread(books: Books, incident: Incident, made: facts.TaskAdded, owner: str | None, said: Said) -> None:
    """Told under the message where that is the incident's own place, else where people work on it."""
    room, thread = said.message.partition("/")[0], said.thread or said.message
    if lives_in(incident, room) or lives_in(incident, thread):
        await answer(books, incident.id, thread, told(made, owner))
    else:
        await say(books, incident, told(made, owner))
