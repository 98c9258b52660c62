"""One shift ends and the next begins: it is said once, and the user group is kept in step."""

from __future__ import annotations

from datetime import datetime

from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import GivenUp, Key
from bot.engine.runs import Run
from bot.messages import ShiftBegins
from bot.policy.oncall import Schedule
from bot.policy.shifts import WITHOUT
from bot.ports import Books
from bot.workflows import covers
from bot.workflows.desk import Desk, channel_lane
from bot.workflows.duty import look_up_all
from bot.workflows.home import stirring
from bot.workflows.restored import RESTORED

#: the subject of all that belongs to no incident here
ONCALL = "oncall"


async def arm(desk: Desk, now: datetime) -> None:
    """At the start: the record says who is on call, and every schedule has its timer. Nothing is said twice."""

    async def decide(books: Books) -> None:
        if await books.recall(RESTORED) and (due := await books.due(ONCALL, "oncall")) and due <= books.now:
            return  # its timer knows what it said before the backup was brought back
        for schedule in desk.book.oncall.all:
            await settle(desk, books, schedule)

    await desk.store.transact(decide, now)


async def change(desk: Desk, books: Books, timer: Timer) -> None:
    """A shift is over, perhaps a while ago."""
    if desk.book.oncall.has(timer.data["schedule"]):
        await settle(desk, books, desk.book.oncall.get(timer.data["schedule"]))


async def settle(desk: Desk, books: Books, schedule: Schedule) -> None:
    """
    Record who is on call now, tell of it if that is somebody else than before, and set the timer for the next change.

    Of a schedule that PagerDuty keeps nothing is said: PagerDuty does.
    """
    if desk.roster and schedule.pagerduty:
        return
    rota, name = await covers.rota(desk, books, schedule.id), f"oncall:standing:{schedule.id}"
    who, before, until = list(rota.on_call(books.now)), await books.recall(name), rota.next_change(books.now)
    if until:
        data = {"schedule": schedule.id}
        await books.set_timer(NewTimer("oncall", ONCALL, until, data, f"oncall:{schedule.id}"))
    if who != before:
        await books.remember(name, who)
        await stirring.stir(books)
        await begin(desk, books, schedule, who, before, until)


async def begin(
    desk: Desk, books: Books, schedule: Schedule, who: list[str], before: list[str] | None, until: datetime | None
) -> None:
    """The first time ever there is nothing to tell, but the group may hold others."""
    channel = channel_of(desk)
    data = {
        "schedule": schedule.id, "title": schedule.title, "group": schedule.group, "channel": channel,
        "who": who, "before": before, "until": until.isoformat() if until else None,
        "fallback": list(desk.book.oncall.fallback) if not who else [],
    }  # fmt: skip
    seats = () if before is None else ((channel_lane(channel), "announce"),)
    await books.start(NewRun("handover", ONCALL, data, seats=seats, priority=3))


def channel_of(desk: Desk) -> str:
    return desk.book.oncall.announce or desk.book.communications.incidents_channel


async def handover(desk: Desk, run: Run) -> None:
    """Put those on call into the user group, and say who they are if they were not before."""
    people = await look_up_all(desk, run, "who", run.data["who"])
    note = await staff(desk, run, people)
    if run.data["before"] is None:
        return
    before, fallback = await run.together(
        look_up_all(desk, run, "before", run.data["before"]), look_up_all(desk, run, "fallback", run.data["fallback"])
    )
    until = datetime.fromisoformat(run.data["until"]) if run.data["until"] else None
    if people and set(people) == set(before):
        return  # by name or by address they are the same
    said = tuple(people) or tuple(as_written(each) for each in run.data["who"] if not each.startswith(WITHOUT))
    message = ShiftBegins(run.data["title"], said, tuple(before), until, tuple(fallback), note)
    channel = run.data["channel"]

    async def post(key: Key) -> str:
        return await desk.chat.post(await desk.directory.channel(channel), message, key)

    await run.keyed("announce", post, label=f"Telling #{channel}", lane=channel_lane(channel))


async def staff(desk: Desk, run: Run, people: list[str]) -> str:
    """Why the group could not be changed; "" when it was, or when there is nothing to change."""
    group = run.data["group"]
    if not group or not people:
        return ""
    try:
        await run.step("staff", lambda: staffed(desk, group, people), label=f"Changing who @{group} is")
    except GivenUp as why:
        return f"@{group} keeps its members. {why.sentence}"
    return ""


async def staffed(desk: Desk, group: str, people: list[str]) -> None:
    await desk.directory.staff(group, people)


def as_written(principal: str) -> str:
    """
    What a policy calls somebody, for people.

    >>> as_written("group:oncall"), as_written("person:ana@example.org")
    ('@oncall', 'ana@example.org')
    """
    kind, _, name = principal.partition(":")
    return f"@{name}" if kind == "group" else name
