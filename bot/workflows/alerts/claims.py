"""People decide about alerts that belong to no incident: declare them, or put them to one that is open."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import AlertGroup
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.messages import AlertList, Sentence
from bot.ports import Books, KeptAlert
from bot.workflows.alerts import belonging, offers
from bot.workflows.declare import MONITORING, Order, open_incident, opening
from bot.workflows.desk import Desk, Gesture, known
from bot.workflows.told import say

#: begins the word for all groups of an offer
OFFER = "offer:"
GONE = "That is well again or belongs to an incident by now. /incident alerts shows what fires."


async def declare(desk: Desk, gesture: Gesture, word: str) -> Sentence:
    """Open an incident for the group of that key, or for all of an offer. Refused when none of them fires outside."""

    async def decision(books: Books) -> Sentence:
        kept = stand_ins(await meant(books, word))
        severity = belonging.gravest(
            desk.book, [(each, desk.book.routing.route(each.alert, each.grade)) for each in kept]
        )
        words = belonging.title(kept)
        opened = await open_incident(desk, books, gesture, words, severity, Order(words, source=MONITORING))
        await move(books, await known(books, opened.id), kept)
        return Sentence(opening(opened, severity, said=True), incident=opened.id)

    return await desk.decide(gesture, decision)


async def join(desk: Desk, gesture: Gesture, id: str, word: str) -> Sentence:
    """Put them to an incident that is open."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if incident.over:
            raise Refused(f"{incident.name} is over. To work on it again: /incident reopen {incident.name} why")
        kept = stand_ins(await meant(books, word))
        after = await move(books, incident, kept)
        names = belonging.counted(named(each) for each in kept)
        await say(books, after, f"🔔 {gesture.by} put alerts here: {names}.")
        return Sentence(f"{names}: with {after.name} now.", incident=id)

    return await desk.decide(gesture, decision)


async def meant(books: Books, word: str) -> list[AlertGroup]:
    """The groups that fire outside incidents and are meant. Refused when there are none."""
    firing = [each for each in await books.alert_groups(None) if each.firing]
    if word.startswith(OFFER):
        offer = (await books.recall(offers.NAME) or {}).get(word.removeprefix(OFFER), {})
        found = [each for each in firing if each.id in offer.get("groups", ())]
    else:
        found = [each for each in firing if each.key == word]
    if not found:
        raise Refused(GONE)
    return found


async def move(books: Books, incident: Incident, kept: Sequence[KeptAlert]) -> Incident:
    for each in kept:
        await books.move_alerts(each.group, incident.id)
    return await belonging.attach(books, incident, kept)


def stand_ins(groups: Sequence[AlertGroup]) -> list[KeptAlert]:
    """For each group the alert that stands for it."""
    return [
        KeptAlert(each.alert, each.id, each.grade, None, each.alert.since, each.alert.since, each.count)
        for each in groups
    ]


def named(kept: KeptAlert) -> str:
    return f"{kept.alert.name} ({kept.alert.service})" if kept.alert.service else kept.alert.name


async def listing(desk: Desk, viewer: str, incident: Incident | None) -> AlertList:
    """The alerts of an incident or, without one, those that fire outside of any."""
    groups = await desk.store.alert_groups(incident.id if incident else None, viewer)
    if incident:
        return AlertList(desk.book_of(incident), tuple(groups), incident)
    open = await desk.store.incidents(viewer, limit=offers.MOST_OPEN)
    return AlertList(desk.book, tuple(each for each in groups if each.firing), None, tuple(open))
