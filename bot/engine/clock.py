"""The only place that reads the time. Every wait that Muster chooses goes through a Clock."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

#: of the clocks that never jump, the one that goes on while the machine sleeps, where there is one
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def elapsed() -> float:
    """Seconds since some moment in the past, whatever becomes of the time of day."""
    return time.clock_gettime(STEADY)


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


class SharedClock:
    """
    The time of a database that several processes share, whatever the time of day here is.

    `there` asks for it. Between two looks (`renew`) what has passed here is added. It never goes back: when it turns
    out to be ahead, it goes at half its speed until it is right.
    """

    def __init__(self, there: Callable[[], Awaitable[datetime]], passed: Callable[[], float] = elapsed) -> None:
        self._there, self._passed = there, passed
        self._base, self._since, self._ahead = datetime.now(UTC), passed(), 0.0
        self._known = False

    def now(self) -> datetime:
        return self._at(self._passed())

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))

    async def renew(self) -> None:
        """Look at the other clock. Of the answer it is known only that it was true between question and now."""
        asked = self._passed()
        earliest = await self._there()
        answered = self._passed()
        here, latest = self._at(answered), earliest + timedelta(seconds=answered - asked)
        if not self._known or here < earliest:
            here, self._ahead = earliest, 0.0
        else:
            self._ahead = max(0.0, (here - latest).total_seconds())
        self._base, self._since, self._known = here, answered, True

    def _at(self, moment: float) -> datetime:
        passed = moment - self._since
        return self._base + timedelta(seconds=passed - min(passed / 2, self._ahead))


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
