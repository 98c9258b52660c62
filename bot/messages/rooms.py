"""What is said of rooms, of incidents that belong together, and to whoever comes late."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.timeline import Entry
from bot.messages.plain import About
from bot.policy.deadlines import Standing
from bot.policy.escalation import Planned


@dataclass(frozen=True)
class CatchUp(About):
    """
    To one person, privately: what is known, what is being done, what is awaited, who is who.

    `entries` are the newest notable lines of the timeline, oldest first; `cause` the likeliest one that a diagnosis
    found. `on_call` holds people by schedule, `links` addresses by title. When the person takes over
    a role, `role` is its id, `by` who handed it off and `words` what they wrote.
    """

    entries: tuple[Entry, ...] = ()
    ahead: tuple[Planned, ...] = ()
    deadlines: tuple[Standing, ...] = ()
    cause: str = ""
    on_call: tuple[tuple[str, tuple[str, ...]], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    role: str = ""
    by: str = ""
    words: str = ""


@dataclass(frozen=True)
class HandedOver(About):
    """The room learns that `by` handed `role` off to `person`, with `words`; `before` held it."""

    role: str
    person: str
    before: str | None
    by: str
    words: str


@dataclass(frozen=True)
class MergedAway(About):
    """To the room of an incident that is a part of `into` from now on: where people go on, and what moved there."""

    into: Incident
    by: str
    moved: tuple[str, ...] = ()
    duplicate: bool = False


@dataclass(frozen=True)
class MergedIn(About):
    """To the room of an incident that `other` was merged into."""

    other: Incident
    by: str
    moved: tuple[str, ...] = ()
    duplicate: bool = False
