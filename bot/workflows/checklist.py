"""Checklists: each begins in its time, is ticked by button with who and when, and what is left of it is said once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident, fold
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import Nudge, Sentence
from bot.policy.cadence import Volume
from bot.policy.checklists import Checklist, Checklists
from bot.ports import Books
from bot.workflows import show
from bot.workflows.beneath import beneath
from bot.workflows.desk import Desk, Gesture, home_lane, known, record, urgency

# ticking


async def tick(desk: Desk, gesture: Gesture, id: str, item: str) -> Sentence:
    """The first tick counts; whoever comes later is told whose it was."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        return incident.tick(item, text_of(desk, incident, item), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        return f"Ticked: {text_of(desk, incident, item)}"

    return await desk.change(gesture, id, act, then)


async def untick(desk: Desk, gesture: Gesture, id: str, item: str) -> Sentence:
    def act(incident: Incident) -> tuple[Incident, Fact]:
        return incident.untick(item, text_of(desk, incident, item), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        return f"Not done after all: {text_of(desk, incident, item)}"

    return await desk.change(gesture, id, act, then)


def text_of(desk: Desk, incident: Incident, item: str) -> str:
    found = desk.book_of(incident).checklists.item(item)
    if found is None:
        raise Refused("That item is no longer on the checklist of this policy.")
    return found.text


async def tick_all(
    desk: Desk, books: Books, incident: Incident, items: Iterable[str], by: str, at: datetime
) -> Incident:
    """Those that are not ticked yet, as part of another decision; what the policy does not have is passed over."""
    lists, new = desk.book_of(incident).checklists, []
    for id in items:
        item = lists.item(id)
        if item and id not in incident.ticks:
            incident, fact = incident.tick(id, item.text, by, at)
            new.append(fact)
    if new:
        await record(books, incident, *new)
    return incident


# which lists an incident has


def relevant(lists: Checklists, incident: Incident) -> list[Checklist]:
    """Those of its severity, in the order of the policy, and before them those that began under another one."""
    now = lists.of(incident.severity)
    before = [found for id in incident.checklists if (found := lists.get(id)) and found not in now]
    return [*before, *now]


def current(lists: Checklists, incident: Incident) -> Checklist | None:
    """The one that is being worked off: the newest that began with something left on it, else the newest."""
    begun = [found for id in incident.checklists if (found := lists.get(id))]
    mine = [found for found in begun if found in lists.of(incident.severity)] or begun
    waiting = [found for found in mine if found.left(incident.ticks)]
    newest = (waiting or mine)[-1:]
    return newest[0] if newest else lists.response(incident.severity)


def begins(lists: Checklists, incident: Incident, at: datetime) -> list[Checklist]:
    """What should have begun by now and has not."""
    severity = incident.severity
    due = [*lists.on(severity, incident.status)]
    if incident.over:
        due += lists.closing(severity) if incident.resolution else ()
    else:
        later = (each for each in lists.later(severity) if each.after and incident.declared_at + each.after <= at)
        due = [*lists.at_start(severity), *due, *later]
    return [each for each in dict.fromkeys(due) if each.id not in incident.checklists]


# beginning


async def plan(desk: Desk, books: Books, incident: Incident, at: datetime) -> Incident:
    """Begin what severity and status ask for by now, once each, and set the clocks of what is to come."""
    lists = desk.book_of(incident).checklists
    if incident.ended_at == at:
        # what is left of a list is said all the same when the incident is open again by then
        await books.drop_timers(incident.id, "checklist")
    for listed in begins(lists, incident, at):
        incident = await begin(desk, books, incident, listed, at)
    if incident.over:
        await arm_closing(books, incident, lists, at)
        return incident
    for listed in lists.later(incident.severity):
        if listed.after and listed.id not in incident.checklists:
            due, key = incident.declared_at + listed.after, f"{incident.id}:checklist:{listed.id}"
            await books.set_timer(NewTimer("checklist", incident.id, due, {}, key))
    return incident


async def begin(desk: Desk, books: Books, incident: Incident, listed: Checklist, at: datetime) -> Incident:
    remind_at = at + listed.remind_after if listed.remind_after else None
    begun, fact = incident.open_checklist(listed.id, listed.title, remind_at, at)
    await record(books, begun, fact)
    if remind_at:
        await arm_left(books, incident, listed, remind_at)
    if not comes_with_card(desk, incident, listed):
        await start(books, incident, listed.id)
    return begun


def comes_with_card(desk: Desk, incident: Incident, listed: Checklist) -> bool:
    """While its place is not open yet: whoever opens that posts the first list beside the card."""
    first = desk.book_of(incident).checklists.response(incident.severity)
    return listed == first and not (incident.room or incident.announcement)


async def start(books: Books, incident: Incident, checklist: str) -> None:
    seats = ((home_lane(incident.id), "post"),)
    await books.start(NewRun("checklist", incident.id, {"checklist": checklist}, seats=seats, priority=3))


async def follow_to_room(desk: Desk, books: Books, incident: Incident) -> None:
    """Post those that stand in the thread in the room that is opening, behind the card and the first list."""
    lists = desk.book_of(incident).checklists
    first = lists.response(incident.severity)
    for listed in lists.of(incident.severity):
        if listed.id in incident.checklists and listed != first:
            await start(books, incident, listed.id)


async def later_clock(desk: Desk, books: Books, timer: Timer) -> None:
    """The time of a list has come."""
    incident = await known(books, timer.subject)
    if not incident.over:
        await plan(desk, books, incident, books.now)


# posting


async def post(desk: Desk, run: Run) -> None:
    """Post a list where people work on the incident, unless it stands there; it is edited from then on."""
    place = await beneath(desk, run, "post")

    async def send(key: Key) -> dict[str, str]:
        incident = await desk.incident(run.subject)
        kind = kind_of(desk, incident, run.data["checklist"])
        if await stands(desk, incident, kind):
            return {"kind": kind, "message": ""}
        message = await show.shown(desk, incident, kind)
        return {"kind": kind, "message": await desk.chat.post(place(incident), message, key)}

    async def posted(books: Books, found: Any) -> None:
        if found["message"]:
            incident = await known(books, run.subject)
            await books.place(incident.id, found["kind"], found["message"], urgency(desk, incident))
            await books.remember(show.mark(incident.id, found["kind"]), True)

    lane = home_lane(run.subject)
    await run.keyed("post", send, label="Posting a checklist", lane=lane, then=posted)


def kind_of(desk: Desk, incident: Incident, checklist: str) -> str:
    """The first list of the severity has no name of its own: a new severity shows another one in its place."""
    first = desk.book_of(incident).checklists.response(incident.severity)
    named = "checklist" if first and first.id == checklist else f"checklist:{checklist}"
    return named if incident.room else f"{named}{show.THREAD}"


async def stands(desk: Desk, incident: Incident, kind: str) -> bool:
    if await desk.store.recall(show.mark(incident.id, kind)):
        return True
    # earlier releases kept no mark
    return kind.removesuffix(show.THREAD) == "checklist" and await had_list(desk, incident)


async def had_list(desk: Desk, incident: Incident) -> bool:
    """Whether the severity of the declaration had a first list: then it stands since the card does."""
    declared = fold((await desk.store.facts(incident.id))[:1])
    return desk.book_of(declared).checklists.response(declared.severity) is not None


# reminding


async def arm_left(books: Books, incident: Incident, listed: Checklist, moment: datetime) -> None:
    key, data = f"{incident.id}:checklist_left:{listed.id}", {"checklist": listed.id}
    await books.set_timer(NewTimer("checklist_left", incident.id, moment, data, key))


async def arm_closing(books: Books, incident: Incident, lists: Checklists, at: datetime) -> None:
    """An incident that ends once more is asked once more for what was left of its closing lists."""
    if incident.ended_at != at:
        return
    for listed in lists.closing(incident.severity):
        if listed.id in incident.checklists and listed.remind_after:
            await arm_left(books, incident, listed, at + listed.remind_after)


async def left_clock(desk: Desk, books: Books, timer: Timer) -> None:
    """Say what is left of a list, if anything is and the list still counts."""
    incident = await known(books, timer.subject)
    if left(desk, incident, timer.data["checklist"]) is None:
        return
    after, fact = incident.witness(facts.Nudged("checklist", 1), books.now)
    await record(books, after, fact)
    data = {**timer.data, "at": books.now.isoformat()}
    seats = ((home_lane(incident.id), "nudge"),)
    await books.start(NewRun("checklist_left", incident.id, data, seats=seats, priority=2))


def left(desk: Desk, incident: Incident, checklist: str) -> Checklist | None:
    """The list, if something is left on it and it is its time: closing lists after the end, others before it."""
    listed = desk.book_of(incident).checklists.get(checklist)
    if listed is None or listed not in desk.book_of(incident).checklists.of(incident.severity):
        return None
    in_time = incident.resolution is not None and incident.over if listed.closing else not incident.over
    return listed if in_time and listed.left(incident.ticks) else None


async def remind(desk: Desk, run: Run) -> None:
    """Say it, if it is still so when its turn comes."""
    checklist, at = run.data["checklist"], datetime.fromisoformat(run.data["at"])
    if left(desk, await desk.incident(run.subject), checklist) is None:
        return

    place = await beneath(desk, run, "nudge")

    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        book = desk.book_of(incident)
        lead = incident.roles.get(book.roles.lead)
        message = Nudge(book, incident, "checklist", 1, at, None, Volume.LEAD, (lead,) if lead else (), checklist)
        return await desk.chat.post(place(incident), message, key)

    lane = home_lane(run.subject)
    await run.keyed("nudge", send, label="Reminding the room", lane=lane, patience=Patience.DECORATION)
