"""
What probes ask of Redis, in its own protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/): one
connection, made as all of them are made, and no answer larger than a probe has use for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias
from urllib.parse import SplitResult, unquote

from bot.adapters.probes.reach import Reach, Stream, parted, troubles
from bot.adapters.probes.spot import Spot, Unseen
from bot.domain.observation import Fault

PORT = 6379
MOST_BYTES = 1024 * 1024
MOST_ITEMS, DEEPEST = 10_000, 8
DENIED = ("NOAUTH", "WRONGPASS", "NOPERM", "DENIED")
Reply: TypeAlias = "str | int | list[Reply] | None"


class Complaint(Unseen):
    """An error that Redis answers with; its first word says which."""


class Redis:
    """`name` is what it is called before people."""

    def __init__(self, name: str, stream: Stream) -> None:
        self.name = name
        self._reader, self._writer = stream

    async def ask(self, *words: str) -> Reply:
        """Complaint if it is not willing, Unseen if what comes is no answer."""
        with troubles(self.name):
            self._writer.write(_command(words))
            await self._writer.drain()
            return await self._reply()

    async def _reply(self, depth: int = 0) -> Reply:
        sort, rest = await self._line()
        match sort:
            case "+":
                return rest
            case ":":
                return self._number(rest)
            case "-":
                raise self._complaint(rest)
            case "$":
                return await self._bulk(self._number(rest))
            case "*" if depth < DEEPEST:
                return await self._items(self._number(rest), depth)
        raise self._wrong()

    async def _line(self) -> tuple[str, str]:
        try:
            line = (await self._reader.readline()).decode(errors="replace")
        except ValueError:  # longer than the reader's limit
            raise self._wrong() from None
        if not line:
            raise EOFError
        return line[:1], line[1:].rstrip("\r\n")

    async def _bulk(self, size: int) -> str | None:
        if size < 0:
            return None
        if size > MOST_BYTES:
            raise self._wrong()
        return (await self._reader.readexactly(size + 2))[:-2].decode(errors="replace")

    async def _items(self, count: int, depth: int) -> list[Reply]:
        if count > MOST_ITEMS:
            raise self._wrong()
        return [await self._reply(depth + 1) for _ in range(count)]

    def _number(self, text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise self._wrong() from None

    def _complaint(self, text: str) -> Complaint:
        fault = Fault.DENIED if text.startswith(DENIED) else Fault.UNEXPECTED
        return Complaint(fault, f"{self.name} answers: {text[:200]}")

    def _wrong(self) -> Unseen:
        return Unseen(Fault.UNEXPECTED, f"{self.name} answers with something that is not the protocol of Redis")


def _command(words: tuple[str, ...]) -> bytes:
    data = [word.encode() for word in words]
    return b"*%d\r\n" % len(data) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in data)


@asynccontextmanager
async def connected(reach: Reach, spot: Spot) -> AsyncIterator[Redis]:
    """By the spot's address, `redis://user:password@host:6379/0`, or `rediss://` for TLS; logged in."""
    url = parted(spot, "redis", "rediss")
    host, port = str(url.hostname), url.port or PORT
    stream = await reach.open(spot, host, port, reach.trust if url.scheme == "rediss" else None)
    try:
        redis = Redis(f"{host}:{port}", stream)
        await _log_in(redis, url)
        yield redis
    finally:
        await _close(stream[1])


async def _log_in(redis: Redis, url: SplitResult) -> None:
    if url.password:
        user = [unquote(url.username)] if url.username else []
        await redis.ask("AUTH", *user, unquote(url.password))
    if (number := url.path.strip("/")) not in ("", "0"):
        await redis.ask("SELECT", number)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            await writer.wait_closed()
