"""The only place that reads the time. Every wait that Muster chooses goes through a Clock."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime
from itertools import count
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, in UTC and aware."""

    async def sleep_until(self, moment: datetime) -> None:
        """Return at `moment` or soon after; at once if it has passed."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))


class StoppedClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        if moment <= self._now:
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._order), waiting))
        await waiting

    def advance(self, to: datetime) -> None:
        """Move to `to` and wake whoever slept until then, earliest first. ValueError if that is in the past."""
        if to < self._now:
            raise ValueError(f"It is {self._now.isoformat()}; the clock cannot go back to {to.isoformat()}.")
        self._now = to
        while self._sleepers and self._sleepers[0][0] <= to:
            _, _, waiting = heapq.heappop(self._sleepers)
            if not waiting.done():
                waiting.set_result(None)

    @property
    def next_wake(self) -> datetime | None:
        """When the first sleeper wants to be woken."""
        self._sleepers = [s for s in self._sleepers if not s[2].done()]
        heapq.heapify(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None
