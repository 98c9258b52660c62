"""A channel that people have already becomes the room of an incident."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Rejected
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows import checklist as checklists
from bot.workflows import escalate, show, told, war_room, watch
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.home import setup

TAKEN = "That channel is the room of another incident."
UNSEEN = "Muster cannot see that channel. If it is private, invite Muster there with /invite and say it again."
RESERVED = "Incidents are told of in that channel; it can be nobody's room."


async def adopt(desk: Desk, gesture: Gesture, id: str, room: str) -> Sentence:
    """For an incident that has no room of its own yet."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        await check(books, incident, room)
        data = {"room": room, "hook": gesture.hook, "declarer": gesture.by}
        seats = show.seats(desk, incident)
        await books.start(NewRun("adopt", id, data, asker=gesture.by, seats=seats, priority=1))
        await checklists.follow_to_room(desk, books, incident)
        return Sentence(f"That channel becomes the room of {incident.name}; its card follows there.", incident=id)

    return await desk.decide(gesture, decision)


async def check(books: Books, incident: Incident, room: str) -> None:
    if incident.over:
        raise Refused(f"{incident.name} is over. To work on it again: /incident reopen {incident.name} why")
    if incident.room:
        raise AlreadyDone(f"{incident.name} has its room already: #{incident.room_name}")
    if await books.owner_of_room(room) is not None:
        raise Refused(TAKEN)


async def open_here(desk: Desk, run: Run) -> None:
    """A declaration made in the channel: it is the room, or another opens; the incident is announced beside that."""
    pointed, announced = await run.together(here_or_elsewhere(desk, run), war_room.announce(desk, run))
    if announced and not pointed:
        await war_room.point_at_announcement(desk, run)


async def here_or_elsewhere(desk: Desk, run: Run) -> bool:
    """Whether the room points at the announcement already."""
    try:
        name = await run.step(
            "look", lambda: look(desk, run), label="Making the channel its room", expected=(Rejected,)
        )  # fmt: skip
        await take(desk, run, name)
    except Rejected as refusal:
        sentence = f"{refusal.sentence} A room of its own opens instead."
        await run.decide("instead", lambda books: told.tell(books, run.subject, run.data["declarer"], sentence))
        return await war_room.room(desk, run)
    await furnish(desk, run)
    return False


async def move_in(desk: Desk, run: Run) -> None:
    """For an incident that lived in a thread."""
    name = await run.step("look", lambda: look(desk, run), label="Making the channel its room")
    try:
        await take(desk, run, name)
    except Rejected as refusal:
        sentence = refusal.sentence
        await run.decide("late", lambda books: told.tell(books, run.subject, run.data["declarer"], sentence))
        return
    await run.together(furnish(desk, run), war_room.point_at_announcement(desk, run))


async def look(desk: Desk, run: Run) -> str:
    """The name of the channel, with Muster in it. Rejected says what would have to be otherwise."""
    room = run.data["room"]
    try:
        found = await desk.chat.room_info(room)
    except Rejected:
        raise Rejected(UNSEEN) from None
    if not found.name or (found.private and not found.member):
        raise Rejected(UNSEEN)
    if found.archived:
        raise Rejected(f"#{found.name} is archived; unarchive it in the chat first.")
    if not found.private and (await desk.incident(run.subject)).restricted:
        raise Rejected(f"#{found.name} is open to everybody, and this incident is not.")
    if await setup.taken(desk, room, found.name):
        raise Rejected(RESERVED)
    if not found.member:
        await desk.chat.join(room)
    return found.name


async def take(desk: Desk, run: Run, name: str) -> None:
    """From now on it is this incident's alone. Rejected when another was faster."""
    room = run.data["room"]

    async def settle(books: Books) -> bool:
        owner = await books.owner_of_room(room)
        if owner not in (None, run.subject) or not await books.reserve_room(room, run.subject):
            return False
        incident = await known(books, run.subject)
        if incident.room != room:
            incident, fact = incident.witness(facts.RoomAdopted(room, name), books.now)
            await record(books, incident, fact)
            await watch.place(books, incident)
            await escalate.bring_in(desk, books, incident)
        return True

    if not await run.decide("taken", settle):
        raise Rejected(TAKEN)


async def furnish(desk: Desk, run: Run) -> None:
    """What a room of Muster's own has; its topic and purpose stay as people wrote them."""
    room = run.data["room"]
    await run.together(
        war_room.furnish(desk, run),
        war_room.welcome(desk, run),
        war_room.bookmarks(desk, run, room),
        war_room.seat(desk, run, room, "declarer", war_room.declarer(run)),
        war_room.seat_found(desk, run, room),
    )
