"""A wire to PostgreSQL that can be cut at the moment of a COMMIT."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum


class Cut(Enum):
    NEVER = "never"
    BEFORE = "the COMMIT never arrives"
    AFTER = "the answer never arrives"


class Wire:
    def __init__(self, port: int) -> None:
        self._to = port
        self.cut = Cut.NEVER
        self.cuts = 0

    async def carry(self, near: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        far, asks = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            back = asyncio.create_task(self._pass(far, answers))
            while data := await near.read(65536):
                if self.cut is not Cut.NEVER and b"COMMIT" in data:
                    await self._cut(data, asks, back)
                    break
                asks.write(data)
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
        finally:
            for writer in (asks, answers):
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

    async def _cut(self, data: bytes, asks: asyncio.StreamWriter, back: asyncio.Task[None]) -> None:
        back.cancel()
        if self.cut is Cut.AFTER:
            asks.write(data)
            await asks.drain()
        self.cut = Cut.NEVER
        self.cuts += 1

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            target.write(data)
        target.close()


@asynccontextmanager
async def a_wire(port: int) -> AsyncIterator[tuple[Wire, int]]:
    """The wire, and the port at its near end."""
    wire = Wire(port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    try:
        yield wire, server.sockets[0].getsockname()[1]
    finally:
        server.close()
