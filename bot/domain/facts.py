"""
What can become true of an incident, and how it is kept.

A stored fact is `{type, v, data}` and outlives the code that wrote it: a changed event gets a higher `V` and an
upcaster from the version before; nothing stored is ever rewritten.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.access import Admitted as Admitted
from bot.domain.access import Denied as Denied
from bot.domain.access import Dismissed as Dismissed
from bot.domain.access import VisibilityChanged as VisibilityChanged
from bot.domain.calls import AckAsked as AckAsked
from bot.domain.calls import AckConfirmed as AckConfirmed
from bot.domain.calls import AckLapsed as AckLapsed
from bot.domain.calls import DeadlineMet as DeadlineMet
from bot.domain.calls import DeadlineMissed as DeadlineMissed
from bot.domain.calls import Escalated as Escalated
from bot.domain.calls import PageAnswered as PageAnswered
from bot.domain.calls import Paged as Paged
from bot.domain.calls import PageFailed as PageFailed
from bot.domain.calls import Paused as Paused
from bot.domain.calls import Resumed as Resumed
from bot.domain.calls import UpdateTold as UpdateTold
from bot.domain.event import Event as Event
from bot.domain.event import Fact as Fact
from bot.domain.event import Stage as Stage
from bot.domain.eyes import AlertCleared as AlertCleared
from bot.domain.eyes import AlertRaised as AlertRaised
from bot.domain.eyes import CausePlaced as CausePlaced
from bot.domain.eyes import CauseRemoved as CauseRemoved
from bot.domain.eyes import Diagnosed as Diagnosed
from bot.domain.eyes import EvidenceKept as EvidenceKept
from bot.domain.eyes import RootCauseFound as RootCauseFound
from bot.domain.eyes import WatchBegan as WatchBegan
from bot.domain.eyes import WatchEnded as WatchEnded
from bot.domain.eyes import WhyAnswered as WhyAnswered
from bot.domain.gathered import Captured as Captured
from bot.domain.gathered import CaptureEdited as CaptureEdited
from bot.domain.gathered import CaptureRemoved as CaptureRemoved
from bot.domain.gathered import Spoke as Spoke
from bot.domain.relations import Absorbed as Absorbed
from bot.domain.relations import CanvasWritten as CanvasWritten
from bot.domain.relations import HandedOff as HandedOff
from bot.domain.relations import Merged as Merged
from bot.domain.relations import Related as Related
from bot.domain.relations import Retitled as Retitled
from bot.domain.relations import RoomAdopted as RoomAdopted
from bot.domain.relations import RoomArchived as RoomArchived
from bot.domain.relations import RoomRenamed as RoomRenamed
from bot.domain.relations import RoomUnarchived as RoomUnarchived
from bot.domain.relations import Unrelated as Unrelated


@dataclass(frozen=True)
class Declared(Event):
    TYPE = "declared"
    id: str
    number: int
    title: str
    severity: str
    status: str
    policy: str
    words: str
    visibility: str = "open"
    kind: str = "real"
    source: str = "manual"
    label: str = ""


@dataclass(frozen=True)
class Classified(Event):
    """The answers to the policy's questions propose a severity `because`; `reason` is why another was taken."""

    TYPE = "classified"
    proposed: str
    because: str
    chosen: str
    reason: str = ""


@dataclass(frozen=True)
class PolicyAdopted(Event):
    """From here on the incident runs under the policy `name` with the hash `now`, and in its words."""

    TYPE = "policy_adopted"
    was: str
    now: str
    name: str
    severity: str
    status: str
    stage: Stage
    reason: str = ""


@dataclass(frozen=True)
class Acknowledged(Event):
    TYPE = "acknowledged"


@dataclass(frozen=True)
class SeverityChanged(Event):
    TYPE = "severity_changed"
    was: str
    now: str
    reason: str = ""


@dataclass(frozen=True)
class Moved(Event):
    TYPE = "moved"
    was: str
    now: str
    stage: Stage
    reason: str = ""


@dataclass(frozen=True)
class Resolved(Event):
    """`how` is fix, rollback or workaround."""

    TYPE = "resolved"
    was: str
    now: str
    how: str
    summary: str
    cause: str = ""


@dataclass(frozen=True)
class RoleTaken(Event):
    TYPE = "role_taken"
    role: str
    person: str
    before: str | None = None


@dataclass(frozen=True)
class RoleLeft(Event):
    TYPE = "role_left"
    role: str
    person: str


@dataclass(frozen=True)
class Noted(Event):
    TYPE = "noted"
    text: str


@dataclass(frozen=True)
class Updated(Event):
    """
    Status update number `number`; `next_at` is the promised time of the next one.

    `more` holds what the policy asks for besides, by the id of its field.
    """

    TYPE = "updated"
    number: int
    status: str
    severity: str
    state: str
    impact: str = ""
    actions: str = ""
    next_steps: str = ""
    help_needed: str = ""
    next_at: datetime | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Promised(Event):
    """The next update is due at `next_at`, from the policy's cadence; None when updates go out as needed."""

    TYPE = "promised"
    next_at: datetime | None


@dataclass(frozen=True)
class TaskAdded(Event):
    """
    `later` marks an action item that outlives the incident.

    `team` answers for it while nobody owns it; `rule` is the rule of the policy that asked for it, if one did.
    """

    TYPE = "task_added"
    id: int
    text: str
    owner: str | None = None
    later: bool = False
    due: datetime | None = None
    priority: str = ""
    category: str = ""
    team: str = ""
    rule: str = ""


@dataclass(frozen=True)
class TaskTaken(Event):
    TYPE = "task_taken"
    id: int
    owner: str


@dataclass(frozen=True)
class TaskDone(Event):
    TYPE = "task_done"
    id: int


@dataclass(frozen=True)
class ChecklistOpened(Event):
    """A checklist of the policy begins; `remind_at` is when people are told what is left on it."""

    TYPE = "checklist_opened"
    checklist: str
    title: str
    remind_at: datetime | None = None


@dataclass(frozen=True)
class ItemTicked(Event):
    TYPE = "item_ticked"
    item: str
    text: str


@dataclass(frozen=True)
class ItemCleared(Event):
    TYPE = "item_cleared"
    item: str
    text: str


@dataclass(frozen=True)
class ImpactRecorded(Event):
    """What is known of the harm, by field of the policy; a value of "" takes an earlier one back."""

    TYPE = "impact_recorded"
    values: Mapping[str, str]


@dataclass(frozen=True)
class GoAsked(Event):
    """Somebody asks whoever decides: go, or no-go?"""

    TYPE = "go_asked"
    id: int
    question: str


@dataclass(frozen=True)
class GoDecided(Event):
    TYPE = "go_decided"
    id: int
    go: bool
    reason: str = ""


@dataclass(frozen=True)
class RoomOpened(Event):
    """`room` is an opaque reference of the chat, `name` what people see."""

    TYPE = "room_opened"
    room: str
    name: str


@dataclass(frozen=True)
class Announced(Event):
    """The announcement stands at `message` in the incidents channel `channel` (opaque references)."""

    TYPE = "announced"
    channel: str
    message: str


@dataclass(frozen=True)
class AudienceTold(Event):
    """The audience in this channel was told that there is an incident."""

    TYPE = "audience_told"
    channel: str


@dataclass(frozen=True)
class Nudged(Event):
    """The room was reminded of `what` (update_due, update_missed, no_lead, checklist) for the `times`-th time."""

    TYPE = "nudged"
    what: str
    times: int


@dataclass(frozen=True)
class Snoozed(Event):
    TYPE = "snoozed"
    what: str
    until: datetime


@dataclass(frozen=True)
class GaveUp(Event):
    TYPE = "gave_up"
    what: str
    sentence: str


@dataclass(frozen=True)
class Retried(Event):
    TYPE = "retried"
    steps: int


@dataclass(frozen=True)
class PostmortemWritten(Event):
    TYPE = "postmortem_written"
    name: str


EVENTS: Mapping[str, type[Event]] = {cls.TYPE: cls for cls in Event.__subclasses__()}

#: (type, version found) → data of the next version
UPCASTERS: Mapping[tuple[str, int], Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}


def encode(event: Event) -> dict[str, Any]:
    """
    The stored form `{type, v, data}`; datetimes become ISO text.

    >>> encode(Noted("db is slow"))
    {'type': 'noted', 'v': 1, 'data': {'text': 'db is slow'}}
    """
    fields = dataclasses.asdict(event)  # type: ignore[call-overload]  # every event is a dataclass
    data = {name: _plain(value) for name, value in fields.items()}
    return {"type": event.TYPE, "v": event.V, "data": data}


def decode(stored: Mapping[str, Any]) -> Event:
    """The event behind a stored form of any earlier version. LookupError for a type this release does not know."""
    kind, version, data = stored["type"], stored["v"], stored["data"]
    if kind not in EVENTS:
        raise LookupError(f"This release of Muster does not know facts of type {kind!r}.")
    while (kind, version) in UPCASTERS:
        data, version = UPCASTERS[kind, version](data), version + 1
    cls = EVENTS[kind]
    return cls(**{f.name: _typed(f.type, data[f.name]) for f in dataclasses.fields(cls) if f.name in data})  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(annotation: object, value: Any) -> Any:
    if value is not None and str(annotation).startswith("datetime"):
        return datetime.fromisoformat(value)
    return Stage(value) if annotation == "Stage" else value
