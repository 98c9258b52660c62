"""The statuses of an incident and the moves between them (lifecycle.yml)."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from bot.domain.facts import Stage
from bot.policy.model import Emoji, Id, Part, Title, Words, by_id, by_word


class Status(Part):
    """`stage` is what the machine makes of it; `next` the statuses that may follow."""

    id: Id
    title: Title
    emoji: Emoji
    means: Words
    stage: Stage
    next: tuple[Id, ...] = ()
    aliases: tuple[str, ...] = ()


class Kind(Part):
    id: Id
    title: Title
    means: Words


class KindOfResolution(NamedTuple):
    id: str
    title: str
    means: str


class Lifecycle(Part):
    """`start`, `resolved`, `cancelled`, `closed` and `reopened` name the statuses those verbs lead to."""

    start: Id
    resolved: Id
    cancelled: Id
    closed: Id
    reopened: Id
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

    def after(self, id: str) -> tuple[str, ...]:
        return self.get(id).next

    @property
    def kinds_of_resolution(self) -> tuple[KindOfResolution, ...]:
        return tuple(KindOfResolution(k.id, k.title, k.means) for k in self.resolutions)
