"""What the API answers: people, severities and statuses by their ids, moments in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.alert import AlertGroup
from bot.domain.incident import Incident as Kept
from bot.domain.tasks import Task as KeptTask
from bot.domain.timeline import Entry as Told
from bot.messages import Duty as KeptDuty
from bot.policy.book import Book
from bot.ports import KeptAlert

INCIDENTS = "/api/incidents"
PEOPLE = "What people are called, by their references, as far as the chat says so just now."


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Role(Answer):
    role: str
    title: str
    person: str


class Task(Answer):
    id: int
    text: str
    owner: str | None
    later: bool = Field(description="An action item for after the incident.")
    done: bool
    done_by: str | None
    done_at: datetime | None
    due: datetime | None


class Resolution(Answer):
    how: str
    summary: str
    cause: str


class LastUpdate(Answer):
    number: int
    state: str
    at: datetime | None


class Summary(Answer):
    """An incident in a list."""

    id: str = Field(description="Its id for good, a ULID.")
    number: int
    name: str = Field(description="What people call it; it stands for the id in every address.")
    title: str
    severity: str
    severity_title: str
    status: str
    status_title: str
    open: bool
    kind: str = Field(description="real, test or drill.")
    visibility: str = Field(description="open or restricted.")
    declared_by: str
    declared_at: datetime
    acknowledged_by: str | None
    commander: str | None = Field(description="Who holds the role that leads.")
    ended_at: datetime | None
    next_update_at: datetime | None = Field(description="When the next update is promised.")
    links: dict[str, str]


class Incident(Summary):
    """An incident as it stands."""

    source: str = Field(description="Who noticed.")
    acknowledged_at: datetime | None
    room: str | None = Field(description="The name of its room in the chat, once that is open.")
    roles: list[Role]
    tasks: list[Task]
    impact: dict[str, str]
    updates: int = Field(description="How many there were.")
    last_update: LastUpdate | None
    resolution: Resolution | None
    can_become: list[str] = Field(description="The statuses that may follow.")
    version: int = Field(description="Grows with everything that happens.")
    people: dict[str, str] = Field(description=PEOPLE)


class Incidents(Answer):
    """Newest first."""

    incidents: list[Summary]
    next: str | None = Field(description="The address of the next page, if there is one.")
    people: dict[str, str] = Field(description=PEOPLE)


class Changed(Answer):
    """What became true."""

    message: str = Field(description="In a sentence.")
    incident: Incident


class Entry(Answer):
    number: int = Field(description="Counts from 1 in each incident; a number may be missing.")
    at: datetime
    by: str
    text: str = Field(description="Continues the name of `by` in the past tense.")
    whom: str | None = Field(description="Somebody else whom it is about: their name ends the sentence.")
    kind: str


class Timeline(Answer):
    """What happened, in the order in which it came to the record."""

    entries: list[Entry]
    cursor: int = Field(description="The number of the last entry: `after` for the next request.")
    people: dict[str, str] = Field(description=PEOPLE)


class Alert(Answer):
    id: str
    name: str
    service: str
    grade: str
    firing: bool
    since: datetime
    until: datetime | None
    times: int = Field(description="How often it came.")
    summary: str
    link: str


class Alerts(Answer):
    """Those that ever belonged to the incident, in the order they came first."""

    alerts: list[Alert]


class Group(Answer):
    id: str
    name: str
    service: str
    grade: str
    firing: int
    count: int
    since: datetime
    summary: str


class Groups(Answer):
    """Groups of alerts that belong to no incident."""

    groups: list[Group]


class Duty(Answer):
    schedule: str
    title: str
    people: list[str]
    until: datetime | None
    then: list[str] = Field(description="Who follows.")
    covered: bool
    note: str


class OnCall(Answer):
    """Who is on call now, and next."""

    schedules: list[Duty]
    people: dict[str, str] = Field(description=PEOPLE)


# from the record


def summary(book: Book, kept: Kept) -> Summary:
    return Summary(**_common(book, kept))


def incident(book: Book, kept: Kept, people: dict[str, str]) -> Incident:
    last, end = kept.update, kept.resolution
    return Incident(
        **_common(book, kept),
        source=kept.source, acknowledged_at=kept.acknowledged_at, room=kept.room_name,
        roles=[Role(role=id, title=book.words.role(id), person=who) for id, who in kept.roles.items()],
        tasks=[task(each) for each in kept.tasks], impact=dict(kept.impact), updates=len(kept.updates),
        last_update=LastUpdate(number=last.number, state=last.state, at=kept.updated_at) if last else None,
        resolution=Resolution(how=end.how, summary=end.summary, cause=end.cause) if end else None,
        can_become=list(book.lifecycle.after(kept.status)), version=kept.version, people=people,
    )  # fmt: skip


def _common(book: Book, kept: Kept) -> dict[str, Any]:
    own = f"{INCIDENTS}/{kept.id}"
    return {
        "id": kept.id, "number": kept.number, "name": kept.name, "title": kept.title, "severity": kept.severity,
        "severity_title": book.words.severity(kept.severity), "status": kept.status,
        "status_title": book.words.status(kept.status), "open": not kept.over, "kind": kept.kind,
        "visibility": kept.visibility, "declared_by": kept.declared_by, "declared_at": kept.declared_at,
        "acknowledged_by": kept.acknowledged_by, "commander": kept.roles.get(book.roles.lead),
        "ended_at": kept.ended_at, "next_update_at": kept.next_update,
        "links": {"self": own, **{each: f"{own}/{each}" for each in ("timeline", "alerts", "postmortem")}},
    }  # fmt: skip


def task(kept: KeptTask) -> Task:
    return Task(
        id=kept.id, text=kept.text, owner=kept.owner, later=kept.later, done=kept.done_by is not None,
        done_by=kept.done_by, done_at=kept.done_at, due=kept.due,
    )  # fmt: skip


def entry(number: int, told: Told, text: str) -> Entry:
    return Entry(number=number, at=told.at, by=told.by, text=text, whom=told.whom, kind=told.kind)


def alert(kept: KeptAlert) -> Alert:
    said = kept.alert
    return Alert(
        id=said.id, name=said.name, service=said.service, grade=kept.grade, firing=said.firing, since=said.since,
        until=said.until, times=kept.times, summary=said.summary, link=said.link,
    )  # fmt: skip


def group(kept: AlertGroup) -> Group:
    said = kept.alert
    return Group(
        id=kept.id, name=said.name, service=said.service, grade=kept.grade, firing=kept.firing, count=kept.count,
        since=said.since, summary=said.summary,
    )  # fmt: skip


def duty(kept: KeptDuty) -> Duty:
    return Duty(
        schedule=kept.id, title=kept.title, people=list(kept.people), until=kept.until, then=list(kept.then),
        covered=kept.covered, note=kept.note,
    )  # fmt: skip


def people_of(kept: Kept) -> set[str]:
    """Everybody whom an answer about it names."""
    named = [kept.declared_by, kept.acknowledged_by, *kept.roles.values(), *(task.owner for task in kept.tasks)]
    return {person for person in (*named, *(task.done_by for task in kept.tasks)) if person}
