"""Ways to wake people that wake nobody."""

from __future__ import annotations

from bot.adapters.recorder.record import Record, person
from bot.engine.outcomes import Key
from bot.ports import Alarm, Contact


class RecordingPager:
    """`way` is how it would reach people: email, sms, phone."""

    def __init__(self, record: Record, way: str) -> None:
        self._record, self._way = record, way
        self._sent: set[str] = set()

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        if key.id not in self._sent:
            self._sent.add(key.id)
            self._record.add("page", self._way, people=(person(to.name),), text=alarm.subject)


class RecordingAlarms:
    """A paging service; it is asked again and again, and written down when its answer would change."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._state: dict[str, str] = {}

    async def trigger(self, alarm: Alarm) -> None:
        self._to(alarm, "trigger")

    async def acknowledge(self, alarm: Alarm) -> None:
        self._to(alarm, "acknowledge")

    async def resolve(self, alarm: Alarm) -> None:
        self._to(alarm, "resolve")

    def _to(self, alarm: Alarm, state: str) -> None:
        if self._state.get(alarm.incident) != state:
            self._state[alarm.incident] = state
            self._record.add(state, "alarms", text=alarm.subject)
