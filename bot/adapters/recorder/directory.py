"""A workspace in which everyone and everything that is asked for exists."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.recorder.record import CHAT, Record, person, whom
from bot.ports import Contact


class RecordingDirectory:
    def __init__(self, record: Record) -> None:
        self._record = record

    async def channel(self, name: str) -> str:
        return CHAT + name.lstrip("#")

    async def members(self, group: str) -> tuple[str, ...]:
        return (person(group),)

    async def person(self, name: str) -> str:
        return person(name)

    async def names(self, people: Sequence[str]) -> dict[str, str]:
        return {each: whom(each) for each in people}

    async def contact(self, person: str) -> Contact:
        """Reachable in every way."""
        name = whom(person)
        return Contact(name=name, email=f"{name.partition('@')[0]}@rehearsal.example", phone="+15550100", zone="UTC")

    async def group(self, handle: str) -> str:
        return person(handle)

    async def groups(self) -> dict[str, str]:
        return {}

    async def staff(self, group: str, people: Sequence[str]) -> None:
        self._record.add("staff", group, people=tuple(people))


class RecordingRoster:
    """Another service's schedules: one person each, called like the schedule."""

    async def on_call(self, schedule: str) -> tuple[str, ...]:
        return (schedule,)
