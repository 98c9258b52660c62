"""Alerts outside incidents: offered to people, who may declare them; forgotten when they are well and old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import AlertOffer, AlertsWell
from bot.ports import Books
from bot.workflows.alerts.news import CALM, among, pause
from bot.workflows.desk import Desk, channel_lane

#: the subject of all that belongs to no incident here
ALERTS = "alerts"
#: what was offered, where, and when, by the offer's id
NAME = "alerts:offers"
MOST_NAMED = 10
MOST_OPEN = 3
KEPT = timedelta(days=1)
EVERY_DAY = timedelta(days=1)


async def expect(desk: Desk, books: Books) -> None:
    """Tell people soon of what nobody has told them yet; the more often they were told of late, the later."""
    if await books.due(ALERTS, "offers") is not None:
        return
    told = recent(await books.recall(NAME) or {}, books.now, CALM)
    due = books.now + pause(desk.book.routing.settle, len(told))
    await books.set_timer(NewTimer("offers", ALERTS, due, {}, "alerts:offers"))


async def expect_pruning(books: Books) -> None:
    if await books.due(ALERTS, "alerts_prune") is None:
        await books.set_timer(NewTimer("alerts_prune", ALERTS, books.now + EVERY_DAY, {}, "alerts:prune"))


async def prune(desk: Desk, books: Books, timer: Timer) -> None:
    await books.forget_alerts(books.now - desk.book.routing.keep)


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    """One message for all that came outside incidents, and one in the thread of each offer of which some are well."""
    groups = await books.alert_groups(None)
    await books.tell_alerts(None)
    offers = recent(await books.recall(NAME) or {}, books.now)
    for id, offer in offers.items():
        said = [[e.alert.name, e.alert.service] for e in groups if e.well and not e.firing and e.id in offer["groups"]]
        if said:
            await start(desk, books, "offer_well", {"offer": id, "names": said})
    if new := [each.id for each in groups if each.new]:
        id = str(ULID())
        offers[id] = {"groups": new, "at": books.now.isoformat()}
        await start(desk, books, "offer", {"offer": id, "groups": new})
    await books.remember(NAME, offers)


def recent(offers: dict[str, Any], now: datetime, length: timedelta = KEPT) -> dict[str, Any]:
    return {id: offer for id, offer in offers.items() if now - datetime.fromisoformat(offer["at"]) <= length}


async def start(desk: Desk, books: Books, kind: str, data: dict[str, Any]) -> None:
    channel = desk.book.routing.channel or desk.book.communications.incidents_channel
    seats = ((channel_lane(channel), "offer"),)
    await books.start(NewRun(kind, ALERTS, {**data, "channel": channel}, seats=seats, priority=3))


async def offer(desk: Desk, run: Run) -> None:
    """Post what still fires outside incidents."""
    channel = run.data["channel"]

    async def post(key: Key) -> str | None:
        message = await offered(desk, run.data["offer"], run.data["groups"])
        if not message.groups and not key.doubtful:
            return None
        return await desk.chat.post(await desk.directory.channel(channel), message, key)

    async def posted(books: Books, message: Any) -> None:
        offers = await books.recall(NAME) or {}
        if message and (kept := offers.get(run.data["offer"])):
            await books.remember(NAME, {**offers, run.data["offer"]: {**kept, "posted": message}})

    label = f"Telling #{channel} of alerts"
    await run.keyed("offer", post, label=label, lane=channel_lane(channel), then=posted)


async def offered(desk: Desk, id: str, ids: list[str]) -> AlertOffer:
    """Offer `id` of the groups with those ids, as far as they fire; restricted incidents are none to join."""
    groups = [g for g in among(await desk.store.alert_groups(None), ids) if g.firing]
    open = [incident for incident in await desk.store.incidents() if not incident.restricted][:MOST_OPEN]
    named, more = tuple(groups[:MOST_NAMED]), max(0, len(groups) - MOST_NAMED)
    return AlertOffer(desk.book, id, named, more, tuple(open))


async def well(desk: Desk, run: Run) -> None:
    """Say in the thread of the offer what is well again, if the offer was posted."""
    channel = run.data["channel"]

    async def post(key: Key) -> str | None:
        offer = (await desk.store.recall(NAME) or {}).get(run.data["offer"], {})
        if "posted" not in offer:
            return None
        names = tuple((name, service) for name, service in run.data["names"])
        return await desk.chat.post(offer["posted"], AlertsWell(names), key)

    label, lane = f"Telling #{channel} that alerts are well again", channel_lane(channel)
    await run.keyed("offer", post, label=label, lane=lane, patience=Patience.DECORATION)
