"""What to do, in order, ticked off by whoever did it (checklists.yml)."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from pydantic import Field

from bot.policy.model import Id, Part, Span, Title, Words


class Item(Part):
    id: Id
    text: Words


class Checklist(Part):
    """
    `severities` of None means all of them. Item ids are unique in the whole policy.

    It begins with the declaration; or so long `after` it; or when the incident reaches a `status`; or it is asked for
    when somebody resolves (`opens: resolving`). What is left `remind_after` its beginning is said to the room.
    """

    id: Id
    title: Title
    opens: Literal["declared", "resolving"] = "declared"
    after: Span | None = None
    status: Id | None = None
    remind_after: Span | None = None
    phase: Id | None = None
    severities: tuple[Id, ...] | None = None
    items: tuple[Item, ...] = Field(min_length=1, max_length=20)

    @property
    def closing(self) -> bool:
        """Whether it is for the end: it is worked off when the incident is over."""
        return self.opens == "resolving"

    def left(self, done: Container[str]) -> tuple[Item, ...]:
        """The items that are not among those `done`, in order."""
        return tuple(item for item in self.items if item.id not in done)


class Checklists(Part):
    checklists: tuple[Checklist, ...] = ()

    @property
    def all(self) -> tuple[Checklist, ...]:
        return self.checklists

    def get(self, id: str) -> Checklist | None:
        return next((c for c in self.checklists if c.id == id), None)

    def of(self, severity: str) -> tuple[Checklist, ...]:
        """Those that are for this severity, whenever they begin."""
        return tuple(c for c in self.checklists if c.severities is None or severity in c.severities)

    def at_start(self, severity: str) -> tuple[Checklist, ...]:
        """Those that begin with the declaration."""
        return tuple(c for c in self.of(severity) if not c.closing and c.after is None and c.status is None)

    def later(self, severity: str) -> tuple[Checklist, ...]:
        """Those that begin some time after the declaration, whatever the status."""
        return tuple(c for c in self.of(severity) if c.after is not None)

    def on(self, severity: str, status: str) -> tuple[Checklist, ...]:
        """Those that begin when the incident reaches that status."""
        return tuple(c for c in self.of(severity) if c.status == status)

    def closing(self, severity: str) -> tuple[Checklist, ...]:
        """Those that are asked for when somebody resolves."""
        return tuple(c for c in self.of(severity) if c.closing)

    def response(self, severity: str) -> Checklist | None:
        """The first of those that begin with the declaration: it is posted with the card."""
        return next(iter(self.at_start(severity)), None)

    def item(self, id: str) -> Item | None:
        return next((item for c in self.checklists for item in c.items if item.id == id), None)
