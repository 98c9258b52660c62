"""Surfaces: what is posted once and then edited for as long as the incident lives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.incident import Incident
from bot.engine.journal import NewRun, Seat, Surface
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import (
    Announcement,
    Card,
    Checklist,
    Elsewhere,
    Fishbone,
    Mention,
    Message,
    Page,
    Question,
    Restricted,
    Whys,
)
from bot.policy.plain import PLAIN
from bot.ports import Books
from bot.workflows.ahead import standings, upcoming
from bot.workflows.beneath import card_of
from bot.workflows.desk import Desk, home_lane, known, urgency
from bot.workflows.diagnosis import diagnosed
from bot.workflows.ways import of_surface

#: what a surface shows, by what its kind says after the family: "closing" of "checklist:closing"
Render = Callable[[Desk, Incident, str], Awaitable[Message]]


async def card(desk: Desk, incident: Incident, of: str) -> Message:
    troubles = await desk.store.troubles(incident.id)
    stands_in = desk.stands_in(incident)
    book = desk.book_of(incident)
    return Card(
        book, incident, tuple(troubles), incident.next_update, stands_in, upcoming(book, incident),
        standings(book, incident),
    )  # fmt: skip


async def checklist(desk: Desk, incident: Incident, of: str) -> Message:
    return Checklist(desk.book_of(incident), incident, of)


async def question(desk: Desk, incident: Incident, of: str) -> Message:
    return Question(desk.book_of(incident), incident, int(of))


async def announcement(desk: Desk, incident: Incident, of: str) -> Message:
    return Announcement(desk.book_of(incident), incident)


async def whys(desk: Desk, incident: Incident, of: str) -> Message:
    return Whys(desk.book_of(incident), incident)


async def fishbone(desk: Desk, incident: Incident, of: str) -> Message:
    return Fishbone(desk.book_of(incident), incident)


async def page(desk: Desk, incident: Incident, of: str) -> Message:
    run, _, person = of.partition(":")
    return Page(desk.book_of(incident), incident, person, reason_of(incident, of_surface(run)))


async def mention(desk: Desk, incident: Incident, of: str) -> Message:
    call = of_surface(of)
    people = dict.fromkeys(page.person for page in incident.pages if page.call == call and not page.failed)
    return Mention(
        desk.book_of(incident), incident, tuple(people) or incident.paged, reason=reason_of(incident, call)
    )  # fmt: skip


def reason_of(incident: Incident, call: str) -> str:
    return next((called.reason for called in incident.called if called.call == call), "")


#: ends the kind of a surface that stands in the thread under the announcement
THREAD = ":thread"
RENDERS: dict[str, Render] = {"card": card, "checklist": checklist, "announcement": announcement, "page": page,
                             "mention": mention, "question": question, "diagnosis": diagnosed.shown, "whys": whys,
                             "fishbone": fishbone}  # fmt: skip


def seats(desk: Desk, incident: Incident, where: str = "") -> tuple[Seat, ...]:
    """The card first, then the checklist if its severity has one: others would wait behind a seat that nobody takes."""
    kinds = ["card", "checklist"] if desk.book_of(incident).checklists.response(incident.severity) else ["card"]
    return tuple((home_lane(incident.id), f"{kind}{where}") for kind in kinds)


async def first(desk: Desk, run: Run, kind: str) -> str:
    """Post a surface for the first time, in the room or, if it is for the THREAD, there; it is edited from then on."""

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        place = incident.announcement if kind.endswith(THREAD) else None
        return await desk.chat.post(place or desk.home_of(incident), await shown(desk, incident, kind), key)

    async def posted(books: Books, message: Any) -> None:
        incident = await known(books, run.subject)
        await books.place(run.subject, kind, message, urgency(desk, incident))
        if kind.startswith("checklist"):
            await books.remember(mark(run.subject, kind), True)
        if kind == "card":
            await books.remember(card_of(run.subject), message)

    label, lane = f"Posting the {kind.partition(':')[0]}", home_lane(run.subject)
    return str(await run.keyed(kind, post, label=label, lane=lane, then=posted))


def mark(incident: str, kind: str) -> str:
    """Under which name it is kept that a checklist was posted: several runs may be about to."""
    return f"posted:{incident}:{kind}"


async def edit(desk: Desk, surface: Surface) -> None:
    """Bring a surface up to the newest state."""
    incident = await desk.incident(surface.subject)
    if astray(incident, surface):
        await desk.chat.edit(surface.place, Restricted())
    elif not stored_away(incident, surface.place):
        await desk.chat.edit(surface.place, await shown(desk, incident, surface.kind))


def astray(incident: Incident, surface: Surface) -> bool:
    """Whether it stands where people see it who may not know of the incident."""
    if not incident.restricted:
        return False
    family, _, of = surface.kind.partition(":")
    if family == "page":
        return of.partition(":")[2] not in incident.insiders
    return surface.place.partition("/")[0] != incident.room


def stored_away(incident: Incident, place: str) -> bool:
    """Whether it stands in a room that is archived, where nothing can be changed."""
    return incident.archived_at is not None and place.partition("/")[0] == incident.room


async def shown(desk: Desk, incident: Incident, kind: str) -> Message:
    """What a surface shows now; those of a thread give way to a room."""
    family, _, of = kind.removesuffix(THREAD).partition(":")
    if kind.endswith(THREAD) and incident.room:
        return Elsewhere(desk.book_of(incident), incident, family)
    return await RENDERS[family](desk, incident, of)


async def topic(desk: Desk, surface: Surface) -> None:
    incident = await desk.incident(surface.subject)
    book = desk.book_of(incident)
    if stored_away(incident, surface.place) or astray(incident, surface):
        return
    await desk.chat.topic(surface.place, book.texts.render("room_topic", book.about(incident), PLAIN))


async def gone(desk: Desk, books: Books, surface: Surface) -> None:
    """Somebody deleted it: the card and the checklist are posted anew, other surfaces stay deleted."""
    if astray(await known(books, surface.subject), surface):
        return
    if surface.kind.partition(":")[0] in ("card", "checklist"):
        seats = ((home_lane(surface.subject), surface.kind),)
        await books.start(NewRun("show_again", surface.subject, {"kind": surface.kind}, seats=seats))


async def again(desk: Desk, run: Run) -> None:
    """Post it anew, unless it stood in a thread and has given way to a room since."""
    kind, incident = run.data["kind"], await desk.incident(run.subject)
    if kind.endswith(THREAD) and incident.room:
        return
    posted = await first(desk, run, kind)
    if kind == "card":
        await pin(desk, run, posted)


async def pin(desk: Desk, run: Run, card: str) -> None:
    await run.step("pin", lambda: desk.chat.pin(card), label="Pinning the card", patience=Patience.DECORATION)
