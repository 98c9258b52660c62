"""Wake people by the ways of their level, and mention them where everybody sees it; and again until one answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from typing import Any

from bot.domain import facts
from bot.domain.incident import Incident
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import Mention
from bot.policy.book import Book
from bot.policy.escalation import Way
from bot.ports import Books
from bot.workflows import alarm, ways
from bot.workflows.desk import Desk, known, urgency
from bot.workflows.people import members
from bot.workflows.told import say


async def start(desk: Desk, books: Books, incident: Incident, asker: str) -> None:
    """Page whom the severity names, if anybody. A later change of severity or policy changes nobody of these."""
    book = desk.book_of(incident)
    await alarm.trigger(desk, books, incident)
    called = list(book.severities.get(incident.severity).page)
    if called:
        data = {
            "page": called, "channel": book.communications.incidents_channel, "call": "",
            "by": ways.open_to(desk, book.escalation.page_by),
        }  # fmt: skip
        await begin(desk, books, incident, data, asker)


async def call(
    desk: Desk, books: Books, incident: Incident, event: facts.Escalated, who: Sequence[str], by: Sequence[Way],
    channel: str, asker: str | None, known_as: str = "",
) -> None:  # fmt: skip
    """Page the people of a call."""
    data = {
        "page": list(who), "channel": channel, "call": event.call, "reason": event.reason, "title": event.title,
        "by": ways.open_to(desk, by),
    }  # fmt: skip
    await begin(desk, books, incident, data, asker, known_as)


async def begin(
    desk: Desk, books: Books, incident: Incident, data: dict[str, Any], asker: str | None, known_as: str = ""
) -> None:
    await books.start(NewRun("page", incident.id, data, asker=asker, priority=0, known_as=known_as))
    await arm_again(desk, books, incident, data, 1)


async def page(desk: Desk, run: Run) -> None:
    """Page each person as soon as it is known who that is, and mention them where everybody sees it."""
    awake = await run.decide("awake", lambda books: up(books, run))
    if awake is None:
        return
    incident = await desk.incident(run.subject)
    called = run.data.get("page") or called_in_0_1_0(desk.book_of(incident), incident, run)
    looking = [asyncio.ensure_future(members(desk, run, incident, principal)) for principal in called]
    woken = set(awake)
    # a channel that everybody reads says nothing of what is restricted
    loud = [] if run.data.get("times") or incident.restricted else [mention(desk, run, looking, awake)]
    await run.together(*loud, *(wake_all(desk, run, people, woken) for people in looking))
    await run.decide("shown", lambda books: books.want(run.subject, "card"))


def called_in_0_1_0(book: Book, incident: Incident, run: Run) -> Sequence[str]:
    """Release 0.1.0 kept the severity that pages, not whom it pages."""
    then = run.data["severity"]
    return book.severities.get(then if then in book.severities.ids else incident.severity).page


async def up(books: Books, run: Run) -> list[str] | None:
    """
    Whoever is at work on it needs no waking: who declared it, asked for the page, acknowledged, has a role, or said
    what they say to such a page.

    None when it is over already.
    """
    incident = await known(books, run.subject)
    if incident.over:
        return None
    here = (incident.declared_by, run.asker, incident.acknowledged_by, *incident.roles.values(), *incident.answers)
    return sorted({person for person in here if person})


async def wake_all(desk: Desk, run: Run, looking: Awaitable[list[str]], woken: set[str]) -> None:
    """Page those who are not among `woken`, side by side."""
    people = [person for person in await looking if person not in woken]
    woken.update(people)
    await run.together(*(ways.wake(desk, run, person) for person in people))


async def mention(desk: Desk, run: Run, looking: Sequence[Awaitable[list[str]]], awake: Collection[str]) -> None:
    """One message for all of them; if nobody but the declarer was found, it asks everyone in the channel."""
    found, groups = await run.together(run.together(*looking), groups_of(desk, run))
    called = dict.fromkeys(person for people in found if people for person in people)
    asleep = tuple(person for person in called if person not in awake)
    # a level's channel learns of its call also when all of its people are at work on it
    people = asleep or (tuple(called) if ways.call(run) else ())
    incident = await desk.incident(run.subject)
    alone = not called.keys() - {incident.declared_by}
    if not (people or alone):
        return
    channel = run.data.get("channel") or desk.book_of(incident).communications.incidents_channel

    async def post(key: Key) -> str:
        incident = await ways.needing(desk, run, key)
        if incident.restricted:
            raise ways.Needless("It is restricted now.")
        book, why = desk.book_of(incident), ways.reason(run)
        message = Mention(book, incident, people, everyone=alone, groups=tuple(groups or ()), reason=why)
        return await desk.chat.post(await desk.directory.channel(channel), message, key)

    async def mentioned(books: Books, message: Any) -> None:
        kind = f"mention:{ways.surface(run)}"
        await books.place(run.subject, kind, message, urgency(desk, await known(books, run.subject)))

    await ways.ring(run, "mention", post, f"Paging in #{channel}", mentioned)


async def groups_of(desk: Desk, run: Run) -> list[str]:
    """The user groups that a call names: a mention of them rings also for whom the look-up does not know yet."""
    if not ways.call(run):
        return []
    handles = [who.removeprefix("group:") for who in run.data["page"] if who.startswith("group:")]
    found = await run.together(*(group(desk, run, handle) for handle in handles))
    return [ref for ref in found if ref]


async def group(desk: Desk, run: Run, handle: str) -> str:
    label = f"Looking up @{handle}"
    return str(await run.step(f"group:{handle}", lambda: desk.directory.group(handle), label=label))


# again, until somebody answers


async def arm_again(desk: Desk, books: Books, incident: Incident, data: dict[str, Any], times: int) -> None:
    """Page the same people once more after a while, as often as the policy says."""
    pages = desk.book_of(incident).escalation.pages
    if pages.times:
        due, key = books.now + pages.again_every, f"{incident.id}:again:{data['call']}"
        said = {**data, "times": times}
        await books.set_timer(NewTimer("again", incident.id, due, said, key, urgency(desk, incident)))


async def again(desk: Desk, books: Books, timer: Timer) -> None:
    """Nobody answered yet: page those who have not; after the last time the room is told that nobody did."""
    incident, times = await known(books, timer.subject), timer.data["times"]
    await books.want(incident.id, "watch")
    call, pages = timer.data["call"], desk.book_of(incident).escalation.pages
    if incident.over or settled(incident, call):
        return
    if incident.paused_until:
        await books.set_timer(NewTimer("again", incident.id, incident.paused_until, timer.data, timer.key))
        return
    if not reached(incident, call):
        return
    if times > pages.times:
        await say(books, incident, f"Nobody answered {times} pages to {timer.data.get('title') or 'those on call'}.")
        return
    await books.start(NewRun("page", incident.id, timer.data, priority=0))
    await arm_again(desk, books, incident, dict(timer.data), times + 1)


def settled(incident: Incident, call: str) -> bool:
    """Whether somebody answered the call, or acknowledged the incident while that is enough."""
    insists = any(called.call == call and called.insists for called in incident.called)
    return incident.answered(call) or (incident.acknowledged_by is not None and not insists)


def reached(incident: Incident, call: str) -> bool:
    """Whether anybody was paged in it, or tried to be: those who are awake anyway are not."""
    return any(page.call == call for page in incident.pages)
