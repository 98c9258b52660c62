"""What is true of an incident; `changes` says how each fact changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from bot.domain import facts
from bot.domain.changes import CHANGES
from bot.domain.event import OVER as OVER
from bot.domain.facts import Event, Fact, Stage
from bot.domain.pieces import Answer, Called, Capture, Page, Question, Raised, Tick, Why
from bot.domain.tasks import Task

MUSTER = "muster"
#: what a declaration may consist of
OPENING = (facts.Declared, facts.Classified, facts.Noted, facts.Captured)


@dataclass(frozen=True)
class State:
    """
    All that is true of one incident.

    People, rooms and messages are opaque references. `stages` holds when each stage was first reached since the
    incident was declared or last reopened, `gave_up` what Muster could not do and why since the last Retry, `version`
    how many facts it adds up. `label` is what people call it (empty in older records), `impact` what is known of the
    harm by field of the policy, `checklists` the ids of those that have begun, `told` the audiences (channels) that
    know of it.

    `pages` and `called` are in their order, `answers` by person. `graded_at` is when the severity was set last, after
    the declaration; `reopened_at` when the incident was. While `paused_until` stands the clocks that call rest since
    `paused_at`, for the reason `paused_for`; `stood_still` is how many seconds they rested before. `heard_at` is when
    the one who acknowledged said so last, `asked_at` when they were asked whether they still are, `active_at` when any
    person did anything on it last. `met` holds when each deadline was met last, `missed` (id, due in ISO form) those
    that were not in time.

    `alerts` holds groups of alerts in the order they came, `diagnosis` the newest one's id, `watching` the scope that
    is watched, if one is. `whys` are the answers by step, `root_cause` what they led to, `bones` the causes on each
    branch of the fishbone.

    `captures` are the messages on record by id. `related` are incidents (id, name) that this one has to do with,
    `absorbed` those merged into it, `merged_into` the one that it is a part of. `admitted` are insiders besides those
    whom their part in it makes insiders, `barred` those who are none in spite of it. `adopted` says that people had its
    room before, `archived_at` is when it was archived, `canvas` that of the postmortem. `spoken` is
    whether anybody has said or done anything about it since it was declared.
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
    label: str = ""
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
    checklists: tuple[str, ...] = ()
    impact: Mapping[str, str] = field(default_factory=dict)
    impact_at: datetime | None = None
    questions: tuple[Question, ...] = ()
    told: tuple[str, ...] = ()
    stages: Mapping[Stage, datetime] = field(default_factory=dict)
    resolution: facts.Resolved | None = None
    resolved_by: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    reopened: int = 0
    reopened_at: datetime | None = None
    graded_at: datetime | None = None
    pages: tuple[Page, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    called: tuple[Called, ...] = ()
    first_acknowledged_at: datetime | None = None
    heard_at: datetime | None = None
    asked_at: datetime | None = None
    active_at: datetime | None = None
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    paused_for: str = ""
    stood_still: float = 0.0
    met: Mapping[str, datetime] = field(default_factory=dict)
    missed: tuple[tuple[str, str], ...] = ()
    alerts: Mapping[str, Raised] = field(default_factory=dict)
    diagnosis: str = ""
    watching: str = ""
    whys: Mapping[int, Why] = field(default_factory=dict)
    root_cause: str = ""
    bones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    captures: Mapping[str, Capture] = field(default_factory=dict)
    related: tuple[tuple[str, str], ...] = ()
    absorbed: tuple[tuple[str, str], ...] = ()
    merged_into: tuple[str, str] | None = None
    admitted: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    adopted: bool = False
    archived_at: datetime | None = None
    canvas: str = ""
    spoken: bool = False
    version: int = 0

    @property
    def name(self) -> str:
        """What people call it, in sentences and in commands."""
        return self.label or f"#{self.number}"

    @property
    def over(self) -> bool:
        return self.stage in OVER

    @property
    def opened_at(self) -> datetime:
        """From when its clocks count: the declaration, or the last time it was reopened."""
        return self.reopened_at or self.declared_at

    @property
    def calls(self) -> tuple[Called, ...]:
        """The levels called since it was opened."""
        return tuple(called for called in self.called if called.at >= self.opened_at)

    def answered(self, call: str) -> bool:
        """Whether one of those paged in that call says that they are coming."""
        paged = {page.person: page.at for page in reversed(self.pages) if page.call == call}
        return any(a.coming and a.at >= paged[who] for who, a in self.answers.items() if who in paged)

    @property
    def next_update(self) -> datetime | None:
        """When the next update is promised; None when none is."""
        return None if self.over else self.promised

    @property
    def restricted(self) -> bool:
        return self.visibility == "restricted"

    @property
    def insiders(self) -> frozenset[str]:
        """Whom a restricted incident is known to: who declared it, was called, has a role in it or was admitted."""
        asked = (self.declared_by, self.acknowledged_by, *self.paged, *self.roles.values(), *self.admitted)
        return frozenset(person for person in asked if person and person not in self.barred)

    @property
    def update(self) -> facts.Updated | None:
        """The newest update."""
        return self.updates[-1] if self.updates else None

    def apply(self, fact: Fact) -> Self:
        """What is true after `fact`. An event without a rule here only counts."""
        change = CHANGES.get(type(fact.event))
        after = change(self, fact.event, fact) if change else self
        active = self.active_at if fact.by == MUSTER else max(fact.at, self.active_at or fact.at)
        spoken = self.spoken or speaks(fact, self.declared_at)
        return replace(after, version=self.version + 1, active_at=active, spoken=spoken)

    def _so(self, event: Event, by: str, at: datetime) -> tuple[Self, Fact]:
        fact = Fact(event, at, by)
        return self.apply(fact), fact


def speaks(fact: Fact, declared_at: datetime) -> bool:
    """Whether a person does more than declare, which may take a note and more."""
    opening = isinstance(fact.event, OPENING) and fact.at <= declared_at
    return fact.by != MUSTER and not opening
