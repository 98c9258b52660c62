"""What was seen of the systems during an incident, what was kept of it, and what people make of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.event import Event


@dataclass(frozen=True)
class AlertRaised(Event):
    """
    Monitoring says that something is wrong, and it belongs to this incident.

    One fact for all alerts of `group` (a name and a service): the others are counted in the store. `grade` is an alert
    severity of the policy, or the source's word where the policy knows none.
    """

    TYPE = "alert_raised"
    group: str
    name: str
    grade: str
    source: str
    service: str = ""
    summary: str = ""
    link: str = ""


@dataclass(frozen=True)
class AlertCleared(Event):
    """The last alert of the group is well again."""

    TYPE = "alert_cleared"
    group: str
    name: str
    service: str = ""


@dataclass(frozen=True)
class Diagnosed(Event):
    """
    Probes were asked about `scope` (a service or a set, as people call it): `wrong` of `asked` found something.

    `cause` is the likeliest cause in the policy's words, "" when none is; `evidence` the id under which all of it is
    kept.
    """

    TYPE = "diagnosed"
    diagnosis: str
    scope: str
    asked: int
    wrong: int
    cause: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class EvidenceKept(Event):
    """`sha256` in hex is that of the content as kept, `size` its bytes; `kind` as in the store."""

    TYPE = "evidence_kept"
    id: str
    kind: str
    title: str
    sha256: str
    size: int


@dataclass(frozen=True)
class WatchBegan(Event):
    """The room is told when what the probes of `scope` find changes."""

    TYPE = "watch_began"
    scope: str


@dataclass(frozen=True)
class WatchEnded(Event):
    TYPE = "watch_ended"
    scope: str


@dataclass(frozen=True)
class WhyAnswered(Event):
    """The answer to why number `step` (1 to 5); "" takes an earlier one back."""

    TYPE = "why_answered"
    step: int
    text: str


@dataclass(frozen=True)
class RootCauseFound(Event):
    """What the whys led to; "" takes an earlier one back."""

    TYPE = "root_cause_found"
    text: str


@dataclass(frozen=True)
class CausePlaced(Event):
    """A cause on one branch of the fishbone (people, process, environment, materials, methods, machines)."""

    TYPE = "cause_placed"
    branch: str
    text: str


@dataclass(frozen=True)
class CauseRemoved(Event):
    TYPE = "cause_removed"
    branch: str
    text: str
