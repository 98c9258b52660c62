"""How often people hear from us, and how Muster insists (cadence.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from bot.domain.facts import Stage
from bot.domain.incident import OVER
from bot.policy.model import Id, Part, Span, duration

__all__ = ["Cadence", "Volume", "duration"]


class Volume(StrEnum):
    """How loud a reminder is: without a mention, to the room, to the people in charge, to everyone present."""

    QUIET = "quiet"
    ROOM = "room"
    LEAD = "lead"
    HERE = "here"


class Rhythm(Part):
    """
    `update_every` of None means as needed: no reminders. `prompt_lead_after` of None: nobody is asked to command.

    `first_within` is for the first update after the declaration alone; without it that comes after `update_every` too.
    """

    update_every: Span | None = None
    first_within: Span | None = None
    remind_before: Span = timedelta(minutes=5)
    prompt_lead_after: Span | None = None


class Louder(Part):
    """From the `miss`-th missed reminder on."""

    miss: int = Field(ge=1)
    volume: Volume
    mention: tuple[Id, ...] = ()


class Cadence(Part):
    """After the loudest reminder the wait doubles each time, up to `missed_at_longest_every`."""

    severities: Mapping[Id, Rhythm]
    snooze: Span
    missed_again_every: Span
    missed_at_longest_every: Span
    louder: tuple[Louder, ...] = Field(min_length=1)
    prompt_lead_every: Span
    prompt_lead_times: int = Field(ge=0)

    def every(self, severity: str, stage: Stage) -> timedelta | None:
        """Time between updates; None once the incident is over, or when updates go out as needed."""
        return None if stage in OVER else self.severities[severity].update_every

    def first(self, severity: str, stage: Stage) -> timedelta | None:
        """Time until the first update after the declaration; None as for `every`."""
        return None if stage in OVER else self.severities[severity].first_within or self.every(severity, stage)

    def reminder(self, update_due: datetime, severity: str) -> datetime:
        """When to remind of an update due at `update_due`."""
        return update_due - self.severities[severity].remind_before

    def missed(self, due: datetime, times: int) -> datetime:
        """When the `times`-th reminder (1, 2, …) of an update missed since `due` is said; the first at `due` itself."""
        loudest = max(step.miss for step in self.louder)
        waits = (self._wait(max(0, n - loudest)) for n in range(1, times))
        return due + sum(waits, timedelta())

    def volume(self, times: int) -> Volume:
        """`times` of 0 is the reminder before the update is due."""
        step = self._step(times)
        return step.volume if step else Volume.QUIET

    def mentions(self, times: int) -> tuple[str, ...]:
        """Ids of the roles whose holders the `times`-th missed reminder names."""
        step = self._step(times)
        return step.mention if step else ()

    def prompt_lead_after(self, severity: str) -> timedelta | None:
        """How long after the declaration the room is first asked for a commander; None for never."""
        return self.severities[severity].prompt_lead_after

    def _step(self, times: int) -> Louder | None:
        reached = [step for step in self.louder if step.miss <= times]
        return max(reached, key=lambda step: step.miss) if reached else None

    def _wait(self, doublings: int) -> timedelta:
        longer: timedelta = self.missed_again_every * 2 ** min(doublings, 16)
        return min(longer, self.missed_at_longest_every)
