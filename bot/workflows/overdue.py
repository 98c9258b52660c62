"""The clock of a deadline: whoever can meet it is reminded before, the lead told when it is missed, a level called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain import facts
from bot.domain.incident import MUSTER, Incident, clock_time
from bot.engine.journal import NewRun, Timer
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import DeadlineList, DeadlineNudge
from bot.policy.book import Book
from bot.policy.deadlines import Standing
from bot.ports import Books
from bot.workflows import escalate
from bot.workflows.ahead import standings
from bot.workflows.beneath import beneath
from bot.workflows.deadlines import ON_TIME, arm, current
from bot.workflows.desk import Desk, home_lane, known, record, urgency

#: at least this urgent, whatever the severity: cards and updates come before what is left of them
LEAST, MOST = 4, 2


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    """Its time has come: look again how it stands, and do what is next."""
    incident, now = await known(books, timer.subject), books.now
    standing = current(desk.book_of(incident), incident, timer.data["deadline"])
    resting = incident.paused_until and incident.paused_until > now
    if standing and not resting and standing.due - standing.deadline.remind_before <= now:
        incident = await act(desk, books, incident, standing)
    await arm(desk, books, incident, now)


async def act(desk: Desk, books: Books, incident: Incident, standing: Standing) -> Incident:
    if standing.missed:
        return await call(desk, books, incident, standing)
    what = "missed" if standing.due <= books.now else "due"
    event = (
        facts.DeadlineMissed(standing.deadline.id, standing.deadline.title, standing.due) if what == "missed"
        else facts.Nudged("deadline_due", 1)
    )  # fmt: skip
    after, fact = incident.witness(event, books.now)
    await record(books, after, fact)
    data = {
        "deadline": standing.deadline.id, "what": what, "due": standing.due.isoformat(), "at": books.now.isoformat()
    }  # fmt: skip
    priority = min(MOST + urgency(desk, after), LEAST)
    seats = ((home_lane(after.id), "nudge"),)
    await books.start(NewRun("deadline", after.id, data, seats=seats, priority=priority))
    return after


async def call(desk: Desk, books: Books, incident: Incident, standing: Standing) -> Incident:
    """Call its level."""
    deadline, level = standing.deadline, standing.deadline.then_call
    due = standing.due + deadline.call_after
    if level is None or due > books.now:
        return incident
    reason = f"{deadline.title}: that was due at {clock_time(standing.due)} and is not done."
    rule = f"deadline:{deadline.id}"
    after = await escalate.call(desk, books, incident, level, reason, MUSTER, books.now, rule, due, insists=False)
    await escalate.plan(desk, books, after, books.now)
    return after


async def nudge(desk: Desk, run: Run) -> None:
    """Say it, if it is still so when its turn comes."""
    standing = still_so(desk, await desk.incident(run.subject), run)
    if standing is None:
        return

    place = await beneath(desk, run, "nudge")

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(place(incident), reminder(desk, incident, standing, run), key)

    lane = home_lane(run.subject)
    await run.keyed("nudge", post, label="Reminding of a deadline", lane=lane, patience=Patience.DECORATION)


def still_so(desk: Desk, incident: Incident, run: Run) -> Standing | None:
    """None when it was met meanwhile, or is due at another time."""
    standing = current(desk.book_of(incident), incident, run.data["deadline"])
    return standing if standing and standing.due == datetime.fromisoformat(run.data["due"]) else None


def reminder(desk: Desk, incident: Incident, standing: Standing, run: Run) -> DeadlineNudge:
    book, what, at = desk.book_of(incident), run.data["what"], datetime.fromisoformat(run.data["at"])
    mention = tuple(mentions(book, incident, missed=what == "missed"))
    late = at - standing.due
    return DeadlineNudge(
        book, incident, standing.deadline, what, standing.due, max(-late, timedelta()),
        late if late >= ON_TIME else timedelta(), mention,
    )  # fmt: skip


def mentions(book: Book, incident: Incident, missed: bool) -> Iterator[str]:
    """Who is named: the role that the policy has reminded before, the lead when it is missed; else the other."""
    roles = [book.deadlines.remind or book.roles.lead, book.roles.lead]
    held = [incident.roles[role] for role in (reversed(roles) if missed else roles) if role in incident.roles]
    yield from held[:1]


def listing(desk: Desk, incident: Incident) -> DeadlineList:
    """Every deadline and how it stands."""
    book = desk.book_of(incident)
    return DeadlineList(book, incident, standings(book, incident))
