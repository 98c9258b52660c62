"""An acknowledgement that nothing follows: whoever gave it is asked, and without an answer it counts no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts
from bot.domain.incident import Incident
from bot.domain.people import by_api
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.outcomes import Key, Patience
from bot.engine.runs import Run
from bot.messages import StillThere
from bot.ports import Books
from bot.workflows import escalate, page
from bot.workflows.desk import Desk, known, record, urgency
from bot.workflows.told import say


async def arm(desk: Desk, books: Books, incident: Incident) -> None:
    """Ask when nothing was heard for as long as the policy says; a sign of life begins that anew."""
    await books.drop_timers(incident.id, "lapse")
    await books.want(incident.id, "watch")
    after = length(desk, incident)
    heard = heard_at(incident)
    if after is None or heard is None or incident.over:
        await books.drop_timers(incident.id, "quiet")
        return
    await books.set_timer(NewTimer("quiet", incident.id, heard + after, {}, f"{incident.id}:quiet"))


def length(desk: Desk, incident: Incident) -> timedelta | None:
    """After how long without a word somebody is asked; None for never."""
    book = desk.book_of(incident)
    return book.escalation.pages.quiet(incident.severity, book.severities.ids)


def heard_at(incident: Incident) -> datetime | None:
    """When anybody was last heard of on it; None while nobody has acknowledged."""
    if incident.acknowledged_by is None:
        return None
    return max((at for at in (incident.heard_at, incident.active_at, incident.acknowledged_at) if at), default=None)


async def ask(desk: Desk, books: Books, timer: Timer) -> None:
    """Nothing was heard: are they still on it?"""
    incident = await known(books, timer.subject)
    pages, heard = desk.book_of(incident).escalation.pages, heard_at(incident)
    person = incident.acknowledged_by
    after = length(desk, incident)
    if incident.over or person is None or heard is None or after is None:
        return
    due = max(heard + after, incident.paused_until or heard)
    if due > books.now:
        await books.set_timer(NewTimer("quiet", incident.id, due, {}, timer.key))
        return
    asked, fact = incident.witness(facts.AckAsked(person), books.now)
    await record(books, asked, fact)
    until = books.now + pages.answer_within
    await books.start(NewRun("ask_still", asked.id, {"person": person, "until": until.isoformat()}, priority=0))
    await books.want(asked.id, "watch")
    key = f"{asked.id}:lapse"
    await books.set_timer(NewTimer("lapse", asked.id, until, {"person": person}, key, urgency(desk, asked)))


async def ask_still(desk: Desk, run: Run) -> None:
    person, until = run.data["person"], datetime.fromisoformat(run.data["until"])
    if by_api(person):
        return
    label = f"Asking {person} for a sign of life"
    place = await run.step("direct", lambda: desk.chat.direct(person), label=label, patience=Patience.DECORATION)

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(place, StillThere(desk.book_of(incident), incident, until), key)

    await run.keyed("ask", post, label=label, patience=Patience.DECORATION)


async def lapse(desk: Desk, books: Books, timer: Timer) -> None:
    """No answer: it counts as not acknowledged again, the same people are paged and the rules go on."""
    incident, person = await known(books, timer.subject), timer.data["person"]
    if incident.over or incident.acknowledged_by != person or incident.asked_at is None:
        return
    if (incident.active_at or incident.asked_at) > incident.asked_at:
        await arm(desk, books, incident)
        return
    lapsed, fact = incident.witness(facts.AckLapsed(person), books.now)
    await record(books, lapsed, fact)
    await say(books, lapsed, f"{person} acknowledged {lapsed.name} and has not been heard of since. It counts as not "
              "acknowledged: people are paged again.")  # fmt: skip
    await page.start(desk, books, lapsed, "")
    await escalate.plan(desk, books, lapsed, books.now)
