"""Does what is due, when the clock says so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

from bot.simulator.clock import Clock


class Ticker:
    """Sleeps on the clock until the next thing is due; `poke` says that this may have changed."""

    def __init__(
        self,
        clock: Clock,
        next_due: Callable[[], datetime | None],
        run_due: Callable[[datetime], None],
        tick: float | None,
    ) -> None:
        self.clock = clock
        self.next_due = next_due
        self.run_due = run_due
        self.tick = tick
        self._poked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    def poke(self) -> None:
        self._poked.set()

    async def _run(self) -> None:
        while True:
            self._poked.clear()
            due = self.next_due()
            if due is not None and due <= self.clock.now():
                self.run_due(self.clock.now())
                await asyncio.sleep(0)
                continue
            await self._rest(due)

    async def _rest(self, due: datetime | None) -> None:
        """Until `due`, a poke, or the next real-time tick, whichever comes first."""
        loop = asyncio.get_running_loop()
        waits: list[asyncio.Task[object]] = [loop.create_task(self._poked.wait())]
        if due is not None:
            waits.append(loop.create_task(self._sleep(due)))
        try:
            await asyncio.wait(waits, timeout=self.tick, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _sleep(self, due: datetime) -> object:
        return await self.clock.sleep_until(due)  # type: ignore[func-returns-value]

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
