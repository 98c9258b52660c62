"""A throw-away house: the real workflows on a stopped clock, with ports that only write down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters.recorder import (
    Record,
    RecordingAlarms,
    RecordingChat,
    RecordingDirectory,
    RecordingPager,
    RecordingRoster,
)
from bot.adapters.store import Store
from bot.domain.errors import Refused
from bot.engine.clock import StoppedClock
from bot.engine.engine import Engine
from bot.engine.journal import Trouble
from bot.engine.settings import Settings
from bot.policy.book import Book
from bot.ports import Books
from bot.workflows import index, show, told
from bot.workflows.desk import Desk

WAYS = ("email", "sms", "phone")
#: what is edited tells nobody anything, and takes most of the time
SETTINGS = Settings(edit_every=timedelta(days=366))
#: more looks at one and the same moment than any policy has work for
MOST_LOOKS = 500


class Broken(Refused):
    """The rehearsal could not go on: something in Muster broke, or there is always more to do."""


class Unheard(Store):
    """Tells nobody of what is committed: the stage looks itself for what is due, once instead of each time."""

    def on_commit(self, listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


class Stage:
    """`desk` is where gestures are made; what came of them is in `record`."""

    def __init__(self, book: Book, store: Store, clock: StoppedClock) -> None:
        self.clock, self.store, self.record = clock, store, Record(clock)
        self.desk = Desk(
            book, store, RecordingChat(self.record), RecordingDirectory(self.record),
            pagers={way: RecordingPager(self.record, way) for way in WAYS}, alarms=RecordingAlarms(self.record),
            roster=RecordingRoster(),
        )  # fmt: skip
        self.engine = Engine(
            store, clock, runs=index.bound(self.desk, index.RUNS), timers=index.bound(self.desk, index.TIMERS),
            surfaces=index.bound(self.desk, index.SURFACES), on_trouble=self._trouble,
            on_gone=partial(show.gone, self.desk), settings=SETTINGS,
        )  # fmt: skip
        self._broken: Trouble | None = None

    async def settle(self) -> None:
        """Return when everything that is due by now is done. Broken when that cannot be."""
        for _ in range(MOST_LOOKS):
            await self.engine.settle()
            if self._broken:
                failed = f"{self._broken.label} failed. {self._broken.sentence}"
                raise Broken(f"The rehearsal stopped at {self._time}: {failed}")
            due = await self.engine.next_due()
            if due is None or due > self.clock.now():
                return
            await self.engine.run_due(self.clock.now())
        raise Broken(f"The rehearsal stopped at {self._time}: there was always more to do.")

    @property
    def _time(self) -> str:
        return f"{self.clock.now():%a %d %b %H:%M} UTC"

    async def _trouble(self, books: Books, trouble: Trouble) -> None:
        """The ports never make anybody wait: what rests to be tried again is broken."""
        if not trouble.final:
            self._broken = trouble
        await told.trouble(self.desk, books, trouble)

    async def until(self, end: datetime) -> None:
        """Let time pass up to `end`: everything that falls due on the way, or then, happens at its own moment."""
        await self.settle()
        while (due := await self.engine.next_due()) and due <= end:
            self.clock.advance(max(due, self.clock.now()))
            await self.settle()

    def at(self, moment: datetime) -> None:
        self.clock.advance(max(moment, self.clock.now()))


@asynccontextmanager
async def stage(book: Book, at: datetime) -> AsyncIterator[Stage]:
    """It is `at` there. Nothing of it is left when it is over."""
    folder = await asyncio.to_thread(TemporaryDirectory, prefix="muster-rehearsal-")
    try:
        store = await Unheard.open(Path(folder.name) / "rehearsal.db", at)
        built = Stage(book, store, StoppedClock(at))
        try:
            await built.engine.start()
            yield built
        finally:
            await built.engine.stop(0)
            await store.close()
    finally:
        await asyncio.to_thread(folder.cleanup)
