"""Once a day: what the policy keeps no longer is taken out, and the log of the workspace says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.incident import MUSTER, Incident
from bot.engine.journal import NewRun, NewTimer, Timer
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows.desk import Desk

#: the subject of what belongs to no incident here
SUBJECT = "record"
KIND = "retention"
#: in UTC, when hardly anybody works
HOUR = 4
MOST = 100_000


async def arm(desk: Desk, now: datetime) -> None:
    """At the start: the timer stands if the policy deletes anything, and does not if it keeps all."""

    async def decide(books: Books) -> None:
        if not deletes(desk):
            await books.drop_timers(SUBJECT, KIND)
        elif await books.due(SUBJECT, KIND) is None:
            await set_for(books, next_morning(books.now))

    await desk.store.transact(decide, now)


async def fall_due(desk: Desk, books: Books, timer: Timer) -> None:
    if deletes(desk):
        await books.start(NewRun(KIND, SUBJECT, priority=8))
        await set_for(books, next_morning(books.now))


async def set_for(books: Books, due: datetime) -> None:
    await books.set_timer(NewTimer(KIND, SUBJECT, due, {}, KIND))


def deletes(desk: Desk) -> bool:
    kept = desk.book.retention
    return kept.evidence is not None or kept.personal is not None


def next_morning(now: datetime) -> datetime:
    """
    >>> next_morning(datetime(2026, 11, 21, 3, 0, tzinfo=UTC)).isoformat()
    '2026-11-21T04:00:00+00:00'
    >>> next_morning(datetime(2026, 11, 21, 4, 0, tzinfo=UTC)).isoformat()
    '2026-11-22T04:00:00+00:00'
    """
    today = now.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


async def retain(desk: Desk, run: Run) -> None:
    """Each incident is a decision of its own; what was taken out before changes nothing."""
    kept = desk.book.retention
    ended = await desk.store.incidents(open=False, limit=MOST)
    for incident in ended:
        if past(incident, kept.evidence, run.now):
            await run.decide(f"evidence:{incident.id}", lambda books, i=incident: forget_evidence(books, i))  # type: ignore[misc]
        if past(incident, kept.personal, run.now):
            await run.decide(f"personal:{incident.id}", lambda books, i=incident: forget_words(books, i))  # type: ignore[misc]


def past(incident: Incident, span: timedelta | None, now: datetime) -> bool:
    return span is not None and incident.ended_at is not None and incident.ended_at + span <= now


async def forget_evidence(books: Books, incident: Incident) -> None:
    note = f"deleted by retention on {books.now:%d %b %Y}"
    if count := await books.forget_evidence(incident.id, note):
        pieces = "1 piece" if count == 1 else f"{count} pieces"
        await tell(books, incident, f"deleted the content of {pieces} of evidence of #{incident.number}", count)


async def forget_words(books: Books, incident: Incident) -> None:
    if count := await books.erase(incident.id):
        facts = "1 fact" if count == 1 else f"{count} facts"
        await tell(books, incident, f"erased what people typed in {facts} of #{incident.number}", count)
        await books.want(incident.id)


async def tell(books: Books, incident: Incident, text: str, count: int) -> None:
    await books.log("forgotten", f"{text}, as the policy has it", MUSTER, incident.id, {"count": count})
