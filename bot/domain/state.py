"""What is true of an incident, and how each fact changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self, TypeVar

from bot.domain import facts
from bot.domain.facts import Event, Fact, Stage
from bot.domain.pieces import Answer, Called, Page, Question, Raised, Tick, Why
from bot.domain.tasks import Task

R = TypeVar("R", bound="State")

MUSTER = "muster"
OVER = frozenset({Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED})


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
    def update(self) -> facts.Updated | None:
        """The newest update."""
        return self.updates[-1] if self.updates else None

    def apply(self, fact: Fact) -> Self:
        """What is true after `fact`. An event without a rule here only counts."""
        change = CHANGES.get(type(fact.event))
        after = change(self, fact.event, fact) if change else self
        active = self.active_at if fact.by == MUSTER else fact.at
        return replace(after, version=self.version + 1, active_at=active)

    def _so(self, event: Event, by: str, at: datetime) -> tuple[Self, Fact]:
        fact = Fact(event, at, by)
        return self.apply(fact), fact


# what each event changes


def _moved(incident: R, event: facts.Moved, fact: Fact) -> R:
    back = incident.stage in OVER and event.stage not in OVER
    stages = {Stage.ACTIVE: incident.stages[Stage.ACTIVE]} if back else incident.stages
    moved = replace(
        incident, status=event.now, stage=event.stage, stages={event.stage: fact.at, **stages},
        reopened=incident.reopened + back,
    )  # fmt: skip
    if back:
        moved = replace(moved, reopened_at=fact.at, paused_at=None, paused_until=None, paused_for="", stood_still=0.0)
        return replace(moved, resolution=None, resolved_by=None, ended_by=None, ended_at=None)
    ends = event.stage in OVER and incident.ended_at is None
    return replace(moved, ended_by=fact.by, ended_at=fact.at) if ends else moved


def _resolved(incident: R, event: facts.Resolved, fact: Fact) -> R:
    return replace(
        incident, status=event.now, stage=Stage.RESOLVED, resolution=event, resolved_by=fact.by,
        stages={**incident.stages, Stage.RESOLVED: fact.at}, ended_by=fact.by, ended_at=fact.at,
    )  # fmt: skip


def _role_left(incident: R, event: facts.RoleLeft, fact: Fact) -> R:
    return replace(incident, roles={r: p for r, p in incident.roles.items() if r != event.role})


def _task(incident: R, id: int, **changed: Any) -> R:
    tasks = tuple(replace(t, **changed) if t.id == id else t for t in incident.tasks)
    return replace(incident, tasks=tasks)


def _new_task(event: facts.TaskAdded) -> Task:
    return Task(
        event.id, event.text, event.owner, event.later, due=event.due, priority=event.priority,
        category=event.category, team=event.team, rule=event.rule,
    )  # fmt: skip


def _impact(incident: R, event: facts.ImpactRecorded, fact: Fact) -> R:
    known = {field: value for field, value in {**incident.impact, **event.values}.items() if value}
    return replace(incident, impact=known, impact_at=fact.at)


def _decided(incident: R, event: facts.GoDecided, fact: Fact) -> R:
    asked = incident.questions[event.id - 1]
    answered = replace(asked, go=event.go, decided_by=fact.by, decided_at=fact.at, reason=event.reason)
    return replace(incident, questions=tuple(answered if q.id == event.id else q for q in incident.questions))


def _adopted(incident: R, event: facts.PolicyAdopted, fact: Fact) -> R:
    stages = {event.stage: fact.at, **incident.stages}
    return replace(
        incident, policy=event.now, severity=event.severity, status=event.status, stage=event.stage, stages=stages,
        graded_at=fact.at,
    )  # fmt: skip


def _ticked(incident: R, event: facts.ItemTicked, fact: Fact) -> R:
    return replace(incident, ticks={**incident.ticks, event.item: Tick(fact.by, fact.at)})


def _cleared(incident: R, event: facts.ItemCleared, fact: Fact) -> R:
    return replace(incident, ticks={i: t for i, t in incident.ticks.items() if i != event.item})


def _paged(incident: R, event: facts.Paged, fact: Fact) -> R:
    page = Page(event.person, event.how, event.call, fact.at)
    paged = tuple(dict.fromkeys([*incident.paged, event.person]))
    return replace(incident, paged=paged, pages=(*incident.pages, page))


def _page_failed(incident: R, event: facts.PageFailed, fact: Fact) -> R:
    page = Page(event.person, event.how, event.call, fact.at, event.sentence)
    return replace(incident, pages=(*incident.pages, page))


def _answered(incident: R, event: facts.PageAnswered, fact: Fact) -> R:
    answer = Answer(fact.at, event.coming, event.reason)
    return replace(incident, answers={**incident.answers, fact.by: answer})


def _acknowledged(incident: R, event: facts.Acknowledged, fact: Fact) -> R:
    answers = {**incident.answers, fact.by: Answer(fact.at, True)}
    return replace(
        incident,
        acknowledged_by=fact.by,
        acknowledged_at=fact.at,
        heard_at=fact.at,
        asked_at=None,
        answers=answers,
        first_acknowledged_at=incident.first_acknowledged_at or fact.at,
    )


def _escalated(incident: R, event: facts.Escalated, fact: Fact) -> R:
    called = Called(
        event.call, event.level, event.title, event.reason, event.rule, event.insists, fact.by, fact.at
    )  # fmt: skip
    return replace(incident, called=(*incident.called, called))


def _resumed(incident: R, event: facts.Resumed, fact: Fact) -> R:
    rested = (fact.at - incident.paused_at).total_seconds() if incident.paused_at else 0.0
    return replace(
        incident, paused_at=None, paused_until=None, paused_for="", stood_still=incident.stood_still + max(rested, 0.0)
    )


def _lapsed(incident: R, event: facts.AckLapsed, fact: Fact) -> R:
    answers = {who: answer for who, answer in incident.answers.items() if who != event.person}
    return replace(
        incident, acknowledged_by=None, acknowledged_at=None, heard_at=None, asked_at=None, answers=answers
    )  # fmt: skip


def _raised(incident: R, event: facts.AlertRaised, fact: Fact) -> R:
    raised = Raised(event.name, event.grade, event.source, event.service, event.summary, event.link, fact.at)
    return replace(incident, alerts={**incident.alerts, event.group: raised})


def _alert_cleared(incident: R, event: facts.AlertCleared, fact: Fact) -> R:
    raised = incident.alerts.get(event.group)
    if raised is None:
        return incident
    return replace(incident, alerts={**incident.alerts, event.group: replace(raised, cleared_at=fact.at)})


def _why(incident: R, event: facts.WhyAnswered, fact: Fact) -> R:
    answered = {**incident.whys, event.step: Why(event.text, fact.by)}
    return replace(incident, whys={step: answered[step] for step in sorted(answered) if answered[step].text})


def _placed(incident: R, event: facts.CausePlaced, fact: Fact) -> R:
    on = tuple(dict.fromkeys([*incident.bones.get(event.branch, ()), event.text]))
    return replace(incident, bones={**incident.bones, event.branch: on})


def _taken_off(incident: R, event: facts.CauseRemoved, fact: Fact) -> R:
    on = tuple(text for text in incident.bones.get(event.branch, ()) if text != event.text)
    return replace(incident, bones={b: c for b, c in {**incident.bones, event.branch: on}.items() if c})


CHANGES: Mapping[type[Event], Callable[[Any, Any, Fact], Any]] = {
    facts.Acknowledged: _acknowledged,
    facts.AckAsked: lambda i, e, f: replace(i, asked_at=f.at),
    facts.AckConfirmed: lambda i, e, f: replace(i, heard_at=f.at, asked_at=None),
    facts.AckLapsed: _lapsed,
    facts.SeverityChanged: lambda i, e, f: replace(i, severity=e.now, graded_at=f.at),
    facts.Moved: _moved,
    facts.Resolved: _resolved,
    facts.RoleTaken: lambda i, e, f: replace(i, roles={**i.roles, e.role: e.person}),
    facts.RoleLeft: _role_left,
    facts.Updated: lambda i, e, f: replace(i, updates=(*i.updates, e), updated_at=f.at, promised=e.next_at),
    facts.Promised: lambda i, e, f: replace(i, promised=e.next_at),
    facts.TaskAdded: lambda i, e, f: replace(i, tasks=(*i.tasks, _new_task(e))),
    facts.TaskTaken: lambda i, e, f: _task(i, e.id, owner=e.owner),
    facts.TaskDone: lambda i, e, f: _task(i, e.id, done_by=f.by, done_at=f.at),
    facts.ItemTicked: _ticked,
    facts.ItemCleared: _cleared,
    facts.ChecklistOpened: lambda i, e, f: replace(i, checklists=tuple(dict.fromkeys([*i.checklists, e.checklist]))),
    facts.ImpactRecorded: _impact,
    facts.GoAsked: lambda i, e, f: replace(i, questions=(*i.questions, Question(e.id, e.question, f.by))),
    facts.GoDecided: _decided,
    facts.PolicyAdopted: _adopted,
    facts.AudienceTold: lambda i, e, f: replace(i, told=tuple(dict.fromkeys([*i.told, e.channel]))),
    facts.RoomOpened: lambda i, e, f: replace(i, room=e.room, room_name=e.name),
    facts.Paged: _paged,
    facts.PageFailed: _page_failed,
    facts.PageAnswered: _answered,
    facts.Escalated: _escalated,
    facts.Paused: lambda i, e, f: replace(i, paused_at=i.paused_at or f.at, paused_until=e.until, paused_for=e.reason),
    facts.Resumed: _resumed,
    facts.DeadlineMet: lambda i, e, f: replace(i, met={**i.met, e.deadline: f.at}),
    facts.DeadlineMissed: lambda i, e, f: replace(i, missed=(*i.missed, (e.deadline, e.due.isoformat()))),
    facts.AlertRaised: _raised,
    facts.AlertCleared: _alert_cleared,
    facts.Diagnosed: lambda i, e, f: replace(i, diagnosis=e.diagnosis),
    facts.WatchBegan: lambda i, e, f: replace(i, watching=e.scope),
    facts.WatchEnded: lambda i, e, f: replace(i, watching=""),
    facts.WhyAnswered: _why,
    facts.RootCauseFound: lambda i, e, f: replace(i, root_cause=e.text),
    facts.CausePlaced: _placed,
    facts.CauseRemoved: _taken_off,
    facts.GaveUp: lambda i, e, f: replace(i, gave_up=(*i.gave_up, (e.what, e.sentence))),
    facts.Retried: lambda i, e, f: replace(i, gave_up=()),
    facts.Announced: lambda i, e, f: replace(i, announced_in=e.channel, announcement=e.message),
}
