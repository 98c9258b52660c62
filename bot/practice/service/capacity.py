"""How many orders are worked on at a time, which may be changed while they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Overloaded(Exception):
    """There was no place in time."""


class Capacity:
    """Who finds no place waits at most `patience` seconds."""

    def __init__(self, size: int, patience: float = 1.0) -> None:
        self.size, self._patience = size, patience
        self.busy, self._changed = 0, asyncio.Condition()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience), self._changed:
                await self._changed.wait_for(lambda: self.busy < self.size)
                self.busy += 1
        except TimeoutError:
            raise Overloaded(f"all {self.size} places are taken") from None
        try:
            yield
        finally:
            async with self._changed:
                self.busy -= 1
                self._changed.notify()

    async def resize(self, size: int) -> None:
        async with self._changed:
            self.size = size
            self._changed.notify_all()
