"""What is started and not waited for: opening a dialog, a private answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Errands:
    """Holds its tasks, so that none is lost while it runs and none fails unseen."""

    def __init__(self) -> None:
        self._open: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        return not self._open

    def start(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._open.add(task)
        task.add_done_callback(self._ended)

    async def settle(self) -> None:
        """Wait until nothing is open any more."""
        while self._open:
            await asyncio.wait(self._open)

    async def stop(self, grace: float = 3.0) -> None:
        """Wait so many seconds, then cancel what is still open."""
        if self._open:
            await asyncio.wait(self._open, timeout=grace)
        left = list(self._open)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._open.discard(task)
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            logger.error("An answer to a person failed: %s", type(failure).__name__, extra={"action": "slack.errand"},
                         exc_info=failure)  # fmt: skip
