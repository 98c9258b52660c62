"""Pictures, as PNG: drawn one at a time, in a thread, by a library that is loaded for the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

Points = Sequence[tuple[float, float]]

__all__ = ["Pictures"]


class Pictures:
    """The Charts port over matplotlib."""

    def __init__(self) -> None:
        # its settings and its fonts belong to the whole process
        self._turn = asyncio.Lock()

    async def lines(self, title: str, unit: str, series: Mapping[str, Points]) -> bytes:
        async with self._turn:
            return await asyncio.to_thread(_lines, title, unit, series)

    async def fishbone(self, effect: str, bones: Mapping[str, Sequence[str]]) -> bytes:
        async with self._turn:
            return await asyncio.to_thread(_fishbone, effect, bones)


def _lines(title: str, unit: str, series: Mapping[str, Points]) -> bytes:
    from bot.adapters.charts import graph

    return graph.draw(title, unit, series)


def _fishbone(effect: str, bones: Mapping[str, Sequence[str]]) -> bytes:
    from bot.adapters.charts import fishbone

    return fishbone.draw(effect, bones)
