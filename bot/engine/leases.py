"""Who may act on what was claimed: one lease per process, which it renews for as long as it lives."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from math import inf
from typing import Any

from bot.engine.clock import Clock
from bot.engine.journal import Fenced, Journal, Workbench
from bot.engine.settings import Settings


class Lease:
    """The right to act under one owner's name until a moment of `passed`. Once over, it is over for good."""

    def __init__(self, passed: Callable[[], float]) -> None:
        self.owner = secrets.token_hex(8)
        self._passed = passed
        self._until = -inf

    @property
    def over(self) -> bool:
        return self._passed() >= self._until

    def extend(self, until: float) -> None:
        self._until = until

    def check(self) -> None:
        """Fenced when others may have taken over what was claimed under it."""
        if self.over:
            raise Fenced(f"The lease of {self.owner} is over.")


class Tenure:
    """
    Keeps the lease of this process, and takes over from those whose lease is over.

    Where nobody else can be at work, one lease lasts from `begin` to `end`, and nothing is written of it.
    """

    def __init__(self, journal: Journal, clock: Clock, settings: Settings, passed: Callable[[], float]) -> None:
        self._journal, self._clock, self._settings, self._passed = journal, clock, settings, passed
        self.lease = Lease(passed)
        self._renew_at = inf

    async def begin(self) -> int:
        """Take over what earlier owners left; how many runs."""
        self.lease = Lease(self._passed)
        if self._journal.shared:
            return await self._renew()
        self.lease.extend(inf)
        return int(await self._transact(lambda bench: bench.adopt(self.lease.owner)))

    async def keep(self) -> int:
        """Renew the lease when it is time, and look who has not; how many runs were taken over."""
        return await self._renew() if self._passed() >= self._renew_at else 0

    async def end(self) -> None:
        """Give back what is still claimed, so that others need not wait."""
        lease, self._renew_at = self.lease, inf
        lease.extend(-inf)
        if self._journal.shared:
            await self._transact(lambda bench: bench.resign(lease.owner))

    async def _renew(self) -> int:
        asked, until = self._passed(), self._clock.now() + self._settings.lease

        async def renew(bench: Workbench) -> tuple[Lease, int, timedelta]:
            lease = self.lease
            if lease.over or not await bench.renew(lease.owner, until):
                lease = Lease(self._passed)
                await bench.enlist(lease.owner, until)
            freed = await bench.adopt(lease.owner)
            lapse = await bench.next_lapse(lease.owner)
            return lease, freed, lapse - bench.now if lapse else self._settings.renew_every

        self.lease, freed, lapse = await self._transact(renew)
        # it ends for us before it does for others, whose clocks may differ a little
        self.lease.extend(asked + self._settings.lease.total_seconds() * 5 / 6)
        self._renew_at = asked + min(lapse, self._settings.renew_every).total_seconds()
        return int(freed)

    async def _transact(self, decide: Callable[[Workbench], Any]) -> Any:
        return await self._journal.transact(decide, self._clock.now())
