"""A page that is only a test, by every way that the policy pages people: does it arrive, and does anybody see it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from bot.domain.errors import Refused
from bot.engine.journal import NewRun, NewTimer, Surface, Timer
from bot.engine.outcomes import GivenUp, Key, Patience, Rejected
from bot.engine.runs import Run
from bot.messages import Sentence, TestPage
from bot.policy.book import Book
from bot.policy.escalation import Way
from bot.ports import Alarm, Books
from bot.workflows.desk import Desk, Gesture
from bot.workflows.told import tell
from bot.workflows.ways import SPOKEN, open_to

#: the tests of late, in the store, by their ids
TESTS = "testpages"
KEPT, SOON, WAIT = timedelta(days=1), timedelta(minutes=1), timedelta(minutes=10)
URGENCY = 5
SENT = "sent"
SUBJECT = "TEST from Muster: nothing is broken"
TEXT = "This is a test page. Nothing is broken, and nobody needs you. In Slack, press It arrived to say that it did."


def subject(test: str) -> str:
    return f"testpage:{test}"


def every_way(book: Book) -> list[Way]:
    """The ways by which the policy pages anybody."""
    rules = book.escalation
    levels, cases = (
        (way for level in rules.levels for way in level.by),
        (way for case in rules.triggers for way in case.by),
    )
    return list(dict.fromkeys((*rules.page_by, *levels, *cases)))


async def send(desk: Desk, gesture: Gesture, person: str | None) -> Sentence:
    """Page `person`, or whoever speaks, as a test. Refused when they had one within the last minute."""
    who, ways = person or gesture.by, open_to(desk, every_way(desk.book))

    async def decision(books: Books) -> Sentence:
        tests = recent(await books.recall(TESTS) or {}, books.now)
        if any(row["person"] == who and books.now - sent_at(row) < SOON for row in tests.values()):
            raise Refused(f"{who} got a test page a moment ago. Try again in a minute.")
        test = str(ULID())
        row = {"person": who, "by": gesture.by, "at": books.now.isoformat(), "arrived": None}
        await books.remember(TESTS, {**tests, test: row})
        await books.log("test_page", f"sent {who} a test page", gesture.by)
        await books.start(NewRun("testpage", subject(test), {**row, "ways": ways}, asker=gesture.by, priority=1))
        await books.set_timer(NewTimer("testpage", subject(test), books.now + WAIT, {}, subject(test)))
        return Sentence(f"A test page goes to {who}: {spoken(ways)}. What comes of it follows in a direct message.")

    return await desk.decide(gesture, decision)


def spoken(ways: list[str]) -> str:
    """
    >>> spoken(["slack", "email"])
    'direct message, e-mail'
    """
    return ", ".join(SPOKEN[way] for way in ways)


def recent(tests: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {test: row for test, row in tests.items() if now - sent_at(row) < KEPT}


def sent_at(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["at"])


# sending


async def page(desk: Desk, run: Run) -> None:
    """Send it by each way, side by side, and tell whoever asked how each went."""
    ways = list(run.data["ways"])
    went = await run.together(*(direct(desk, run) if way == "slack" else outside(desk, run, way) for way in ways))
    told = "; ".join(f"{SPOKEN[way]} {how or 'could not be sent'}" for way, how in zip(ways, went, strict=True))
    sentence = f"The test page to {run.data['person']}: {told}."
    await run.decide("told", lambda books: tell(books, run.subject, run.data["by"], sentence))


async def direct(desk: Desk, run: Run) -> str:
    person, test = run.data["person"], run.subject.partition(":")[2]
    label, patience = f"Sending {person} a test page", Patience.DECORATION

    async def posted(books: Books, message: Any) -> None:
        await books.place(run.subject, "testpage", message, URGENCY)

    try:
        place = await run.step(
            "direct", lambda: desk.chat.direct(person), label=label, patience=patience, expected=(Rejected,)
        )  # fmt: skip
        message = TestPage(test, person, run.data["by"])
        await run.keyed(
            "post", lambda key: desk.chat.post(place, message, key), label=label, patience=patience, then=posted,
            expected=(Rejected,),
        )  # fmt: skip
    except (Rejected, GivenUp) as failure:
        return f"failed ({failure.sentence})"
    return SENT


async def outside(desk: Desk, run: Run, way: str) -> str:
    person, pager = run.data["person"], desk.pagers[way]

    async def send(key: Key) -> None:
        await pager.page(await desk.directory.contact(person), alarm(run.subject), key)

    label = f"Sending {person} a test page by {SPOKEN[way]}"
    try:
        await run.keyed(way, send, label=label, patience=Patience.DECORATION, expected=(Rejected,))
    except (Rejected, GivenUp) as failure:
        return f"failed ({failure.sentence})"
    return SENT


def alarm(test: str) -> Alarm:
    return Alarm(test, "Test page", SUBJECT, TEXT, severity="info")


async def edit(desk: Desk, surface: Surface) -> None:
    test = surface.subject.partition(":")[2]
    row = (await desk.store.recall(TESTS) or {}).get(test)
    if row:
        arrived = datetime.fromisoformat(row["arrived"]) if row["arrived"] else None
        await desk.chat.edit(surface.place, TestPage(test, row["person"], row["by"], arrived))


# what comes of it


async def arrived(desk: Desk, gesture: Gesture, test: str) -> Sentence:
    """Whoever was paged says that it arrived; whoever asked hears how long that took."""

    async def decision(books: Books) -> Sentence:
        tests = await books.recall(TESTS) or {}
        row = tests.get(test)
        if row is None or row["person"] != gesture.by:
            raise Refused("That test is over. For another: /incident testpage")
        if row["arrived"] is None:
            await books.remember(TESTS, {**tests, test: {**row, "arrived": books.now.isoformat()}})
            await books.drop_timers(subject(test))
            await books.want(subject(test), "testpage")
            took = max(0, round((books.now - sent_at(row)).total_seconds()))
            if row["by"] != gesture.by:
                await tell(
                    books, subject(test), row["by"], f"{gesture.by} saw the test page, {took} s after you sent it."
                )
        return Sentence("Noted: the test page arrived.")

    return await desk.decide(gesture, decision)


async def unseen(desk: Desk, books: Books, timer: Timer) -> None:
    """Nobody has said that it arrived."""
    test = timer.subject.partition(":")[2]
    row = (await books.recall(TESTS) or {}).get(test)
    if row and row["arrived"] is None:
        minutes = round(WAIT.total_seconds() / 60)
        sentence = f"{row['person']} has not said within {minutes} minutes that the test page arrived."
        await tell(books, timer.subject, row["by"], sentence)
