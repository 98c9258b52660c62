"""An outside world in the process of the test: whoever sends reaches it over a socket, and no database is asked."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: Seconds that an answer, or a landing, may take longer than anybody waits for it.
LAG = 0.4


@dataclass
class Landing:
    at: datetime
    who: str


@dataclass
class Outside:
    """`landed` by name of the effect. One in five answers is lost, withheld, or comes before its effect lands."""

    chance: random.Random
    landed: dict[str, list[Landing]] = field(default_factory=lambda: defaultdict(list))
    looks: int = 0
    disturbed: int = 0
    _late: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            order = json.loads(await reader.readline())
            if order["do"] == "look":
                self.looks += 1
                await self._say(writer, bool(self.landed.get(order["name"])))
            else:
                await self._take(order, writer)
        except (OSError, ValueError):
            pass  # whoever asked is dead
        finally:
            writer.close()

    async def _take(self, order: Any, writer: asyncio.StreamWriter) -> None:
        fate = self.chance.random()
        await asyncio.sleep(self.chance.uniform(0, 0.2))
        if fate < 0.07:
            self.disturbed += 1
            self._later(order)
            return
        self._land(order)
        if fate < 0.2:
            self.disturbed += 1
            await asyncio.sleep(self.chance.choice((0, 1.5)))
            return
        await self._say(writer, "landed")

    def _land(self, order: Any) -> None:
        self.landed[order["name"]].append(Landing(datetime.now(UTC), order["who"]))

    def _later(self, order: Any) -> None:
        async def land() -> None:
            await asyncio.sleep(LAG)
            self._land(order)

        task = asyncio.create_task(land())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _say(self, writer: asyncio.StreamWriter, answer: Any) -> None:
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()


@asynccontextmanager
async def an_outside(path: Path, seed: int) -> AsyncIterator[Outside]:
    outside = Outside(random.Random(seed))
    server = await asyncio.start_unix_server(outside.answer, path)
    try:
        yield outside
    finally:
        server.close()


async def ask(path: Path, **order: Any) -> Any:
    """What the outside says. OSError when it says nothing."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(json.dumps(order).encode() + b"\n")
        if not (line := await reader.readline()):
            raise ConnectionResetError
        return json.loads(line)
    finally:
        writer.close()
