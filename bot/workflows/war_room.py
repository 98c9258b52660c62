"""A place to work: a room of its own, or a thread of the incidents channel; card, checklist and announcement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypedDict

from bot.domain import facts
from bot.domain.errors import AlreadyDone
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import GivenUp, Key, Patience
from bot.engine.runs import Run
from bot.messages import Announcement, Sentence, Welcome
from bot.policy.plain import PLAIN
from bot.ports import Books, NameTaken
from bot.workflows import show
from bot.workflows.desk import Desk, Gesture, channel_lane, known, record, room_lane, urgency
from bot.workflows.people import responders


class Opened(TypedDict):
    """A room; `ours` is false if another run had opened it."""

    room: str
    ours: bool


async def open_room(desk: Desk, run: Run) -> None:
    """Open the room, seat the people, say what is known; announce it beside that. Without a room, use the thread."""
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
    seated = seat(desk, run, opened["room"], "declarer", [run.data["declarer"]])
    if not opened["ours"]:
        await run.together(seated, welcome(desk, run))
        return True
    pointed, *_ = await run.together(
        point_at_announcement(desk, run),
        seated,
        furnish(desk, run),
        welcome(desk, run),
        *bookmarks(desk, run, await desk.incident(run.subject), opened["room"]),
    )
    return bool(pointed)


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
            return found
        except NameTaken:
            n += 1
            name = await named(desk, run, n, base)


def _creating(desk: Desk, id: str, name: str) -> Callable[[Key], Awaitable[Any]]:
    """A room that an earlier try made is ours; one that belongs to another incident of ours never is."""

    async def create(key: Key) -> Opened:
        if standing := (await desk.incident(id)).room:
            return Opened(room=standing, ours=False)
        room = await desk.chat.create_room(name, key)
        if key.doubtful and await desk.store.owner_of_room(room) not in (None, id):
            raise NameTaken(f"Another incident has the channel #{name}.")
        return Opened(room=room, ours=True)

    return create


def _opened(desk: Desk, id: str, name: str) -> Callable[[Books, Any], Awaitable[None]]:
    async def opened(books: Books, found: Any) -> None:
        if not found["ours"]:
            return
        incident = await known(books, id)
        after, fact = incident.witness(facts.RoomOpened(found["room"], name), books.now)
        await record(books, after, fact)
        await books.place(id, "topic", found["room"], urgency(desk, incident))
        await books.want(id, "topic")

    return opened


async def named(desk: Desk, run: Run, n: int, base: str | None = None) -> str:
    """Reserve the n-th choice of a name (or the next that is free in our own books)."""

    async def reserve(books: Books) -> str:
        incident = await known(books, run.subject)
        naming, times = desk.book.naming, n
        first = base or naming.room(incident.number, incident.title, incident.declared_at, incident.severity)
        name = first if times == 1 else naming.another(first, times)
        while not await books.reserve_room(name, incident.id):
            times += 1
            name = naming.another(first, times)
        return name

    return str(await run.decide(f"name:{n}", reserve))


async def seat(desk: Desk, run: Run, room: str, who: str, people: list[str]) -> None:
    if people:
        await run.step(f"invite:{who}", lambda: desk.chat.invite(room, people), label=f"Inviting the {who}")


async def seat_all(desk: Desk, run: Run) -> None:
    """Bring in whom the severity asks for, into a room that stands."""
    incident = await desk.incident(run.subject)
    if incident.room:
        await seat(desk, run, incident.room, "responders", await responders(desk, run))


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
    if desk.book_of(incident).checklists.response(incident.severity):
        await show.first(desk, run, f"checklist{where}")


async def announce(desk: Desk, run: Run) -> str:
    """Say it in the incidents channel. The announcement."""
    name = desk.book.communications.incidents_channel

    async def post(key: Key) -> dict[str, str]:
        channel = await desk.directory.channel(name)
        incident = await desk.incident(run.subject)
        return {"channel": channel, "message": await desk.chat.post(channel, Announcement(desk.book, incident), key)}

    async def announced(books: Books, posted: Any) -> None:
        incident = await known(books, run.subject)
        after, fact = incident.witness(facts.Announced(**posted), books.now)
        await record(books, after, fact)
        await books.place(incident.id, "announcement", posted["message"], urgency(desk, incident))

    label = f"Announcing it in #{name}"
    posted = await run.keyed("announcement", post, label=label, lane=channel_lane(name), then=announced)
    return str(posted["message"])


async def point_at_announcement(desk: Desk, run: Run) -> bool:
    """A bookmark from the room to its announcement, where the audience asks and answers; False while one is missing."""
    incident = await desk.incident(run.subject)
    if not (incident.room and incident.announcement):
        return False
    message = incident.announcement
    link = await run.step("link", lambda: desk.chat.link(message), label="Linking the announcement",
                          patience=Patience.DECORATION)  # fmt: skip
    await bookmark(desk, run, incident.room, "Announcement", link, ":loudspeaker:")
    return True


def bookmarks(desk: Desk, run: Run, incident: Incident, room: str) -> list[Awaitable[None]]:
    """Those of the policy; a link may speak of the incident."""
    book = desk.book_of(incident)
    links = [(b, book.texts.render_line(b.link, book.about(incident), PLAIN)) for b in book.communications.bookmarks]
    return [bookmark(desk, run, room, mark.title, link, mark.emoji) for mark, link in links]


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
        if incident.room:
            raise AlreadyDone(f"#{incident.number} has its room already: #{incident.room_name}")
        await start_room(desk, books, incident, gesture)
        return Sentence(f"A room for #{incident.number} is opening; the link follows here.", incident=id)

    return await desk.decide(gesture, decision)


async def start_room(desk: Desk, books: Books, incident: Incident, gesture: Gesture) -> None:
    data = {"hook": gesture.hook, "declarer": gesture.by}
    seats = show.seats(desk, incident)
    await books.start(NewRun("give_room", incident.id, data, asker=gesture.by, seats=seats, priority=1))
