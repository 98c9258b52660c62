"""How each fact changes what is true of an incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from bot.domain import facts
from bot.domain.event import OVER
from bot.domain.facts import Event, Fact, Stage
from bot.domain.pieces import Answer, Called, Capture, Page, Question, Raised, Tick, Why
from bot.domain.tasks import Task

if TYPE_CHECKING:
    from bot.domain.state import State

R = TypeVar("R", bound="State")


def _moved(incident: R, event: facts.Moved, fact: Fact) -> R:
    back = incident.stage in OVER and event.stage not in OVER
    stages = {Stage.ACTIVE: incident.stages[Stage.ACTIVE]} if back else incident.stages
    moved = replace(
        incident, status=event.now, stage=event.stage, stages={event.stage: fact.at, **stages},
        reopened=incident.reopened + back,
    )  # fmt: skip
    if back:
        moved = replace(moved, reopened_at=fact.at, paused_at=None, paused_until=None, paused_for="", stood_still=0.0)
        return replace(moved, resolution=None, resolved_by=None, ended_by=None, ended_at=None, merged_into=None)
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
    return replace(_welcome(incident, event.person), paged=paged, pages=(*incident.pages, page))


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


def _captured(incident: R, event: facts.Captured, fact: Fact) -> R:
    capture = Capture(
        event.message, event.how, event.list, event.text, event.author, fact.by, fact.at, event.link, event.files
    )  # fmt: skip
    return replace(incident, captures={**incident.captures, event.id: capture})


def _capture_edited(incident: R, event: facts.CaptureEdited, fact: Fact) -> R:
    if event.id not in incident.captures:
        return incident
    capture = replace(incident.captures[event.id], text=event.text)
    return replace(incident, captures={**incident.captures, event.id: capture})


def _capture_removed(incident: R, event: facts.CaptureRemoved, fact: Fact) -> R:
    return replace(incident, captures={id: kept for id, kept in incident.captures.items() if id != event.id})


def _related(incident: R, event: facts.Related, fact: Fact) -> R:
    return replace(incident, related=tuple(dict.fromkeys([*incident.related, (event.other, event.name)])))


def _visibility(incident: R, event: facts.VisibilityChanged, fact: Fact) -> R:
    """What becomes restricted leaves the places where everybody sees it."""
    changed = replace(incident, visibility=event.now)
    if event.now == "open":
        return changed
    left = replace(changed, room=None, room_name=None, adopted=False, archived_at=None)
    return replace(left, announced_in=None, announcement=None)


def _welcome(incident: R, person: str) -> R:
    """Whoever is asked to work on it may know of it, whatever was before."""
    return replace(incident, barred=tuple(one for one in incident.barred if one != person))


def _admitted(incident: R, event: facts.Admitted, fact: Fact) -> R:
    admitted = tuple(dict.fromkeys([*incident.admitted, event.person]))
    return replace(_welcome(incident, event.person), admitted=admitted)


def _dismissed(incident: R, event: facts.Dismissed, fact: Fact) -> R:
    admitted = tuple(one for one in incident.admitted if one != event.person)
    return replace(incident, admitted=admitted, barred=tuple(dict.fromkeys([*incident.barred, event.person])))


def _absorbed(incident: R, event: facts.Absorbed, fact: Fact) -> R:
    return replace(incident, absorbed=tuple(dict.fromkeys([*incident.absorbed, (event.other, event.name)])))


CHANGES: Mapping[type[Event], Callable[[Any, Any, Fact], Any]] = {
    facts.Acknowledged: _acknowledged,
    facts.AckAsked: lambda i, e, f: replace(i, asked_at=f.at),
    facts.AckConfirmed: lambda i, e, f: replace(i, heard_at=f.at, asked_at=None),
    facts.AckLapsed: _lapsed,
    facts.SeverityChanged: lambda i, e, f: replace(i, severity=e.now, graded_at=f.at),
    facts.Moved: _moved,
    facts.Resolved: _resolved,
    facts.RoleTaken: lambda i, e, f: replace(_welcome(i, e.person), roles={**i.roles, e.role: e.person}),
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
    facts.RoomOpened: lambda i, e, f: replace(i, room=e.room, room_name=e.name, adopted=False, archived_at=None),
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
    facts.Captured: _captured,
    facts.CaptureEdited: _capture_edited,
    facts.CaptureRemoved: _capture_removed,
    facts.Related: _related,
    facts.Unrelated: lambda i, e, f: replace(i, related=tuple(one for one in i.related if one[0] != e.other)),
    facts.Merged: lambda i, e, f: replace(i, merged_into=(e.into, e.name)),
    facts.Absorbed: _absorbed,
    facts.Retitled: lambda i, e, f: replace(i, title=e.now),
    facts.RoomRenamed: lambda i, e, f: replace(i, room_name=e.now),
    facts.RoomAdopted: lambda i, e, f: replace(i, room=e.room, room_name=e.name, adopted=True, archived_at=None),
    facts.RoomArchived: lambda i, e, f: replace(i, archived_at=f.at),
    facts.RoomUnarchived: lambda i, e, f: replace(i, archived_at=None),
    facts.CanvasWritten: lambda i, e, f: replace(i, canvas=e.canvas),
    facts.VisibilityChanged: _visibility,
    facts.Admitted: _admitted,
    facts.Dismissed: _dismissed,
    facts.GaveUp: lambda i, e, f: replace(i, gave_up=(*i.gave_up, (e.what, e.sentence))),
    facts.Retried: lambda i, e, f: replace(i, gave_up=()),
    facts.Announced: lambda i, e, f: replace(i, announced_in=e.channel, announcement=e.message),
}
