"""What the policy has still to come for an incident, as it stands now."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.policy import deadlines
from bot.policy.book import Book
from bot.policy.deadlines import Deadlines, Standing
from bot.policy.escalation import Moments, Planned


def upcoming(book: Book, incident: Incident) -> tuple[Planned, ...]:
    """Who is called next by rule, soonest first; nobody once it is over, or while its clocks stand still."""
    if incident.over or incident.paused_until:
        return ()
    return book.escalation.plan(moments(incident), book.calendar)


def moments(incident: Incident) -> Moments:
    """What the clocks of the incident count from, since it was declared or last reopened."""
    graded = max(incident.graded_at or incident.opened_at, incident.opened_at)
    return Moments(
        severity=incident.severity,
        opened_at=incident.opened_at,
        graded_at=graded,
        acknowledged_at=incident.acknowledged_at,
        called={call.level: call.at for call in reversed(incident.calls)},
        stood_still=timedelta(seconds=incident.stood_still),
    )


def standings(book: Book, incident: Incident) -> tuple[Standing, ...]:
    """How the deadlines of the incident stand, the most urgent first: missed, to be met, met."""
    stands = in_force(book, incident.severity).standing(counted(incident), incident.met, book.calendar)
    return tuple(sorted(deadlines.by_urgency(stands), key=lambda each: not each.open))


def in_force(book: Book, severity: str) -> Deadlines:
    """Without what a policy below asks for and this one cannot do: where nobody is told, whom nobody can call."""
    levels = {level.id for level in book.escalation.levels}
    kept = (each for each in book.deadlines.all if deadlines.reached(book.communications, each, severity))
    called = (
        each if each.then_call in levels and each.since != "resolved" else each.model_copy(update={"then_call": None})
        for each in kept
    )
    return book.deadlines.model_copy(update={"deadlines": tuple(called)})


def counted(incident: Incident) -> deadlines.Moments:
    """What its deadlines count from, since it was declared or last reopened; they go on while others are paused."""
    return deadlines.Moments(
        severity=incident.severity,
        opened_at=incident.opened_at,
        graded_at=max(incident.graded_at or incident.opened_at, incident.opened_at),
        acknowledged_at=incident.acknowledged_at,
        resolved_at=incident.ended_at if incident.resolution else None,
        over=incident.over,
        missed={(id, datetime.fromisoformat(due)) for id, due in incident.missed},
    )
