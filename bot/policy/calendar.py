"""When the team works, and where its clock hangs (calendar.yml)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.policy.model import Part, Workdays, after


class Calendar(Part):
    def after(self, at: datetime, length: timedelta | Workdays) -> datetime:
        """The moment so long after `at`."""
        return after(at, length)
