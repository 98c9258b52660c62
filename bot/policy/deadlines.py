"""What must be done by when: who must have heard by then, and what must be written (deadlines.yml)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from bot.policy.calendar import Calendar
from bot.policy.communications import Communications, What
from bot.policy.model import Channel, Due, Id, Part, Span, Title

Since = Literal["declared", "graded", "acknowledged", "resolved"]
MetBy = Literal["announced", "acknowledged", "update", "told", "ended", "postmortem", "hand"]
#: what may have to reach a certain channel to count, and what an audience has to hear for that
HEARD: Mapping[str, tuple[What, ...]] = {
    "announced": ("declared",),
    "update": ("update",),
    "told": ("declared", "update", "resolved"),
    "ended": ("resolved",),
}
MEANS: Mapping[MetBy, str] = {
    "announced": "the announcement",
    "acknowledged": "an acknowledgement",
    "update": "an update",
    "told": "a declaration, an update or an ending",
    "ended": "the news that it is over",
    "postmortem": "the postmortem",
    "hand": "saying so",
}


class Deadline(Part):
    """
    `title` says what will have been done: "Customers told". It is due `within` so long `since` the incident was
    declared (or last reopened), since its severity was set, since it was acknowledged, or since it was resolved; with
    `every` it is due again so long after each time it was met, while the incident is open.

    `met_by` is what meets it; with `channel` that counts once it has reached the channel, and `told` is any message
    that people there get of an incident. Anybody can say of each that it is done. `remind_before` the time somebody is
    reminded; when it is missed the lead is, and after `call_after` level `then_call` is called.
    """

    id: Id
    title: Title
    severities: tuple[Id, ...]
    within: Due
    since: Since = "declared"
    every: Span | None = None
    met_by: MetBy = "hand"
    channel: Channel | None = None
    remind_before: Span = timedelta()
    then_call: Id | None = None
    call_after: Span = timedelta()
    aliases: tuple[str, ...] = ()

    @property
    def means(self) -> str:
        """What meets it, in words."""
        return f"{MEANS[self.met_by]} in #{self.channel}" if self.channel else MEANS[self.met_by]

    def met_with(self, what: MetBy, channel: str | None) -> bool:
        """Whether `what`, which reached `channel`, meets it."""
        return self.channel == channel and self.met_by in (what, "told")


@dataclass(frozen=True)
class Moments:
    """What deadlines count from (UTC). `missed` holds those on record as (id, when they were due)."""

    severity: str
    opened_at: datetime
    graded_at: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    over: bool = False
    missed: Collection[tuple[str, datetime]] = frozenset()


class DueDeadline(NamedTuple):
    deadline: Deadline
    due: datetime


@dataclass(frozen=True)
class Standing:
    """
    How a deadline stands. `open` is whether it is still to be met, `missed` whether it is on record that it was not met
    in time and it was not met since, `met_at` when it was met last.
    """

    deadline: Deadline
    due: datetime
    open: bool
    missed: bool = False
    met_at: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether it was met, and too late. Of one that repeats only the next time counts."""
        return self.met_at is not None and not self.open and self.deadline.every is None and self.met_at > self.due


class Deadlines(Part):
    """`remind` is the role whose holder is reminded before the time; the lead while nobody holds it."""

    deadlines: tuple[Deadline, ...] = ()
    remind: Id | None = None

    @property
    def all(self) -> tuple[Deadline, ...]:
        return self.deadlines

    def plan(self, moments: Moments, met: Mapping[str, datetime], calendar: Calendar) -> tuple[DueDeadline, ...]:
        """What is still to be done, soonest first. `met` holds when each was met last."""
        stands = (each for each in self.standing(moments, met, calendar) if each.open)
        return tuple(DueDeadline(each.deadline, each.due) for each in by_urgency(stands))

    def standing(self, moments: Moments, met: Mapping[str, datetime], calendar: Calendar) -> tuple[Standing, ...]:
        """How those of the severity stand, in the order of the policy; what nobody needs any more is left out."""
        mine = (each for each in self.deadlines if moments.severity in each.severities)
        stands = (_standing(each, moments, met.get(each.id), calendar) for each in mine)
        return tuple(each for each in stands if each)


def reached(talk: Communications, deadline: Deadline, severity: str) -> bool:
    """Whether what meets the deadline ever comes to its channel; every announcement is in the incidents channel."""
    channel, heard = deadline.channel, HEARD.get(deadline.met_by, ())
    if channel is None or (channel == talk.incidents_channel and "declared" in heard):
        return True
    return any(channel in talk.audience(severity, what) for what in heard)


def by_urgency(stands: Iterable[Standing]) -> list[Standing]:
    """Missed ones first, then the soonest."""
    return sorted(stands, key=lambda each: (not each.missed, each.due))


def _standing(deadline: Deadline, moments: Moments, met_at: datetime | None, calendar: Calendar) -> Standing | None:
    """None while it has not begun to count, and when the incident ended before it was met or missed."""
    begun = _begun(deadline, moments)
    if begun is None:
        return None
    after_end = deadline.since == "resolved"
    if met_at and met_at < (begun if after_end else moments.opened_at):
        met_at = None
    counts = after_end or not moments.over
    due = _first(deadline, begun, moments, calendar)
    if deadline.every and met_at and counts:
        due = met_at + deadline.every
    still = counts and (met_at is None or deadline.every is not None)
    missed = (still or met_at is None) and (deadline.id, due) in moments.missed
    return Standing(deadline, due, still, missed, met_at) if still or missed or met_at else None


def _begun(deadline: Deadline, moments: Moments) -> datetime | None:
    return {
        "declared": moments.opened_at,
        "graded": moments.graded_at,
        "acknowledged": moments.acknowledged_at,
        "resolved": moments.resolved_at,
    }[deadline.since]


def _first(deadline: Deadline, begun: datetime, moments: Moments, calendar: Calendar) -> datetime:
    """When it is due first. What was over when the severity was set could not be met: it counts from there."""
    due = calendar.after(begun, deadline.within)
    in_vain = deadline.since != "resolved" and due < moments.graded_at and (deadline.id, due) not in moments.missed
    return calendar.after(moments.graded_at, deadline.within) if in_vain else due
