"""The statuses of an incident and the moves between them (lifecycle.yml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import Field, model_validator

from bot.domain.facts import Stage
from bot.policy.model import Emoji, Id, Part, Title, Words, by_id, by_word


class Phase(Part):
    """A stretch of the response as the team divides it; `window` says in words when it is."""

    id: Id
    title: Title
    window: Title | None = None


class Status(Part):
    """
    `stage` is what the machine makes of it; `next` the statuses that may follow.

    `word` is what updates say to others, the title unless given; `phase` the stretch of the response it belongs to.
    """

    id: Id
    title: Title
    word: Title = ""
    phase: Id | None = None
    emoji: Emoji
    means: Words
    stage: Stage
    next: tuple[Id, ...] = ()
    aliases: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _spoken(cls, given: Any) -> Any:
        return {"word": given.get("title"), **given} if isinstance(given, dict) else given


class Kind(Part):
    id: Id
    title: Title
    means: Words


class KindOfResolution(NamedTuple):
    id: str
    title: str
    means: str


class Seat(NamedTuple):
    """A role and whoever holds it."""

    role: str
    person: str


class Lifecycle(Part):
    """
    `start`, `resolved`, `cancelled`, `closed` and `reopened` name the statuses those verbs lead to.

    `resolve_by` and `decide_by` are the roles whose holders may resolve, and may say go or no-go; while none of them is
    held, and when the list is empty, anyone may.
    """

    start: Id
    resolved: Id
    cancelled: Id
    closed: Id
    reopened: Id
    resolve_by: tuple[Id, ...] = ()
    decide_by: tuple[Id, ...] = ()
    phases: tuple[Phase, ...] = ()
    statuses: tuple[Status, ...] = Field(min_length=1)
    resolutions: tuple[Kind, ...] = Field(min_length=1)

    @property
    def all(self) -> tuple[Status, ...]:
        return self.statuses

    def get(self, id: str) -> Status:
        """LookupError when the policy has no such status."""
        return by_id(self.statuses, id, "status")

    def find(self, word: str) -> Status | None:
        """By id, title or alias, in any case."""
        return by_word(self.statuses, word)

    def phase(self, status: str) -> Phase | None:
        """The phase a status belongs to; None when it has none, or the policy no longer has it."""
        wanted = next((s.phase for s in self.statuses if s.id == status), None)
        return next((phase for phase in self.phases if phase.id == wanted), None)

    def after(self, id: str) -> tuple[str, ...]:
        return self.get(id).next

    def place(self, status: str) -> tuple[int, Phase] | None:
        """The phase a status belongs to and its number, from 1; None where `phase` is."""
        phase = self.phase(status)
        return (self.phases.index(phase) + 1, phase) if phase else None

    def resolvers(self, held: Mapping[str, str]) -> tuple[Seat, ...]:
        """Who alone may resolve while roles are `held` (role → person); nobody in it means that anyone may."""
        return _seats(self.resolve_by, held)

    def deciders(self, held: Mapping[str, str]) -> tuple[Seat, ...]:
        """Who alone may say go or no-go while roles are `held`; nobody in it means that anyone may."""
        return _seats(self.decide_by, held)

    @property
    def kinds_of_resolution(self) -> tuple[KindOfResolution, ...]:
        return tuple(KindOfResolution(k.id, k.title, k.means) for k in self.resolutions)


def _seats(roles: Iterable[str], held: Mapping[str, str]) -> tuple[Seat, ...]:
    return tuple(Seat(role, held[role]) for role in roles if role in held)
