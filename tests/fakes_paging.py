"""Pagers, alarms and a roster in memory, for tests of workflows. They keep the same contracts as the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.engine.outcomes import Key, Rejected
from bot.ports import Alarm, Contact
from tests.fakes import Orders


@dataclass
class Rung:
    """What reached somebody: `times` is how often."""

    to: str
    alarm: Alarm
    times: int = 1


class FakePager(Orders):
    """`needs` is what a contact must have; `rung` what reached people, by the identity of the page."""

    def __init__(self, needs: Literal["email", "phone"] = "email") -> None:
        super().__init__()
        self.needs = needs
        self.rung: dict[str, Rung] = {}

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        address: str = getattr(to, self.needs)
        if not address.strip():
            raise Rejected(f"There is no {self.needs} for {to.name or 'this person'}.")
        order = self._begin("page", to=to, alarm=alarm, key=key)
        if key.id in self.rung:
            self.rung[key.id].times += 1
        else:
            self.rung[key.id] = Rung(address, alarm)
        self._end(order)


@dataclass
class Raised:
    alarm: Alarm
    state: str = "triggered"


class FakeAlarms(Orders):
    """`raised` by the id of the incident. What was resolved is over: acknowledging it does nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.raised: dict[str, Raised] = {}

    async def trigger(self, alarm: Alarm) -> None:
        order = self._begin("trigger", alarm=alarm)
        if alarm.incident not in self.raised or self.raised[alarm.incident].state == "resolved":
            self.raised[alarm.incident] = Raised(alarm)
        self._end(order)

    async def acknowledge(self, alarm: Alarm) -> None:
        order = self._begin("acknowledge", alarm=alarm)
        self._move(alarm, "acknowledged")
        self._end(order)

    async def resolve(self, alarm: Alarm) -> None:
        order = self._begin("resolve", alarm=alarm)
        self._move(alarm, "resolved")
        self._end(order)

    def _move(self, alarm: Alarm, state: str) -> None:
        found = self.raised.get(alarm.incident)
        if found and found.state != "resolved":
            found.state = state


@dataclass
class FakeRoster(Orders):
    """`schedules` by their id, each with the e-mail addresses of those on call."""

    schedules: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    async def on_call(self, schedule: str) -> tuple[str, ...]:
        self._end(self._begin("on_call", schedule=schedule))
        if schedule not in self.schedules:
            raise Rejected(f"There is no schedule {schedule}.")
        return tuple(self.schedules[schedule])
