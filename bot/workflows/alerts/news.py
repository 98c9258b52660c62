"""The room hears of alerts that came and of those that are well again: what came within a while, in one message."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.alert import AlertGroup
from bot.domain.incident import Incident
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.runs import Run
from bot.messages import AlertNews
from bot.ports import Books
from bot.workflows.desk import Desk, home_lane, known, urgency
from bot.workflows.told import at_home

KIND = "alerts"
#: after so long without a message the next comes as soon as the first
CALM = timedelta(minutes=10)
LONGEST = timedelta(minutes=5)


async def expect(desk: Desk, books: Books, incident: Incident) -> None:
    """
    Tell the room soon of what nobody has told it yet; the more often it was told of late, the later.

    An alert that comes and goes is told of ever less often.
    """
    if await books.due(incident.id, KIND) is not None:
        return
    said = await books.recall(name(incident)) or {"times": 0, "at": books.now.isoformat()}
    times = said["times"] if books.now - datetime.fromisoformat(said["at"]) <= CALM else 0
    key, at = f"{incident.id}:{KIND}", books.now + pause(desk.book.routing.settle, times)
    await books.set_timer(NewTimer(KIND, incident.id, at, {"times": times}, key, urgency(desk, incident)))


def pause(settle: timedelta, times: int) -> timedelta:
    """
    How long what comes is gathered, when it was told so often of late.

    >>> [pause(timedelta(seconds=15), times).seconds for times in (0, 1, 2, 9)]
    [15, 30, 60, 300]
    """
    longer: int = 2 ** min(times, 10)
    return min(settle * longer, max(LONGEST, settle))


def name(incident: Incident) -> str:
    return f"alerts:told:{incident.id}"


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    """Say what came and what is well; of an incident that is over only what fires again."""
    incident = await known(books, timer.subject)
    groups = await books.alert_groups(incident.id)
    came = [each.id for each in groups if each.new]
    well = [each.id for each in groups if each.well and not each.firing and not incident.over]
    await books.tell_alerts(incident.id)
    if not (came or well):
        return
    await books.remember(name(incident), {"times": timer.data["times"] + 1, "at": books.now.isoformat()})
    data = {"came": came, "well": well}
    seats = ((home_lane(incident.id), "news"),)
    await books.start(NewRun("alert_news", incident.id, data, seats=seats, priority=4))


async def tell(desk: Desk, run: Run) -> None:
    incident = await desk.incident(run.subject)
    groups = await desk.store.alert_groups(incident.id)
    firing = sum(each.firing > 0 for each in groups)
    message = AlertNews(
        desk.book_of(incident), incident, among(groups, run.data["came"]), among(groups, run.data["well"]), firing
    )  # fmt: skip
    await at_home(desk, run, "news", message)


def among(groups: list[AlertGroup], ids: list[str]) -> tuple[AlertGroup, ...]:
    wanted = set(ids)
    return tuple(each for each in groups if each.id in wanted)
