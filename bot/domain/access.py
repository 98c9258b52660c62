"""Who may know of an incident, and who was refused something about it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.event import Event


@dataclass(frozen=True)
class VisibilityChanged(Event):
    """`now` is open or restricted: of a restricted incident only its insiders know anything."""

    TYPE = "visibility_changed"
    was: str
    now: str
    reason: str = ""


@dataclass(frozen=True)
class Admitted(Event):
    """`person` is an insider of the restricted incident from now on."""

    TYPE = "admitted"
    person: str


@dataclass(frozen=True)
class Dismissed(Event):
    """`person` is no insider any more."""

    TYPE = "dismissed"
    person: str


@dataclass(frozen=True)
class Denied(Event):
    """The permissions of the policy did not let somebody do that."""

    TYPE = "denied"
    verb: str
    why: str
