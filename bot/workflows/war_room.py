"""A place to work: a room of its own, or a thread of the incidents channel; card, checklist and announcement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NotRequired, TypedDict

from bot.domain import facts
from bot.domain.errors import AlreadyDone
from bot.domain.incident import MUSTER, Incident
from bot.domain.people import by_api
from bot.engine.journal import NewRun
from bot.engine.outcomes import GivenUp, Key, Patience, Rejected
from bot.engine.runs import Run
from bot.messages import Announcement, Sentence, Welcome
from bot.policy.book import Book
from bot.policy.plain import PLAIN
from bot.policy.texts import TextError
from bot.ports import Books, NameTaken
from bot.workflows import checklist as checklists
from bot.workflows import deadlines, escalate, show, watch
from bot.workflows.access import insiders
from bot.workflows.desk import Desk, Gesture, channel_lane, claim, known, record, room_lane, urgency
from bot.workflows.people import responders

#: the bookmark to where the audience asks and answers
ANNOUNCEMENT = "Announcement"


class Opened(TypedDict):
    """A room; `ours` is false if another run had opened it. Earlier releases knew no private ones."""

    room: str
    ours: bool
    private: NotRequired[bool]


async def open_room(desk: Desk, run: Run) -> None:
    """
    Open the room, seat the people, say what is known; announce it beside that. Without a room, use the thread.

    What is restricted has a private room, and nothing besides.
    """
    if (await desk.incident(run.subject)).restricted:
        await room(desk, run)
        return
    pointed, announced = await run.together(room(desk, run), announce(desk, run))
    incident = await desk.incident(run.subject)
    if announced and not incident.room:
        await settle_in_thread(desk, run)
    elif not pointed:
        await point_at_announcement(desk, run)


async def open_thread(desk: Desk, run: Run) -> None:
    """Announce it, and work in the thread under the announcement; without a channel to announce in, open a room."""
    announced = None
    with suppress(GivenUp):
        announced = await announce(desk, run)
    if announced and not (await desk.incident(run.subject)).room:
        await settle_in_thread(desk, run)
    else:
        await room(desk, run)


async def settle_in_thread(desk: Desk, run: Run) -> None:
    """Card and checklist in the thread; should a room come later, they give way to those in the room."""
    await run.together(furnish(desk, run, show.THREAD), welcome(desk, run))


async def give_room(desk: Desk, run: Run) -> None:
    """Give an incident that lives in a thread a room."""
    await room(desk, run)


async def room(desk: Desk, run: Run) -> bool:
    """
    Create, then invite ∥ card ∥ everything else, while others look up who is to be invited.

    Whether the room points at the announcement already. Nothing is left behind if the chat lets us open no room.
    """
    opening = asyncio.ensure_future(create(desk, run))
    pointed, _ = await run.together(set_up(desk, run, opening), seat_responders(desk, run, opening))
    return bool(pointed)


async def set_up(desk: Desk, run: Run, opening: Awaitable[Opened]) -> bool:
    """Everything in the room that waits for no look-up."""
    opened = await opening
    seated = seat(desk, run, opened["room"], "declarer", declarer(run))
    room = opened["room"]
    if not opened["ours"]:
        await run.together(seated, welcome(desk, run), bookmarks(desk, run, room))
        return True
    pointed, *_ = await run.together(
        point_at_announcement(desk, run),
        seated,
        furnish(desk, run),
        welcome(desk, run),
        purpose(desk, run, room),
        bookmarks(desk, run, room),
    )
    return bool(pointed)


def declarer(run: Run) -> list[str]:
    """Whoever asked for the place, if that is a person in the chat."""
    return [person for person in [run.data["declarer"]] if person != MUSTER and not by_api(person)]


async def seat_responders(desk: Desk, run: Run, opening: Awaitable[Opened]) -> None:
    people = await responders(desk, run)
    await seat(desk, run, (await opening)["room"], "responders", [p for p in people if p != run.data["declarer"]])


async def create(desk: Desk, run: Run) -> Opened:
    """
    The room, under the first name that is free in the chat too.

    Whoever opens a room for the incident waits in its lane, so that there is one: those behind find it standing.
    """
    id, n = run.subject, 1
    base = name = run.data.get("name") or await named(desk, run, 1)
    while True:
        try:
            found: Opened = await run.keyed(
                f"room:{name}", _creating(desk, id, name), label=f"Opening #{name}", lane=room_lane(id),
                then=_opened(desk, id, name), expected=(NameTaken,),
            )  # fmt: skip
            if not await is_public(desk, id, found):
                return found
            raise NameTaken(f"The incident became restricted while #{name} opened.")
        except NameTaken:
            n += 1
            name = await named(desk, run, n, base)


async def is_public(desk: Desk, id: str, found: Opened) -> bool:
    """Whether it is a room that everybody sees, of an incident that became restricted meanwhile."""
    return found["ours"] and not found.get("private") and (await desk.incident(id)).restricted


def _creating(desk: Desk, id: str, name: str) -> Callable[[Key], Awaitable[Any]]:
    """A room that an earlier try made is ours; one that belongs to another incident of ours never is."""

    async def create(key: Key) -> Opened:
        incident = await desk.incident(id)
        if incident.room and not incident.archived_at:
            return Opened(room=incident.room, ours=False, private=incident.restricted)
        room = await desk.chat.create_room(name, key, private=incident.restricted)
        if key.doubtful and await desk.store.owner_of_room(room) not in (None, id):
            raise NameTaken(f"Another incident has the channel #{name}.")
        return Opened(room=room, ours=True, private=incident.restricted)

    return create


def _opened(desk: Desk, id: str, name: str) -> Callable[[Books, Any], Awaitable[None]]:
    async def opened(books: Books, found: Any) -> None:
        incident = await known(books, id)
        if not found["ours"] or (incident.restricted and not found.get("private")):
            return
        after, fact = incident.witness(facts.RoomOpened(found["room"], name), books.now)
        await record(books, after, fact)
        await watch.place(books, after)
        await escalate.bring_in(desk, books, after)
        await insiders.call_in(books, after)
        await books.place(id, "topic", found["room"], urgency(desk, incident))
        await books.want(id, "topic")

    return opened


async def named(desk: Desk, run: Run, n: int, base: str | None = None) -> str:
    """Reserve the n-th choice of a name (or the next that is free in our own books)."""

    async def reserve(books: Books) -> str:
        incident = await known(books, run.subject)
        naming, times = desk.book_of(incident).naming, n
        first = (None if incident.restricted else base) or naming.room(
            incident.number, insiders.discreet(incident), incident.declared_at, incident.severity, incident.name
        )  # fmt: skip
        name = first if times == 1 else naming.another(first, times)
        while not await books.reserve_room(name, incident.id):
            times += 1
            name = naming.another(first, times)
        return name

    return str(await run.decide(f"name:{n}", reserve))


async def seat(desk: Desk, run: Run, room: str, who: str, people: list[str]) -> None:
    if people:
        await insiders.let_in(desk, run, who, people)
        await run.step(f"invite:{who}", lambda: desk.chat.invite(room, people), label=f"Inviting the {who}")


async def seat_all(desk: Desk, run: Run) -> None:
    """Bring in whom the severity asks for, and what belongs there by now, into a room that stands."""
    if room := (await desk.incident(run.subject)).room:
        await run.together(seat_found(desk, run, room), purpose(desk, run, room), bookmarks(desk, run, room))


async def seat_found(desk: Desk, run: Run, room: str) -> None:
    await seat(desk, run, room, "responders", await responders(desk, run))


async def purpose(desk: Desk, run: Run, room: str) -> None:
    """What the room is for, in the policy's words."""

    async def describe() -> None:
        incident = await desk.incident(run.subject)
        book = desk.book_of(incident)
        try:
            text = book.texts.render("room_purpose", book.about(incident), PLAIN)
        except TextError as wrong:
            raise Rejected(str(wrong)) from wrong
        await desk.chat.purpose(room, text)

    await run.step("purpose", describe, label="Saying what the room is for", patience=Patience.DECORATION)


async def furnish(desk: Desk, run: Run, where: str = "") -> None:
    """The card, pinned when it stands in a room of its own, and then the checklist."""
    try:
        card = await show.first(desk, run, f"card{where}")
    except GivenUp:
        await checklist(desk, run, where)
        return
    pinned = [] if where == show.THREAD else [show.pin(desk, run, card)]
    await run.together(*pinned, checklist(desk, run, where))


async def checklist(desk: Desk, run: Run, where: str) -> None:
    incident = await desk.incident(run.subject)
    kind = f"checklist{where}"
    if not desk.book_of(incident).checklists.response(incident.severity):
        return
    if not await desk.store.recall(show.mark(incident.id, kind)):
        await show.first(desk, run, kind)


async def incidents_channel(desk: Desk, run: Run) -> str:
    """For runs of an earlier release, which did not carry it."""
    return desk.book_of(await desk.incident(run.subject)).communications.incidents_channel


async def announce(desk: Desk, run: Run) -> str:
    """Say it in the incidents channel. The announcement; "" for what is restricted."""
    name = run.data.get("channel") or await incidents_channel(desk, run)

    async def post(key: Key) -> dict[str, str] | None:
        channel = await desk.directory.channel(name)
        incident = await desk.incident(run.subject)
        if incident.restricted:
            return None
        message = Announcement(desk.book_of(incident), incident)
        return {"channel": channel, "message": await desk.chat.post(channel, message, key)}

    async def announced(books: Books, posted: Any) -> None:
        incident = await known(books, run.subject)
        if posted is None or incident.restricted:
            return
        after, fact = incident.witness(facts.Announced(**posted), books.now)
        await record(books, after, fact)
        await books.place(incident.id, "announcement", posted["message"], urgency(desk, incident))
        await watch.place(books, after)
        after = await deadlines.plan(desk, books, after, books.now)
        await deadlines.mark(desk, books, after, "announced", books.now, name)

    label = f"Announcing it in #{name}"
    posted = await run.keyed("announcement", post, label=label, lane=channel_lane(name), then=announced)
    return str(posted["message"]) if posted else ""


async def point_at_announcement(desk: Desk, run: Run) -> bool:
    """A bookmark from the room to its announcement, where the audience asks and answers; False while one is missing."""
    incident = await desk.incident(run.subject)
    if not (incident.room and incident.announcement):
        return False
    message = incident.announcement
    link = await run.step("link", lambda: desk.chat.link(message), label="Linking the announcement",
                          patience=Patience.DECORATION)  # fmt: skip
    await bookmark(desk, run, incident.room, ANNOUNCEMENT, link, ":loudspeaker:")
    return True


async def bookmarks(desk: Desk, run: Run, room: str) -> None:
    """The links of the severity and its bridge. Each title is one run's to add, so that a room has it once."""
    incident = await desk.incident(run.subject)
    told = desk.book_of(incident).communications
    if not (told.bookmarks_for(incident.severity) or told.bridge_for(incident.severity)):
        return
    try:
        ours = await run.decide("bookmarks:ours", lambda books: missing(desk, books, run.subject))
    except TextError as wrong:
        await refused(run, "bookmarks", str(wrong), "Adding the bookmarks")
        return
    await run.together(*(bookmark(desk, run, room, title, link, emoji) for title, link, emoji in ours))


async def missing(desk: Desk, books: Books, id: str) -> list[tuple[str, str, str | None]]:
    incident = await known(books, id)
    wanted = links(desk.book_of(incident), incident)
    return [(title, *wanted[title]) for title in await claim(books, "bookmarks", id, list(wanted))]


def links(book: Book, incident: Incident) -> dict[str, tuple[str, str | None]]:
    """Title → (address, emoji). The bookmark to the announcement is set by itself. TextError as `Book.links`."""
    found = {mark.title: (link, mark.emoji) for mark, link in book.links(incident)}
    bridge = book.bridge(incident)
    if bridge and bridge.link:
        found.setdefault(bridge.title, (bridge.link, ":telephone_receiver:"))
    return {title: wanted for title, wanted in found.items() if title != ANNOUNCEMENT}


async def refused(run: Run, name: str, why: str, label: str) -> None:
    """Have it on the card why something of the policy cannot be done."""

    async def refuse() -> None:
        raise Rejected(why)

    await run.step(name, refuse, label=label)


async def bookmark(desk: Desk, run: Run, room: str, title: str, link: str, emoji: str | None) -> None:
    await run.keyed(
        f"bookmark:{title}",
        lambda key: desk.chat.bookmark(room, title, link, key, emoji),
        label=f"Adding the bookmark {title}",
        patience=Patience.DECORATION,
    )


async def welcome(desk: Desk, run: Run) -> None:
    """The private answer with the link: to where the person asked, else in a direct message."""
    incident = await desk.incident(run.subject)
    if not (incident.room or incident.announcement):
        return
    if not declarer(run) or run.doubt:
        # a private answer leaves nothing by which it could be found again
        return
    hook, person = run.data.get("hook"), run.data["declarer"]
    message = Welcome(desk.book_of(incident), incident)
    if hook and await run.once("answer", lambda: answered(desk, hook, message), label="Answering"):
        return
    direct = await run.step("direct", lambda: desk.chat.direct(person), label="Opening a direct message")
    await run.keyed("welcome", lambda key: desk.chat.post(direct, message, key), label="Sending the link")


async def answered(desk: Desk, hook: str, message: Welcome) -> bool:
    await desk.chat.answer(hook, message)
    return True


async def open_for(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """`/incident room`: a room for an incident that lives in a thread."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if incident.room and not incident.archived_at:
            raise AlreadyDone(f"{incident.name} has its room already: #{incident.room_name}")
        await start_room(desk, books, incident, gesture)
        return Sentence(f"A room for {incident.name} is opening; the link follows here.", incident=id)

    return await desk.decide(gesture, decision)


async def start_room(desk: Desk, books: Books, incident: Incident, gesture: Gesture) -> None:
    data = {"hook": gesture.hook, "declarer": gesture.by}
    seats = show.seats(desk, incident)
    await books.start(NewRun("give_room", incident.id, data, asker=gesture.by, seats=seats, priority=1))
    await checklists.follow_to_room(desk, books, incident)
