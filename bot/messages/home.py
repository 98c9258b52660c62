"""What concerns one person, what the workspace lacks, and pages that are only a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.tasks import Task
from bot.messages.plain import About

if TYPE_CHECKING:
    from bot.messages import Duty


@dataclass(frozen=True)
class Missing:
    """A name that the policy uses and the workspace lacks; `kind` is channel, group or person, `why` a sentence."""

    kind: str
    name: str
    why: str


@dataclass(frozen=True)
class Yours(About):
    """An open incident, and what somebody is in it, in words that follow "you"."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class YourTask(About):
    """Something that somebody is to do, during an incident or after it."""

    task: Task


@dataclass(frozen=True)
class Home:
    """
    What concerns one person, as of `at`: the open incidents, gravest first, theirs, their tasks, soonest first, who is
    on call, what ended lately, newest first, and what the policy names in vain.

    `settled` says that somebody has set Muster up here.
    """

    at: datetime
    open: tuple[About, ...] = ()
    yours: tuple[Yours, ...] = ()
    tasks: tuple[YourTask, ...] = ()
    duties: tuple[Duty, ...] = ()
    ended: tuple[About, ...] = ()
    missing: tuple[Missing, ...] = ()
    settled: bool = False


@dataclass(frozen=True)
class TestPage:
    """To `person`, privately: `by` wants to see whether pages arrive. `arrived` is when they said that it did."""

    __test__ = False

    test: str
    person: str
    by: str
    arrived: datetime | None = None
