"""What Muster saw of the systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.observation import Look, Observation
from bot.messages.plain import Button
from bot.policy.book import Book
from bot.policy.judging import Finding


@dataclass(frozen=True)
class Diagnosis:
    """
    What probes of `scope` found, or (`waiting` of them still look) have found so far. `by` asked for it at `at`;
    `found` is judged by `book`. `since` holds what changed since the round before, in sentences; `buttons` what one can
    do about it.
    """

    book: Book
    scope: str
    by: str
    at: datetime
    found: Finding
    waiting: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    incident: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Readings:
    """What each probe of `scope` found, in a line each: the details of a diagnosis."""

    scope: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True)
class Sight:
    """
    Something that can be looked at: `word` is what to say, `ready` of `probes` probes have an address here, and
    `unset` are the variables that the others wait for.
    """

    word: str
    title: str
    probes: int
    ready: int
    unset: tuple[str, ...] = ()
    critical: bool = False


@dataclass(frozen=True)
class Sights:
    """What can be looked at here: services, then sets of probes."""

    services: tuple[Sight, ...]
    sets: tuple[Sight, ...]


@dataclass(frozen=True)
class Counted:
    """A service in a triage: WRONG is down, WELL is up, and `note` what was found."""

    title: str
    look: Look
    note: str = ""


@dataclass(frozen=True)
class Triaged:
    """What is down, for an incident if any, and the severity that `book` proposes for so many, or None."""

    book: Book
    incident: Incident | None
    at: datetime
    services: tuple[Counted, ...]
    severity: str | None
    because: str
    buttons: tuple[Button, ...] = ()
