"""Status updates: numbered, in the room and before the audiences, each with the promised time of the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import Sentence, UpdatePost
from bot.policy.book import Book
from bot.policy.communications import What
from bot.ports import Books
from bot.workflows import deadlines, nudge
from bot.workflows.desk import Desk, Gesture, channel_lane, home_lane, known, record


@dataclass(frozen=True)
class Form:
    """
    What the person wrote. `more` holds the team's own fields by id; `next_in` None means the policy's cadence.
    """

    state: str
    impact: str = ""
    actions: str = ""
    next_steps: str = ""
    help_needed: str = ""
    next_in: timedelta | None = None
    more: Mapping[str, str] = field(default_factory=dict)


async def post(desk: Desk, gesture: Gesture, id: str, form: Form) -> Sentence:
    """Post the next update. It resets the reminder."""
    if not form.state.strip():
        raise Refused("An update needs words. For example: /incident update half of the payments work again")

    last_at: datetime | None = None

    def act(incident: Incident) -> tuple[Incident, Fact]:
        nonlocal last_at
        last_at = incident.updated_at
        return incident.tell(written(desk, incident, gesture, form), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.Updated)
        await nudge.arm_update(desk, books, incident, gesture.at)
        before = last_at.isoformat() if last_at else None
        data = {"number": fact.event.number, "at": fact.at.isoformat(), "last_at": before}
        await publish(desk, books, incident, "update", data, fact.by)
        await deadlines.mark(desk, books, incident, "update", gesture.at)
        return f"Update {fact.event.number} of {incident.name} is on its way."

    return await desk.change(gesture, id, act, then)


def written(desk: Desk, incident: Incident, gesture: Gesture, form: Form) -> facts.Updated:
    book = desk.book_of(incident)
    every = form.next_in or book.cadence.every(incident.severity, incident.stage)
    next_at = gesture.at + every if every and not incident.over else None
    return facts.Updated(
        number=0, status=incident.status, severity=incident.severity, state=form.state.strip(),
        impact=form.impact.strip(), actions=form.actions.strip(), next_steps=form.next_steps.strip(),
        help_needed=form.help_needed.strip(), next_at=next_at, more=own(book, form.more),
    )  # fmt: skip


def own(book: Book, more: Mapping[str, str]) -> dict[str, str]:
    """
    Every field of the team's own, "" where nothing was said, so that templates can name it.

    What was said in a field that the policy does not have is kept: the dialog was opened under another policy.
    """
    said = {id: text.strip() for id, text in more.items() if text.strip()}
    return {**dict.fromkeys(book.communications.own_fields, ""), **said}


async def publish(desk: Desk, books: Books, incident: Incident, kind: str, data: dict[str, object], asker: str) -> None:
    """Start a run that speaks to the room and to each audience of the severity, in commit order there."""
    what: What = "update" if kind == "update" else "resolved"
    audiences = () if incident.restricted else desk.book_of(incident).communications.audience(incident.severity, what)
    seats = ((home_lane(incident.id), "room"), *((channel_lane(c), f"audience:{c}") for c in audiences))
    await books.start(
        NewRun(kind, incident.id, {**data, "audiences": list(audiences)}, asker=asker, seats=seats, priority=2)
    )


async def spread(desk: Desk, run: Run) -> None:
    """Post an update in the room and before the audiences, side by side."""
    await run.together(to_room(desk, run), *(to_audience(desk, run, channel) for channel in run.data["audiences"]))


async def to_room(desk: Desk, run: Run) -> None:
    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(desk.home_of(incident), posted(desk, incident, run, audience=False), key)

    await run.keyed("room", send, label=f"Posting update {run.data['number']}", lane=home_lane(run.subject))


async def to_audience(desk: Desk, run: Run, channel: str) -> None:
    async def send(key: Key) -> str | None:
        incident = await desk.incident(run.subject)
        if incident.restricted:
            return None
        place = await desk.directory.channel(channel)
        return await desk.chat.post(place, posted(desk, incident, run, audience=True), key)

    async def told(books: Books, message: Any) -> None:
        if message is None:
            return
        event = facts.UpdateTold(run.data["number"], channel)
        after, fact = (await known(books, run.subject)).witness(event, books.now)
        await record(books, after, fact)
        await deadlines.mark(desk, books, after, "update", books.now, channel)

    label = f"Posting update {run.data['number']} in #{channel}"
    await run.keyed(f"audience:{channel}", send, label=label, lane=channel_lane(channel), then=told)


def posted(desk: Desk, incident: Incident, run: Run, audience: bool) -> UpdatePost:
    number = run.data["number"]
    at, before = datetime.fromisoformat(run.data["at"]), run.data.get("last_at")
    last_at = datetime.fromisoformat(before) if before else None
    update = incident.updates[number - 1]
    return UpdatePost(desk.book_of(incident), incident, update, str(run.asker), at, audience, last_at)


async def snooze(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """Put the reminder off; the next one is not louder for it."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        due = incident.next_update
        if due is None:
            raise Refused(f"No update of {incident.name} is due.")
        until = gesture.at + desk.book_of(incident).cadence.snooze
        after, fact = incident.add(facts.Snoozed("update", until), gesture.by, gesture.at)
        await record(books, after, fact)
        await nudge.set_update(books, incident, due, 1 if until >= due else 0, until)
        return Sentence(f"Snoozed. The next reminder comes at {until:%H:%M} UTC.", incident=id)

    return await desk.decide(gesture, decision)
