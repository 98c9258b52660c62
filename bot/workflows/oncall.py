"""What people arrange about being on call: who takes over, asking to be covered, swapping shifts, taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from bot.domain.errors import AlreadyDone, Refused
from bot.engine.journal import NewRun
from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.engine.runs import Run
from bot.messages import CoverWanted, Duty, OnCall, Sentence
from bot.policy.oncall import Schedule
from bot.policy.shifts import Rota, Shift, people, principals
from bot.ports import Books
from bot.workflows import covers
from bot.workflows.covers import Cover
from bot.workflows.desk import Desk, Gesture, channel_lane
from bot.workflows.handover import ONCALL, as_written, channel_of, settle
from bot.workflows.told import tell

ASKS = "oncall:asks"
LONGEST = timedelta(days=60)
#: how far ahead shifts are swapped
AHEAD = timedelta(days=60)
#: Slack waits 3 s for an answer; what is not looked up by then is shown as it is written
LOOK_SECONDS = 1.5


async def board(desk: Desk, gesture: Gesture) -> OnCall:
    """Who is on call now and next, by schedule."""
    arranged = await covers.kept(desk.store)
    if not desk.book.oncall.all:
        raise Refused("This policy has no schedules. Its oncall.yml can have some; docs/policies.md says how.")
    duties = await asyncio.gather(*(duty(desk, schedule, arranged, gesture.at) for schedule in desk.book.oncall.all))
    return OnCall(tuple(duties), gesture.by, bool(ours(arranged, gesture, "")))


async def duty(desk: Desk, schedule: Schedule, arranged: Sequence[Cover], now: datetime) -> Duty:
    rota = desk.book.rota(schedule.id, [cover.override for cover in arranged])
    until, covered = rota.next_change(now), rota.replaced(now) or bool(rota.reliefs(now))
    if desk.roster and schedule.pagerduty and not rota.replaced(now):
        return await by_pagerduty(desk, schedule, rota.reliefs(now))
    people, then = await asyncio.gather(
        shown(desk, rota.on_call(now)), shown(desk, rota.on_call(until) if until else ())
    )
    return Duty(schedule.id, schedule.title, people, until, then, covered)


async def by_pagerduty(desk: Desk, schedule: Schedule, reliefs: Sequence[str]) -> Duty:
    assert desk.roster and schedule.pagerduty
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            emails = await desk.roster.on_call(schedule.pagerduty)
            people = await shown(desk, [*(f"person:{email}" for email in emails), *reliefs])
    except (Busy, Doubt, Rejected, TimeoutError):
        note = "PagerDuty does not answer just now."
        return Duty(schedule.id, schedule.title, (), None, (), note=note)
    return Duty(schedule.id, schedule.title, people, None, (), bool(reliefs), "As PagerDuty says.")


async def shown(desk: Desk, who: Sequence[str]) -> tuple[str, ...]:
    """The people; of those who cannot be looked up in time, what the policy calls them."""
    found = await looked_up(desk, who)
    return tuple(people(who, {each: some or (as_written(each),) for each, some in found.items()}))


async def looked_up(desk: Desk, who: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By principal; empty for those who cannot be looked up in time."""
    wanted = principals(who)
    found = await asyncio.gather(*(people_of(desk, each) for each in wanted))
    return dict(zip(wanted, found, strict=True))


async def people_of(desk: Desk, principal: str) -> tuple[str, ...]:
    """Empty when they cannot be looked up in time."""
    kind, _, name = principal.partition(":")
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await desk.directory.members(name) if kind == "group" else (await desk.directory.person(name),)
    except (Busy, Doubt, Rejected, TimeoutError):
        return ()


# taking over


async def override(desk: Desk, gesture: Gesture, person: str | None, length: timedelta | None, word: str) -> Sentence:
    """`person`, or whoever speaks, is on call for so long from now on."""
    schedule, until = meant(desk, word), gesture.at + bounded(length, "override @ana 2h")
    who = person or gesture.by

    async def decision(books: Books) -> Sentence:
        cover = Cover(str(ULID()), schedule.id, who, books.now, until, gesture.by)
        await covers.add(books, cover)
        await settle(desk, books, schedule)
        if who != gesture.by:
            await tell(books, ONCALL, who, f"{gesture.by} put you on call for {schedule.title} until {spoken(until)}.")
        return Sentence(f"{who} is on call for {schedule.title} until {spoken(until)}. /incident oncall undo ends it.")

    return await desk.decide(gesture, decision)


async def ask(desk: Desk, gesture: Gesture, length: timedelta | None, word: str) -> Sentence:
    """Ask everybody for somebody who takes over from now on, for so long."""
    schedule, until, channel = meant(desk, word), gesture.at + bounded(length, "cover me 2h"), channel_of(desk)
    await on_call_oneself(desk, gesture, schedule)

    async def decision(books: Books) -> Sentence:
        id, asked = str(ULID()), await books.recall(ASKS) or {}
        row = {"schedule": schedule.id, "title": schedule.title, "by": gesture.by, "until": until.isoformat()}
        await books.remember(ASKS, {**recent(asked, books.now), id: row})
        seats = ((channel_lane(channel), "ask"),)
        data = {"ask": id, "channel": channel}
        await books.start(NewRun("cover", ONCALL, data, asker=gesture.by, seats=seats, priority=2))
        return Sentence(f"Asked in #{channel}. Until somebody presses I cover you stay on call.")

    return await desk.decide(gesture, decision)


async def on_call_oneself(desk: Desk, gesture: Gesture, schedule: Schedule) -> None:
    """Refused when somebody else is on call; nobody is refused while that cannot be looked up."""
    rota = await covers.rota(desk, desk.store, schedule.id)
    who = rota.on_call(gesture.at)
    held = people(who, await looked_up(desk, who))
    if held and gesture.by not in held:
        raise Refused(f"You are not on call for {schedule.title} now. It is: {', '.join(held)}.")


async def take(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """Cover whoever asked. The first takes it."""

    async def decision(books: Books) -> Sentence:
        asked = await books.recall(ASKS) or {}
        row = asked.get(id)
        if row is None or not desk.book.oncall.has(row["schedule"]):
            raise Refused("Nobody waits for that any more. To take over: /incident oncall override me 2h")
        until = datetime.fromisoformat(row["until"])
        refuse_to_take(row, gesture, until)
        await books.remember(ASKS, {**asked, id: {**row, "taken_by": gesture.by}})
        await covers.add(books, Cover(id, row["schedule"], gesture.by, books.now, until, gesture.by, row["by"]))
        await settle(desk, books, desk.book.oncall.get(row["schedule"]))
        await books.start(NewRun("covered", ONCALL, {"ask": id}, asker=gesture.by, priority=2))
        await tell(books, ONCALL, row["by"], f"{gesture.by} covers {row['title']} for you until {spoken(until)}.")
        return Sentence(f"You are on call for {row['title']} until {spoken(until)}. Thank you.")

    return await desk.decide(gesture, decision)


def refuse_to_take(row: dict[str, Any], gesture: Gesture, until: datetime) -> None:
    if taken := row.get("taken_by"):
        raise AlreadyDone("You cover already." if taken == gesture.by else f"{taken} was faster and covers already.")
    if row["by"] == gesture.by:
        raise Refused("Somebody else has to cover you.")
    if until <= gesture.at:
        raise Refused(f"The time to be covered ended at {spoken(until)}.")


async def swap(desk: Desk, gesture: Gesture, person: str | None, word: str) -> Sentence:
    """Exchange the next shift of whoever speaks with the next one of `person`."""
    schedule = meant(desk, word)
    if person is None or person == gesture.by:
        raise Refused("With whom? For example: /incident oncall swap @ana")
    rota = await covers.rota(desk, desk.store, schedule.id)
    own, theirs = await next_shift(desk, rota, gesture.by, gesture.at), await next_shift(desk, rota, person, gesture.at)

    async def decision(books: Books) -> Sentence:
        id = str(ULID())
        await covers.add(
            books,
            Cover(id, schedule.id, person, own.start, own.end, gesture.by),
            Cover(id, schedule.id, gesture.by, theirs.start, theirs.end, gesture.by),
        )
        await settle(desk, books, schedule)
        taken, given = f"{spoken(theirs.start)} to {spoken(theirs.end)}", f"{spoken(own.start)} to {spoken(own.end)}"
        await tell(
            books, ONCALL, person, f"{gesture.by} swapped a shift of {schedule.title} with you: yours is {given}."
        )
        return Sentence(f"Swapped: {person} is on call {given}, and you are {taken}. /incident oncall undo ends it.")

    return await desk.decide(gesture, decision)


async def next_shift(desk: Desk, rota: Rota, person: str, now: datetime) -> Shift:
    """The first that begins later and is theirs alone. Refused when there is none."""
    shifts = [shift for shift in rota.shifts(now, now + AHEAD) if shift.start > now and shift.end < now + AHEAD]
    found = await looked_up(desk, [each for shift in shifts for each in shift.who])
    for shift in shifts:
        if people(shift.who, found) == [person]:
            return shift
    raise Refused(f"In the next 60 days no shift of {rota.schedule.title} is {person}'s alone, and so nothing to swap.")


async def undo(desk: Desk, gesture: Gesture, word: str) -> Sentence:
    """Take back the newest arrangement that is one's own and not over yet."""
    wanted = meant(desk, word).id if word else ""

    async def decision(books: Books) -> Sentence:
        own = ours(await covers.kept(books), gesture, wanted)
        if not own:
            raise Refused("There is nothing of yours to undo. /incident oncall shows who is on call.")
        newest = own[-1]
        await covers.drop(books, [newest.id])
        schedule = desk.book.oncall.get(newest.schedule)
        await settle(desk, books, schedule)
        if newest.person != gesture.by:
            await tell(
                books, ONCALL, newest.person, f"{gesture.by} took back what put you on call for {schedule.title}."
            )
        return Sentence(f"Taken back: {schedule.title} is as the schedule says again.")

    return await desk.decide(gesture, decision)


def ours(arranged: Sequence[Cover], gesture: Gesture, schedule: str) -> list[Cover]:
    """What is not over and was arranged by, or puts on call, whoever speaks; the newest last."""
    return [
        cover
        for cover in arranged
        if gesture.by in (cover.by, cover.person) and cover.end > gesture.at and schedule in ("", cover.schedule)
    ]


# runs


async def cover(desk: Desk, run: Run) -> None:
    """Ask in the channel, and keep where."""
    channel = run.data["channel"]

    async def post(key: Key) -> str:
        return await desk.chat.post(await desk.directory.channel(channel), await wanted(desk, run), key)

    async def posted(books: Books, message: Any) -> None:
        asked = await books.recall(ASKS) or {}
        if row := asked.get(run.data["ask"]):
            await books.remember(ASKS, {**asked, run.data["ask"]: {**row, "posted": message}})

    await run.keyed("ask", post, label=f"Asking in #{channel}", lane=channel_lane(channel), then=posted)


async def covered(desk: Desk, run: Run) -> None:
    """The question shows who took it."""
    await run.step("edit", lambda: edit(desk, run), label="Showing who covers")


async def edit(desk: Desk, run: Run) -> None:
    """Busy while it is not on record yet where the question stands."""
    posted = (await desk.store.recall(ASKS) or {}).get(run.data["ask"], {}).get("posted")
    if posted is None:
        raise Busy(run.now + timedelta(seconds=2), "The question is still being posted.")
    await desk.chat.edit(posted, await wanted(desk, run))


async def wanted(desk: Desk, run: Run) -> CoverWanted:
    row = (await desk.store.recall(ASKS) or {}).get(run.data["ask"])
    if row is None:
        raise Rejected("Nobody waits for that any more.")
    until = datetime.fromisoformat(row["until"])
    return CoverWanted(run.data["ask"], row["by"], row["title"], until, row.get("taken_by"))


# words


def meant(desk: Desk, word: str) -> Schedule:
    """The schedule of that name, the first for "". Refused when there is none."""
    known = desk.book.oncall
    if not known.all:
        raise Refused("This policy has no schedules. Its oncall.yml can have some; docs/policies.md says how.")
    found = known.find(word) if word else known.all[0]
    if found is None:
        raise Refused(f"There is no schedule *{word}*. This team has {', '.join(each.title for each in known.all)}.")
    return found


def bounded(length: timedelta | None, example: str) -> timedelta:
    if length is None or not timedelta() < length <= LONGEST:
        raise Refused(f"For how long, up to {LONGEST.days} days? For example: /incident oncall {example}")
    return length


def recent(asked: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {id: row for id, row in asked.items() if datetime.fromisoformat(row["until"]) > now - covers.KEPT}


def spoken(at: datetime) -> str:
    """
    >>> from datetime import UTC
    >>> spoken(datetime(2026, 11, 24, 15, tzinfo=UTC))
    'Tue 24 Nov 15:00 UTC'
    """
    return f"{at:%a %-d %b %H:%M} UTC"
