"""Who may know of a restricted incident: brought in by what they do in it, or by hand; and taken out of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import MUSTER, Incident
from bot.engine.journal import NewRun
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.told import tell


async def let_in(desk: Desk, run: Run, what: str, people: Iterable[str]) -> None:
    """Whoever is about to be brought into the room of a restricted incident is an insider from now on."""
    if (await desk.incident(run.subject)).restricted:
        listed = list(people)

        async def admitted(books: Books) -> None:
            await welcome(books, run.subject, listed)

        await run.decide(f"insiders:{what}", admitted)


async def welcome(books: Books, id: str, people: Iterable[str], by: str = MUSTER) -> Incident:
    """Those of them who are no insiders yet."""
    incident, new = await known(books, id), []
    for person in dict.fromkeys(people):
        if person != MUSTER and person not in incident.insiders:
            incident, fact = incident.add(facts.Admitted(person), by, books.now)
            new.append(fact)
    if new:
        await record(books, incident, *new)
    return incident


async def admit(desk: Desk, gesture: Gesture, id: str, person: str) -> Sentence:
    """Let them know of it, and bring them into its room."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if person in incident.insiders and incident.restricted:
            raise AlreadyDone(f"{person} knows of {incident.name} already.")
        incident = await welcome(books, id, [person], gesture.by)
        await books.start(NewRun("usher", id, {"person": person}, asker=gesture.by, priority=1))
        await tell(books, id, person, invitation(incident, gesture.by))
        return Sentence(f"{person} knows of {incident.name} now, and is invited to its room.", incident=id)

    return await desk.decide(gesture, decision)


async def invited(desk: Desk, gesture: Gesture, person: str) -> None:
    """An insider brought them into the room by the chat's own means: they see all that is said there."""
    owner = await desk.store.owner_of_room(gesture.place) if gesture.place else None
    incident = await desk.store.incident(owner, gesture.by) if owner else None
    if incident is None or not incident.restricted or person in incident.insiders:
        return
    id = incident.id

    async def decision(books: Books) -> Sentence:
        await welcome(books, id, [person], gesture.by)
        return Sentence("", incident=id)

    await desk.decide(gesture, decision)


def invitation(incident: Incident, by: str) -> str:
    secret = " It is restricted: only those know of it who work on it." if incident.restricted else ""
    return f"{by} brought you into {incident.name}: {incident.title}.{secret} /incident status {incident.name}"


async def usher(desk: Desk, run: Run) -> None:
    """Bring one person, or every insider, into the room, once it stands."""
    incident, person = await desk.incident(run.subject), run.data.get("person")
    people = [person] if person else sorted(incident.insiders - {MUSTER})
    room, there = incident.room, [each for each in people if not each.startswith("api")]
    if room and there:
        label = f"Inviting {person or 'those who know of it'}"
        await run.step("invite", lambda: desk.chat.invite(room, there), label=label)


async def call_in(books: Books, incident: Incident, person: str = "") -> None:
    """Nobody comes into a private room but by invitation: whoever works on it is brought in."""
    if incident.restricted and incident.room:
        await books.start(NewRun("usher", incident.id, {"person": person} if person else {}, priority=1))


def discreet(incident: Incident) -> str:
    """What its room is called after: a name can be seen by those who may not know."""
    return "restricted" if incident.restricted else incident.title


async def dismiss(desk: Desk, gesture: Gesture, id: str, person: str) -> Sentence:
    """They know nothing of it any more. Refused while they have a role in it."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        may_go(desk, incident, gesture.by, person)
        after, fact = incident.add(facts.Dismissed(person), gesture.by, gesture.at)
        await record(books, after, fact)
        if after.room:
            await books.start(NewRun("see_out", id, {"person": person}, asker=gesture.by, priority=1))
        return Sentence(f"{person} is out of {after.name}, and out of its room in a moment.", incident=id)

    return await desk.decide(gesture, decision)


def may_go(desk: Desk, incident: Incident, by: str, person: str) -> None:
    if not incident.restricted:
        raise Refused(f"{incident.name} is open to everybody. To restrict it first: /incident restrict why")
    if person not in incident.insiders:
        raise AlreadyDone(f"{person} does not know of {incident.name}.")
    if person == by:
        raise Refused("Another insider has to do that: somebody must be left who knows of it.")
    held = [role for role, holder in incident.roles.items() if holder == person]
    if held:
        title = desk.book_of(incident).words.role(held[0])
        raise Refused(f"{person} is {title}. Give the role to somebody else first: /incident role {held[0]} @person")


async def see_out(desk: Desk, run: Run) -> None:
    """Out of the room, unless they were let in again meanwhile."""
    incident, person = await desk.incident(run.subject), run.data["person"]
    room = incident.room
    if room and incident.restricted and person not in incident.insiders:
        await run.step("remove", lambda: desk.chat.remove(room, person), label=f"Taking {person} out of the room")
