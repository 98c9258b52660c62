"""The decisions people take about an incident: each says what became true, or refuses in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Event, Fact, Stage
from bot.domain.pieces import Question, Tick
from bot.domain.state import MUSTER, OVER, State
from bot.domain.tasks import Task

__all__ = ["MUSTER", "OVER", "Incident", "Question", "Tick", "born", "clock_time", "declare", "fold"]


class Incident(State):
    """A value that only `apply(fact)` changes."""

    def acknowledge(self, by: str, at: datetime) -> tuple[Incident, Fact]:
        self._must_be_open()
        if self.acknowledged_by is not None:
            raise AlreadyDone(f"{self.acknowledged_by} acknowledged it at {clock_time(self.acknowledged_at)}.")
        return self._so(facts.Acknowledged(), by, at)

    def regrade(self, severity: str, by: str, at: datetime, reason: str = "") -> tuple[Incident, Fact]:
        if severity == self.severity:
            raise AlreadyDone(f"{self.name} is {severity} already.")
        return self._so(facts.SeverityChanged(self.severity, severity, reason), by, at)

    def move(
        self, status: str, stage: Stage, allowed: Collection[str], by: str, at: datetime, reason: str = ""
    ) -> tuple[Incident, Fact]:
        """Move to a status of the policy. `allowed` is what the policy lets follow the present one."""
        self._may(status, allowed)
        return self._so(facts.Moved(self.status, status, stage, reason), by, at)

    def resolve(
        self, status: str, allowed: Collection[str], how: str, summary: str, by: str, at: datetime, cause: str = ""
    ) -> tuple[Incident, Fact]:
        if self.stage in (Stage.RESOLVED, Stage.CLOSED) and self.resolution:
            raise AlreadyDone(f"{self.resolved_by} resolved it at {clock_time(self.stages[Stage.RESOLVED])}.")
        self._may(status, allowed)
        return self._so(facts.Resolved(self.status, status, how, summary, cause), by, at)

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

    def ask_for(self, item: facts.TaskAdded, by: str, at: datetime) -> tuple[Incident, Fact]:
        """An action item that a rule of the policy asks for; the number in `item` is replaced by the next one."""
        return self._so(replace(item, id=len(self.tasks) + 1), by, at)

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

    def open_checklist(
        self, checklist: str, title: str, remind_at: datetime | None, at: datetime
    ) -> tuple[Incident, Fact]:
        if checklist in self.checklists:
            raise AlreadyDone(f"The checklist {title} has begun already.")
        return self.witness(facts.ChecklistOpened(checklist, title, remind_at), at)

    def record_impact(self, values: Mapping[str, str], by: str, at: datetime) -> tuple[Incident, Fact]:
        """Keep what changed of the impact; a value of "" takes an earlier one back."""
        changed = {field: value for field, value in values.items() if self.impact.get(field, "") != value}
        if not changed:
            raise AlreadyDone(f"That is what the record of {self.name} says already.")
        return self._so(facts.ImpactRecorded(changed), by, at)

    def ask_go(self, question: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        if not question.strip():
            raise Refused("What is to be decided? For example: /incident go fail over to the second region")
        return self._so(facts.GoAsked(len(self.questions) + 1, question.strip()), by, at)

    def decide(self, id: int, go: bool, reason: str, by: str, at: datetime) -> tuple[Incident, Fact]:
        """Answer a question with go or no-go; the first answer stands."""
        if not 1 <= id <= len(self.questions):
            raise Refused(f"{self.name} has no question {id} to decide.")
        asked = self.questions[id - 1]
        if asked.go is not None:
            said = "GO" if asked.go else "NO-GO"
            raise AlreadyDone(f"{asked.decided_by} said {said} at {clock_time(asked.decided_at)}.")
        return self._so(facts.GoDecided(id, go, reason.strip()), by, at)

    def adopt(self, adopted: facts.PolicyAdopted, by: str, at: datetime) -> tuple[Incident, Fact]:
        """Go on under another policy, or a newer version of the same."""
        if adopted.now == self.policy:
            raise AlreadyDone(f"{self.name} runs under that policy already.")
        return self._so(adopted, by, at)

    def witness(self, event: Event, at: datetime) -> tuple[Incident, Fact]:
        """Something Muster itself did or saw: a room opened, a page sent, a step given up."""
        return self._so(event, MUSTER, at)

    def add(self, event: Event, by: str, at: datetime) -> tuple[Incident, Fact]:
        """An event with nothing to guard (a snooze, a retry)."""
        return self._so(event, by, at)

    def _may(self, status: str, allowed: Collection[str]) -> None:
        if status == self.status:
            raise AlreadyDone(f"{self.name} is {status} already.")
        if status not in allowed:
            ways = ", ".join(allowed) or "nothing"
            raise Refused(f"{self.name} is {self.status}; from there it can become: {ways}.")

    def _must_be_open(self) -> None:
        if self.over:
            raise Refused(f"{self.name} is {self.status}. To work on it again: /incident reopen {self.name} why")

    def _task(self, id: int) -> Task:
        if not 1 <= id <= len(self.tasks):
            listed = f"Its tasks are numbered 1 to {len(self.tasks)}." if self.tasks else "It has no tasks yet."
            raise Refused(f"{self.name} has no task {id}. {listed}")
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
        visibility=event.visibility, kind=event.kind, source=event.source, label=event.label,
        stages={Stage.ACTIVE: fact.at}, active_at=fact.at, version=1,
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
