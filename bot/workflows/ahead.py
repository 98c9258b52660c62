"""What the policy has still to come for an incident, as it stands now."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.incident import Incident
from bot.policy.book import Book
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
