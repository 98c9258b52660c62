"""Work that blocks, in threads: never more of them than a few, and none that keeps the process from ending."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from threading import Thread
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class Threads:
    """
    At most `most` at a time. Whoever waits for one is let go when it is cancelled; the thread keeps its place until its
    work is really done, so that hung ones cannot pile up.
    """

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises."""
        await self._free.acquire()
        job = Job(work, self._free.release)
        Thread(target=job.run, daemon=True, name="probe").start()
        return await job.done


class Job(Generic[T]):
    """One piece of work; `done` becomes what it returns or raises, and `after` is called when it has ended."""

    def __init__(self, work: Callable[[], T], after: Callable[[], None]) -> None:
        self._work, self._after = work, after
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[T] = self._loop.create_future()

    def run(self) -> None:
        with self:
            self._tell(partial(self.done.set_result, self._work()))

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> bool:  # fmt: skip
        if why:
            self._tell(partial(self.done.set_exception, why))
        return True

    def _tell(self, settle: Callable[[], None]) -> None:
        # a loop that is closed waits for nothing
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, settle)

    def _settle(self, settle: Callable[[], None]) -> None:
        self._after()
        if not self.done.done():
            settle()
