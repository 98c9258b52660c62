"""The incident: a value that only `apply(fact)` changes, and the decisions people take about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Event, Fact, Stage
from bot.domain.tasks import Task

MUSTER = "muster"
OVER = frozenset({Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED})


@dataclass(frozen=True)
class Tick:
    by: str
    at: datetime


@dataclass(frozen=True)
class Incident:
    """
    All that is true of one incident.

    People, rooms and messages are opaque references. `stages` holds when each stage was first reached since the
    incident was declared or last reopened, `gave_up` what Muster could not do and why since the last Retry, `version`
    how many facts it adds up.
    """

    id: str
    number: int
    title: str
    severity: str
    status: str
    stage: Stage
    policy: str
    declared_by: str
    declared_at: datetime
    words: str = ""
    visibility: str = "open"
    kind: str = "real"
    source: str = "manual"
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    room: str | None = None
    room_name: str | None = None
    announced_in: str | None = None
    announcement: str | None = None
    paged: tuple[str, ...] = ()
    gave_up: tuple[tuple[str, str], ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    updates: tuple[facts.Updated, ...] = ()
    updated_at: datetime | None = None
    promised: datetime | None = None
    tasks: tuple[Task, ...] = ()
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    stages: Mapping[Stage, datetime] = field(default_factory=dict)
    resolution: facts.Resolved | None = None
    resolved_by: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    reopened: int = 0
    version: int = 0

    @property
    def over(self) -> bool:
        return self.stage in OVER

    @property
    def next_update(self) -> datetime | None:
        """When the next update is promised; None when none is."""
        return None if self.over else self.promised

    @property
    def update(self) -> facts.Updated | None:
        """The newest update."""
        return self.updates[-1] if self.updates else None

    # decisions: each says what became true, or refuses in words

    def acknowledge(self, by: str, at: datetime) -> tuple[Incident, Fact]:
        self._must_be_open()
        if self.acknowledged_by is not None:
            raise AlreadyDone(f"{self.acknowledged_by} acknowledged it at {clock_time(self.acknowledged_at)}.")
        return self._so(facts.Acknowledged(), by, at)

    def regrade(self, severity: str, by: str, at: datetime, reason: str = "") -> tuple[Incident, Fact]:
        if severity == self.severity:
            raise AlreadyDone(f"#{self.number} is {severity} already.")
        return self._so(facts.SeverityChanged(self.severity, severity, reason), by, at)

    def move(
        self, status: str, stage: Stage, allowed: Collection[str], by: str, at: datetime, reason: str = ""
    ) -> tuple[Incident, Fact]:
        """Move to a status of the policy. `allowed` is what the policy lets follow the present one."""
        self._may(status, allowed)
        return self._so(facts.Moved(self.status, status, stage, reason), by, at)

    def resolve(
        self, status: str, allowed: Collection[str], how: str, summary: str, by: str, at: datetime
    ) -> tuple[Incident, Fact]:
        if self.stage in (Stage.RESOLVED, Stage.CLOSED) and self.resolution:
            raise AlreadyDone(f"{self.resolved_by} resolved it at {clock_time(self.stages[Stage.RESOLVED])}.")
        self._may(status, allowed)
        return self._so(facts.Resolved(self.status, status, how, summary), by, at)

    def take_role(
        self, role: str, person: str, by: str, at: datetime, *, only_if_vacant: bool = False
    ) -> tuple[Incident, Fact]:
        self._must_be_open()
        holder = self.roles.get(role)
        if holder == person:
            raise AlreadyDone(f"{person} holds that role already.")
        if holder and only_if_vacant:
            raise AlreadyDone(f"{holder} was faster and holds that role now. A handover: /incident role {role} @person")
        return self._so(facts.RoleTaken(role, person, holder), by, at)

    def leave_role(self, role: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        if role not in self.roles:
            raise AlreadyDone("Nobody holds that role.")
        return self._so(facts.RoleLeft(role, self.roles[role]), by, at)

    def note(self, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        if not text.strip():
            raise Refused("A note needs words. For example: /incident note the database is out of connections")
        return self._so(facts.Noted(text.strip()), by, at)

    def tell(self, update: facts.Updated, by: str, at: datetime) -> tuple[Incident, Fact]:
        """Post update number `len(updates) + 1`; the number in `update` is replaced by it."""
        numbered = replace(update, number=len(self.updates) + 1, status=self.status, severity=self.severity)
        return self._so(numbered, by, at)

    def add_task(
        self, text: str, owner: str | None, by: str, at: datetime, later: bool = False
    ) -> tuple[Incident, Fact]:
        if not text.strip():
            raise Refused("A task needs words. For example: /incident task @ana fail over the database")
        return self._so(facts.TaskAdded(len(self.tasks) + 1, text.strip(), owner, later), by, at)

    def take_task(self, id: int, owner: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        if self._task(id).owner == owner:
            raise AlreadyDone(f"Task {id} is with {owner} already.")
        return self._so(facts.TaskTaken(id, owner), by, at)

    def finish_task(self, id: int, by: str, at: datetime) -> tuple[Incident, Fact]:
        done = self._task(id)
        if done.done_by is not None:
            raise AlreadyDone(f"{done.done_by} finished task {id} at {clock_time(done.done_at)}.")
        return self._so(facts.TaskDone(id), by, at)

    def tick(self, item: str, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        if ticked := self.ticks.get(item):
            raise AlreadyDone(f"{ticked.by} ticked that at {clock_time(ticked.at)}.")
        return self._so(facts.ItemTicked(item, text), by, at)

    def untick(self, item: str, text: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        if item not in self.ticks:
            raise AlreadyDone("That is not ticked.")
        return self._so(facts.ItemCleared(item, text), by, at)

    def witness(self, event: Event, at: datetime) -> tuple[Incident, Fact]:
        """Something Muster itself did or saw: a room opened, a page sent, a step given up."""
        return self._so(event, MUSTER, at)

    def add(self, event: Event, by: str, at: datetime) -> tuple[Incident, Fact]:
        """An event with nothing to guard (a snooze, a retry)."""
        return self._so(event, by, at)

    # the record

    def apply(self, fact: Fact) -> Incident:
        """What is true after `fact`. An event without a rule here only counts."""
        change = CHANGES.get(type(fact.event))
        after = change(self, fact.event, fact) if change else self
        return replace(after, version=self.version + 1)

    def _so(self, event: Event, by: str, at: datetime) -> tuple[Incident, Fact]:
        fact = Fact(event, at, by)
        return self.apply(fact), fact

    def _may(self, status: str, allowed: Collection[str]) -> None:
        if status == self.status:
            raise AlreadyDone(f"#{self.number} is {status} already.")
        if status not in allowed:
            ways = ", ".join(allowed) or "nothing"
            raise Refused(f"#{self.number} is {self.status}; from there it can become: {ways}.")

    def _must_be_open(self) -> None:
        if self.over:
            raise Refused(f"#{self.number} is {self.status}. To work on it again: /incident reopen #{self.number} why")

    def _task(self, id: int) -> Task:
        if not 1 <= id <= len(self.tasks):
            listed = f"Its tasks are numbered 1 to {len(self.tasks)}." if self.tasks else "It has no tasks yet."
            raise Refused(f"#{self.number} has no task {id}. {listed}")
        return self.tasks[id - 1]


def declare(event: facts.Declared, by: str, at: datetime) -> tuple[Incident, Fact]:
    """A new incident and its first fact."""
    fact = Fact(event, at, by)
    return born(fact), fact


def born(fact: Fact) -> Incident:
    """The incident that a Declared fact begins."""
    event = fact.event
    assert isinstance(event, facts.Declared)
    return Incident(
        id=event.id, number=event.number, title=event.title, severity=event.severity, status=event.status,
        stage=Stage.ACTIVE, policy=event.policy, declared_by=fact.by, declared_at=fact.at, words=event.words,
        visibility=event.visibility, kind=event.kind, source=event.source,
        stages={Stage.ACTIVE: fact.at}, version=1,
    )  # fmt: skip


def fold(history: Collection[Fact]) -> Incident:
    """The incident that a whole history adds up to."""
    first, *rest = history
    incident = born(first)
    for fact in rest:
        incident = incident.apply(fact)
    return incident


def clock_time(at: datetime | None) -> str:
    """
    >>> from datetime import UTC
    >>> clock_time(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    '03:04 UTC'
    """
    return at.strftime("%H:%M UTC") if at else "an unknown time"


# what each event changes


def _moved(incident: Incident, event: facts.Moved, fact: Fact) -> Incident:
    back = incident.stage in OVER and event.stage not in OVER
    stages = {Stage.ACTIVE: incident.stages[Stage.ACTIVE]} if back else incident.stages
    moved = replace(
        incident, status=event.now, stage=event.stage, stages={event.stage: fact.at, **stages},
        reopened=incident.reopened + back,
    )  # fmt: skip
    if back:
        return replace(moved, resolution=None, resolved_by=None, ended_by=None, ended_at=None)
    ends = event.stage in OVER and incident.ended_at is None
    return replace(moved, ended_by=fact.by, ended_at=fact.at) if ends else moved


def _resolved(incident: Incident, event: facts.Resolved, fact: Fact) -> Incident:
    return replace(
        incident, status=event.now, stage=Stage.RESOLVED, resolution=event, resolved_by=fact.by,
        stages={**incident.stages, Stage.RESOLVED: fact.at}, ended_by=fact.by, ended_at=fact.at,
    )  # fmt: skip


def _role_left(incident: Incident, event: facts.RoleLeft, fact: Fact) -> Incident:
    return replace(incident, roles={r: p for r, p in incident.roles.items() if r != event.role})


def _task(incident: Incident, id: int, **changed: Any) -> Incident:
    tasks = tuple(replace(t, **changed) if t.id == id else t for t in incident.tasks)
    return replace(incident, tasks=tasks)


def _ticked(incident: Incident, event: facts.ItemTicked, fact: Fact) -> Incident:
    return replace(incident, ticks={**incident.ticks, event.item: Tick(fact.by, fact.at)})


def _cleared(incident: Incident, event: facts.ItemCleared, fact: Fact) -> Incident:
    return replace(incident, ticks={i: t for i, t in incident.ticks.items() if i != event.item})


CHANGES: Mapping[type[Event], Callable[[Incident, Any, Fact], Incident]] = {
    facts.Acknowledged: lambda i, e, f: replace(i, acknowledged_by=f.by, acknowledged_at=f.at),
    facts.SeverityChanged: lambda i, e, f: replace(i, severity=e.now),
    facts.Moved: _moved,
    facts.Resolved: _resolved,
    facts.RoleTaken: lambda i, e, f: replace(i, roles={**i.roles, e.role: e.person}),
    facts.RoleLeft: _role_left,
    facts.Updated: lambda i, e, f: replace(i, updates=(*i.updates, e), updated_at=f.at, promised=e.next_at),
    facts.Promised: lambda i, e, f: replace(i, promised=e.next_at),
    facts.TaskAdded: lambda i, e, f: replace(i, tasks=(*i.tasks, Task(e.id, e.text, e.owner, e.later))),
    facts.TaskTaken: lambda i, e, f: _task(i, e.id, owner=e.owner),
    facts.TaskDone: lambda i, e, f: _task(i, e.id, done_by=f.by, done_at=f.at),
    facts.ItemTicked: _ticked,
    facts.ItemCleared: _cleared,
    facts.RoomOpened: lambda i, e, f: replace(i, room=e.room, room_name=e.name),
    facts.Paged: lambda i, e, f: replace(i, paged=tuple(dict.fromkeys([*i.paged, e.person]))),
    facts.GaveUp: lambda i, e, f: replace(i, gave_up=(*i.gave_up, (e.what, e.sentence))),
    facts.Retried: lambda i, e, f: replace(i, gave_up=()),
    facts.Announced: lambda i, e, f: replace(i, announced_in=e.channel, announcement=e.message),
}
