"""Audiences that hear of an incident when it is declared, or when it becomes one that they hear of."""

from __future__ import annotations

from typing import Any

from bot.domain import facts
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import Announcement
from bot.ports import Books
from bot.workflows import deadlines
from bot.workflows.desk import Desk, channel_lane, claim, known, record


async def start(desk: Desk, books: Books, incident: Incident, asker: str) -> None:
    """Tell the audiences of the severity that nobody has told yet. The incidents channel has the announcement."""
    if incident.restricted:
        return
    told = desk.book_of(incident).communications
    wanted = [told.incidents_channel, *told.audience(incident.severity, "declared")]
    new = await claim(books, "informed", incident.id, wanted)
    if channels := [channel for channel in new if channel != told.incidents_channel]:
        seats = tuple((channel_lane(channel), f"audience:{channel}") for channel in channels)
        await books.start(
            NewRun("inform", incident.id, {"audiences": channels}, asker=asker, seats=seats, priority=2)
        )  # fmt: skip


async def inform(desk: Desk, run: Run) -> None:
    await run.together(*(tell(desk, run, channel) for channel in run.data["audiences"]))


async def tell(desk: Desk, run: Run, channel: str) -> None:
    async def post(key: Key) -> str | None:
        incident = await desk.incident(run.subject)
        if incident.restricted:
            return None
        place = await desk.directory.channel(channel)
        return await desk.chat.post(place, Announcement(desk.book_of(incident), incident), key)

    async def told(books: Books, message: Any) -> None:
        if message is None:
            return
        after, fact = (await known(books, run.subject)).witness(facts.AudienceTold(channel), books.now)
        await record(books, after, fact)
        await deadlines.mark(desk, books, after, "announced", books.now, channel)

    label = f"Telling #{channel}"
    await run.keyed(f"audience:{channel}", post, label=label, lane=channel_lane(channel), then=told)
