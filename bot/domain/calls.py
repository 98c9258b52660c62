"""Who was called, how, whether it arrived and what they answered; the clocks that call; deadlines met and missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.event import Event


@dataclass(frozen=True)
class Escalated(Event):
    """
    A level of the policy, or somebody besides, is called as call `call`, and why.

    `rule` is the rule of the policy that fell due, "" when a person asked; `due` is when it was to happen. A call that
    `insists` goes on until one of those called answers, whoever else has acknowledged the incident.
    """

    TYPE = "escalated"
    call: str
    level: str
    title: str
    reason: str
    rule: str = ""
    insists: bool = False
    due: datetime | None = None


@dataclass(frozen=True)
class Paged(Event):
    """A page reached the person by `how`. `call` is "" for those whom the severity pages at the declaration."""

    TYPE = "paged"
    person: str
    how: str
    call: str = ""


@dataclass(frozen=True)
class PageFailed(Event):
    """It did not, and why."""

    TYPE = "page_failed"
    person: str
    how: str
    sentence: str
    call: str = ""


@dataclass(frozen=True)
class PageAnswered(Event):
    """Somebody who was paged says that they are coming, or that they cannot, and why."""

    TYPE = "page_answered"
    coming: bool
    reason: str = ""


@dataclass(frozen=True)
class AckAsked(Event):
    """Nothing was heard since `person` acknowledged: are they still on it?"""

    TYPE = "ack_asked"
    person: str


@dataclass(frozen=True)
class AckConfirmed(Event):
    """They are."""

    TYPE = "ack_confirmed"


@dataclass(frozen=True)
class AckLapsed(Event):
    """They did not answer: the incident counts as not acknowledged again."""

    TYPE = "ack_lapsed"
    person: str


@dataclass(frozen=True)
class Paused(Event):
    """Nobody is called and nobody is reminded before `until`."""

    TYPE = "paused"
    until: datetime
    reason: str = ""


@dataclass(frozen=True)
class Resumed(Event):
    """The clocks go on, by as much later as they stood still."""

    TYPE = "resumed"


@dataclass(frozen=True)
class UpdateTold(Event):
    """Update `number` reached the audience in this channel; 0 is the ending."""

    TYPE = "update_told"
    number: int
    channel: str


@dataclass(frozen=True)
class DeadlineMet(Event):
    """What the policy wants done by `due` is done."""

    TYPE = "deadline_met"
    deadline: str
    title: str
    due: datetime


@dataclass(frozen=True)
class DeadlineMissed(Event):
    TYPE = "deadline_missed"
    deadline: str
    title: str
    due: datetime
