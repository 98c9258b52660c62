"""A person's Home: what is open, what is theirs, who is on call; kept up to date for as long as they may look."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from bot.domain.incident import Incident
from bot.engine.journal import Surface, Timer
from bot.messages import About, Duty, Home, Missing, Yours, YourTask
from bot.policy.book import Book
from bot.ports import Books
from bot.workflows import covers, oncall
from bot.workflows.desk import Desk, Gesture, urgency
from bot.workflows.home import setup, stirring

#: how many incidents of each sort are read, the newest
OPEN, ENDED = 60, 40
MOST_DUTIES = 8
NEVER = datetime.max.replace(tzinfo=UTC)


async def look(desk: Desk, gesture: Gesture) -> None:
    """Somebody opened their Home. Redelivered, it is the same look."""

    async def decision(books: Books) -> None:
        if await books.receipt(gesture.delivery) is None:
            await books.sign(gesture.delivery, True)
            await stirring.look(books, gesture.by)
            await setup.look_again(books)

    await desk.store.transact(decision, gesture.at)


async def edit(desk: Desk, surface: Surface) -> None:
    """Publish it as things are now."""
    assert surface.began is not None, "whoever edits says when the edit began"
    await desk.chat.home(surface.place, await composed(desk, surface.place, surface.began))


async def composed(desk: Desk, person: str, now: datetime) -> Home:
    """All that concerns them, and nothing that they may not see."""
    open, ended, duties, looked = await asyncio.gather(
        desk.store.incidents(person, open=True, limit=OPEN),
        desk.store.incidents(person, open=False, limit=ENDED),
        on_call(desk, now),
        setup.looked(desk.store),
    )
    gravest = sorted(open, key=lambda incident: urgency(desk, incident))
    return Home(
        at=now,
        open=tuple(About(desk.book_of(each), each) for each in gravest),
        yours=tuple(yours(desk, gravest, person)),
        tasks=tuple(sorted(tasks(desk, [*gravest, *ended], person), key=soonest)),
        duties=duties,
        ended=tuple(About(desk.book_of(each), each) for each in ended),
        missing=looked.missing,
        settled=looked.settled,
    )


async def on_call(desk: Desk, now: datetime) -> tuple[Duty, ...]:
    arranged, schedules = await covers.kept(desk.store), desk.book.oncall.all[:MOST_DUTIES]
    return tuple(await asyncio.gather(*(oncall.duty(desk, each, arranged, now) for each in schedules)))


def yours(desk: Desk, incidents: Iterable[Incident], person: str) -> Iterator[Yours]:
    for incident in incidents:
        book = desk.book_of(incident)
        if parts := tuple(parts_of(book, incident, person)):
            yield Yours(book, incident, parts)


def parts_of(book: Book, incident: Incident, person: str) -> Iterator[str]:
    """What somebody is in an incident, in words that follow "you"."""
    held = [book.words.role(role) for role, holder in incident.roles.items() if holder == person]
    if held:
        yield f"are {', '.join(held)}"
    if incident.acknowledged_by == person:
        yield "acknowledged it"
    elif person in incident.paged:
        yield "were paged"
    if incident.declared_by == person:
        yield "declared it"


def tasks(desk: Desk, incidents: Iterable[Incident], person: str) -> Iterator[YourTask]:
    for incident in incidents:
        for task in incident.tasks:
            if task.owner == person and task.done_by is None:
                yield YourTask(desk.book_of(incident), incident, task)


def soonest(each: YourTask) -> tuple[bool, datetime]:
    """What is to be done during an incident first, then by when it is due."""
    return each.task.later, each.task.due or NEVER


async def begin_round(desk: Desk, books: Books, timer: Timer) -> None:
    await stirring.begin(books, timer)


async def go_on(desk: Desk, books: Books, timer: Timer) -> None:
    await stirring.go_on(books, timer)


def lacking(missing: Iterable[Missing]) -> list[str]:
    """
    Each name as people write it.

    >>> lacking([Missing("channel", "incidents", ""), Missing("group", "oncall", "")])
    ['#incidents', '@oncall']
    """
    return [f"{setup.SIGNS[each.kind]}{each.name}" for each in missing]
