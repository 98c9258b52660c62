"""The detector's rounds in this process: one at a time, and a round that breaks is told."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from ulid import ULID

from bot.engine.outcomes import Key
from bot.messages import Sentence
from bot.workflows.desk import Desk
from bot.workflows.detection import detect

logger = logging.getLogger(__name__)


class Lookout:
    """`tick` begins a round when one is due, `look` begins one and waits for its end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._due: datetime | None = None
        self._round: asyncio.Task[None] | None = None
        #: how many were begun
        self.rounds = 0
        #: it was told past the record, which cannot be written
        self._told = False

    @property
    def idle(self) -> bool:
        return self._round is None or self._round.done()

    def tick(self, now: datetime) -> None:
        if self.idle and (self._due is None or self._due <= now):
            self._begin(now)

    async def look(self, now: datetime) -> None:
        await asyncio.wait({self._begin(now) if self._round is None or self.idle else self._round})

    async def stop(self) -> None:
        if self._round:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)

    def _begin(self, now: datetime) -> asyncio.Task[None]:
        self.rounds += 1
        self._round = asyncio.create_task(self._go(now), name="a round of the detector")
        return self._round

    async def _go(self, now: datetime) -> None:
        [ended] = await asyncio.gather(detect.cycle(self._desk, now), return_exceptions=True)
        if isinstance(ended, datetime):
            self._due, self._told = ended, False
            return
        self._due = now + self._desk.book.diagnosis.detector.after_error
        logger.error("A round of the detector broke.", exc_info=ended, extra={"action": "detector.broke"})
        await self._tell(cause(ended), now)

    async def _tell(self, why: str, now: datetime) -> None:
        [failed] = await asyncio.gather(detect.broke(self._desk, why, now), return_exceptions=True)
        if failed and not self._told:
            await self._tell_past_the_record(why, now)

    async def _tell_past_the_record(self, why: str, now: datetime) -> None:
        """The record cannot be written, so a restart may say it again."""
        [failed] = await asyncio.gather(self._post(detect.trouble(self._desk, why), now), return_exceptions=True)
        self._told = failed is None
        if isinstance(failed, Exception):
            logger.error("Nor could it be told.", exc_info=failed, extra={"action": "detector.untold"})

    async def _post(self, text: str, now: datetime) -> None:
        place = await self._desk.directory.channel(self._desk.book.communications.incidents_channel)
        await self._desk.chat.post(place, Sentence(text), Key(str(ULID()), now, doubtful=False))


def cause(error: BaseException) -> str:
    """
    What broke, in one word: no text of an error, which may hold anything.

    >>> cause(ExceptionGroup("two", [KeyError("x"), OSError()]))
    'KeyError'
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__
