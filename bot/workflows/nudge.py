"""The room's clocks: the next update, and somebody in command. A timer decides, a run says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain import facts
from bot.domain.incident import Incident
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import Nudge
from bot.policy.cadence import Volume
from bot.ports import Books
from bot.workflows.beneath import beneath
from bot.workflows.desk import Desk, home_lane, known, record


async def arm(desk: Desk, books: Books, incident: Incident, at: datetime) -> Incident:
    """Start both clocks afresh: the next update counted from `at`, and the prompt for a commander."""
    await arm_lead(desk, books, incident, at)
    first = desk.book_of(incident).cadence.first(incident.severity, incident.stage)
    promised, fact = incident.witness(facts.Promised(at + first if first else None), at)
    await record(books, promised, fact)
    await arm_update(desk, books, promised, at)
    return promised


async def rearm(desk: Desk, books: Books, incident: Incident, at: datetime) -> Incident:
    """
    Both clocks for a new severity, counted from `at`; of what runs already the earlier moment stays.

    What people were promised is never put off in silence.
    """
    await rearm_lead(desk, books, incident, at)
    every = desk.book_of(incident).cadence.every(incident.severity, incident.stage)
    promises = (incident.promised, at + every if every else None)
    earliest = min((moment for moment in promises if moment), default=None)
    if earliest != incident.promised:
        incident, fact = incident.witness(facts.Promised(earliest), at)
        await record(books, incident, fact)
        await rearm_update(desk, books, incident, at)
    elif earliest and at < desk.book_of(incident).cadence.reminder(earliest, incident.severity):
        await rearm_update(desk, books, incident, at)
    return incident


async def rearm_update(desk: Desk, books: Books, incident: Incident, at: datetime) -> None:
    """Remind as the severity asks, or when the clock that runs (perhaps put off) says so, if that is earlier."""
    due, running = incident.next_update, await books.due(incident.id, "update")
    if due is None or running is None:
        await arm_update(desk, books, incident, at)
        return
    reminder = desk.book_of(incident).cadence.reminder(due, incident.severity)
    moment = min(running, due if reminder <= at else reminder)
    await set_update(books, incident, due, times=int(moment >= due), moment=moment)


async def rearm_lead(desk: Desk, books: Books, incident: Incident, at: datetime) -> None:
    """Prompt as the severity asks; a prompt that comes earlier anyway stays."""
    after = desk.book_of(incident).cadence.prompt_lead_after(incident.severity)
    running = await books.due(incident.id, "lead")
    if after is None or running is None or at + after < running:
        await arm_lead(desk, books, incident, at)


async def disarm(books: Books, incident: Incident) -> None:
    await books.drop_timers(incident.id, "update")
    await books.drop_timers(incident.id, "lead")


async def arm_update(desk: Desk, books: Books, incident: Incident, at: datetime) -> None:
    """Remind before the promised time of the next update; without a promise, of nothing."""
    due = incident.next_update
    if due is None:
        await books.drop_timers(incident.id, "update")
        await books.want(incident.id, "watch")
        return
    moment = desk.book_of(incident).cadence.reminder(due, incident.severity)
    if moment <= at:
        await set_update(books, incident, due, times=1, moment=due)
    else:
        await set_update(books, incident, due, times=0, moment=moment)


async def set_update(books: Books, incident: Incident, due: datetime, times: int, moment: datetime) -> None:
    data = {"due": due.isoformat(), "times": times}
    await books.want(incident.id, "watch")
    await books.set_timer(NewTimer("update", incident.id, moment, data, f"{incident.id}:update"))


async def update_clock(desk: Desk, books: Books, timer: Timer) -> None:
    """The next update is due soon, or was missed; the next reminder is louder."""
    incident = await known(books, timer.subject)
    due, now = datetime.fromisoformat(timer.data["due"]), books.now
    if incident.over:
        return
    if until := incident.paused_until:
        await books.set_timer(NewTimer(timer.kind, incident.id, until, timer.data, timer.key))
        return
    times = max(timer.data["times"], 1) if now >= due else 0
    cadence = desk.book_of(incident).cadence
    again = cadence.missed(due, times + 1)
    if again <= now:
        again = now + cadence.missed_again_every
    await set_update(books, incident, due, times + 1, again)
    what = "update_missed" if times else "update_due"
    await start(books, incident, what, max(times, 1), {"due": timer.data["due"], "updates": len(incident.updates)})


async def arm_lead(desk: Desk, books: Books, incident: Incident, at: datetime) -> None:
    """Prompt the room while nobody commands, if its severity asks for somebody."""
    book = desk.book_of(incident)
    after = book.cadence.prompt_lead_after(incident.severity)
    if incident.over or book.roles.lead in incident.roles or after is None:
        await books.drop_timers(incident.id, "lead")
        return
    await set_lead(books, incident, at + after, 1)


async def set_lead(books: Books, incident: Incident, moment: datetime, times: int) -> None:
    await books.set_timer(NewTimer("lead", incident.id, moment, {"times": times}, f"{incident.id}:lead"))


async def lead_clock(desk: Desk, books: Books, timer: Timer) -> None:
    """Nobody commands yet: ask, and ask again."""
    incident = await known(books, timer.subject)
    book, times = desk.book_of(incident), timer.data["times"]
    if incident.over or book.roles.lead in incident.roles:
        return
    if until := incident.paused_until:
        await set_lead(books, incident, until, times)
        return
    if times < book.cadence.prompt_lead_times:
        await set_lead(books, incident, books.now + book.cadence.prompt_lead_every, times + 1)
    await start(books, incident, "no_lead", times, {})


async def start(books: Books, incident: Incident, what: str, times: int, data: dict[str, Any]) -> None:
    after, fact = incident.witness(facts.Nudged(what, times), books.now)
    await record(books, after, fact)
    said = {"what": what, "times": times, "at": books.now.isoformat(), **data}
    seats = ((home_lane(incident.id), "nudge"),)
    await books.start(NewRun("nudge", incident.id, said, seats=seats, priority=2))


async def nudge(desk: Desk, run: Run) -> None:
    """Say it, if it is still so when its turn comes."""
    if not await still_so(desk, run):
        return

    place = await beneath(desk, run, "nudge")

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(place(incident), reminder(desk, incident, run), key)

    lane = home_lane(run.subject)
    await run.keyed("nudge", post, label="Reminding the room", lane=lane, patience=Patience.DECORATION)


async def still_so(desk: Desk, run: Run) -> bool:
    incident = await desk.incident(run.subject)
    if incident.over:
        return False
    if run.data["what"] == "no_lead":
        return desk.book_of(incident).roles.lead not in incident.roles
    return bool(len(incident.updates) == run.data["updates"])


def reminder(desk: Desk, incident: Incident, run: Run) -> Nudge:
    book, what, times = desk.book_of(incident), run.data["what"], run.data["times"]
    due = datetime.fromisoformat(run.data["due"]) if "due" in run.data else None
    missed = times if what == "update_missed" else 0
    holders = (incident.roles.get(role) for role in book.cadence.mentions(missed))
    mention = tuple(dict.fromkeys(person for person in holders if person))
    volume = Volume.ROOM if what == "no_lead" else book.cadence.volume(missed)
    at = datetime.fromisoformat(run.data["at"])
    return Nudge(book, incident, what, times, at, due, volume, mention)
