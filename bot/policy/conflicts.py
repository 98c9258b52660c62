"""Where a team's own rules say two things, and which of them runs (conflicts.yml)."""

from __future__ import annotations

from pydantic import Field

from bot.policy.model import Id, Part, Title, Words


class Conflict(Part):
    """
    `says` holds the lines that do not agree, `runs` the one that counts.

    `setting` is where it stands in this policy (`severities.p1.acknowledge_within`; things in a list by their id) and
    `value` what must stand there; the check compares. `acts` is false while Muster only keeps the decision.
    """

    id: Id
    about: Title
    says: tuple[Words, ...] = Field(min_length=1, max_length=6)
    runs: Words
    setting: str | None = None
    value: str | None = None
    acts: bool = True


class Conflicts(Part):
    conflicts: tuple[Conflict, ...] = ()

    @property
    def all(self) -> tuple[Conflict, ...]:
        return self.conflicts
