"""Maintenance by hand: for so long the detector keeps quiet about these services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ulid import ULID

from bot.domain.errors import Refused
from bot.engine.journal import NewTimer, Timer
from bot.messages import Button, Sentence
from bot.policy import diagnosis
from bot.policy.book import Book
from bot.policy.markdown import spoken
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture
from bot.workflows.detection import notice, suspicions
from bot.workflows.oncall import spoken as moment

NAME = SUBJECT = "maintenance"
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=14)
MOST = 50
EXAMPLE = "/incident maintenance shop 1h deploying"
ALL = "all"


class Memory(Protocol):
    """A transaction, or the store itself."""

    async def recall(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Window:
    """`services` are ids, all of them if there are none; `by` began it."""

    id: str
    services: tuple[str, ...]
    title: str
    start: datetime
    end: datetime
    by: str

    def covers(self, service: str, at: datetime) -> bool:
        return self.start <= at < self.end and (not self.services or service in self.services)


async def kept(memory: Memory) -> tuple[Window, ...]:
    """In the order in which they began."""
    return tuple(_read(row) for row in await memory.recall(NAME) or ())


def quiet(book: Book, windows: Iterable[Window], service: str, at: datetime) -> Window | diagnosis.Maintenance | None:
    """The maintenance that this service is under, by the policy or by hand."""
    planned = book.diagnosis.quiet(service or None, at)
    return planned or next((window for window in windows if window.covers(service, at)), None)


async def begin(desk: Desk, gesture: Gesture, services: tuple[str, ...], length: timedelta, title: str) -> Sentence:
    """From now on, for so long, in place of what the same services were under by hand before."""
    if not SHORTEST <= length <= LONGEST:
        raise Refused(f"Maintenance lasts from 1m to 14d. For example: {EXAMPLE}")
    window = Window(str(ULID()), services, title, gesture.at, gesture.at + length, gesture.by)
    what, until = named(desk.book, services), moment(window.end)

    async def decision(books: Books) -> Sentence:
        others = [each for each in await kept(books) if each.services != services]
        if len(others) >= MOST:
            raise Refused(f"{MOST} maintenances are under way already. /incident maintenance lists them.")
        await _keep(books, (*others, window))
        due = NewTimer("maintenance", SUBJECT, window.end, {"id": window.id}, f"maintenance:{window.id}")
        await books.set_timer(due)
        why = f" ({title})" if title else ""
        await _tell(
            desk, books, f"{what} under maintenance until {until}, says {gesture.by}{why}. The detector is quiet."
        )
        return Sentence(
            f"The detector keeps quiet about {what} for {spoken(length)}, until {until}.", (ending(window),)
        )

    return await desk.decide(gesture, decision)


async def end(desk: Desk, gesture: Gesture, services: tuple[str, ...] | None) -> Sentence:
    """End what was begun by hand for these services; the only one there is for None."""

    async def decision(books: Books) -> Sentence:
        window = meant(desk.book, await kept(books), services)
        what = named(desk.book, window.services)
        await _over(books, window)
        await _tell(desk, books, f"The maintenance of {what} is over, says {gesture.by}.")
        return Sentence(f"The maintenance of {what} is over. What is still wrong there is raised now.")

    return await desk.decide(gesture, decision)


def meant(book: Book, running: Sequence[Window], services: tuple[str, ...] | None) -> Window:
    found = [each for each in running if services is None or each.services == services]
    if len(found) == 1:
        return found[0]
    if not running:
        raise Refused("Nothing is under maintenance by hand. What the policy plans ends as its diagnosis.yml says.")
    which = "; ".join(named(book, each.services) for each in running)
    raise Refused(f"Which maintenance? Under way are: {which}. For example: /incident maintenance end shop")


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    """Its time is over, perhaps a while ago."""
    window = next((each for each in await kept(books) if each.id == timer.data["id"]), None)
    if window:
        await _over(books, window)
        await _tell(desk, books, f"The maintenance of {named(desk.book, window.services)} is over.")


async def listing(desk: Desk, now: datetime) -> Sentence:
    """What is under maintenance now, what the policy plans, and what the detector keeps quiet about."""
    windows = await kept(desk.store)
    memory = suspicions.read(await desk.store.recall(suspicions.NAME))
    planned = sorted((each for each in desk.book.diagnosis.maintenance if each.end > now), key=lambda each: each.start)
    lines = [
        *(by_hand(desk.book, each) for each in windows),
        *(by_policy(desk.book, each) for each in planned),
        *(f"Kept quiet: {each.symptom.text}, since {moment(each.since)}." for each in suspicions.hushed(memory)),
    ]
    text = "\n".join(lines) or f"Nothing is under maintenance. To keep the detector quiet: {EXAMPLE}"
    return Sentence(text, tuple(ending(each) for each in windows[:5]))


def by_hand(book: Book, window: Window) -> str:
    why = f": {window.title}" if window.title else ""
    return f"{named(book, window.services)} until {moment(window.end)}, by {window.by}{why}"


def by_policy(book: Book, planned: diagnosis.Maintenance) -> str:
    what = named(book, planned.services)
    return f"{what} from {moment(planned.start)} until {moment(planned.end)}, by the policy: {planned.title}"


def ending(window: Window) -> Button:
    return Button(
        f"End {' '.join(window.services) or ALL}"[:75], "maintenance", f"end {','.join(window.services) or ALL}"
    )


def named(book: Book, services: Sequence[str]) -> str:
    """As people call them; one that the policy does not have any more by its id."""
    titles = {service.id: service.title for service in book.diagnosis.services}
    return ", ".join(titles.get(each, each) for each in services) or "Everything"


async def _over(books: Books, window: Window) -> None:
    await _keep(books, (each for each in await kept(books) if each.id != window.id))


async def _tell(desk: Desk, books: Books, text: str) -> None:
    await notice.tell(desk, books, SUBJECT, f"🔧 {text}")


async def _keep(books: Books, windows: Iterable[Window]) -> None:
    await books.remember(NAME, [_written(window) for window in windows])


def _written(window: Window) -> dict[str, Any]:
    return asdict(window) | {"start": window.start.isoformat(), "end": window.end.isoformat()}


def _read(row: dict[str, Any]) -> Window:
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    return Window(row["id"], tuple(row["services"]), row["title"], start, end, row["by"])
