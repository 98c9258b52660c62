"""A leak: memory that is taken and never given back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

STEP = 2 * 1024 * 1024
#: seconds between two steps: some 20 MB a second
PAUSE = 0.1


class Leak:
    """Grows until `percent()` of the process's memory is over `enough`, and stays there."""

    def __init__(self, percent: Callable[[], float], enough: float = 94.0) -> None:
        self._percent, self._enough = percent, enough
        self._kept: list[bytes] = []

    async def grow(self) -> None:
        while True:
            if self._percent() < self._enough:
                self._kept.append(b"x" * STEP)
            await asyncio.sleep(PAUSE)
