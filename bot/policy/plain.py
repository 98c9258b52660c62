"""Texts without any medium: typed text as typed, people by reference, times in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import clock_time
from bot.policy.markdown import spoken


class Plain:
    """A dialect for text that is escaped later, as a whole, where it is shown."""

    def text(self, typed: str) -> str:
        return typed

    def person(self, ref: str) -> str:
        return ref

    def moment(self, at: datetime) -> str:
        return clock_time(at)

    def duration(self, length: timedelta) -> str:
        return spoken(length)


PLAIN = Plain()
