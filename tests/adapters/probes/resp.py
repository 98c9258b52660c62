"""A server that speaks the protocol of Redis, and what it is told to say."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

INFO = (
    "# Memory\r\nused_memory:750\r\nmaxmemory:1000\r\n# Clients\r\nconnected_clients:4\r\nmaxclients:100\r\n"
    "# Stats\r\nkeyspace_hits:90\r\nkeyspace_misses:10\r\nevicted_keys:2\r\nuptime_in_seconds:60\r\nrole:master\r\n"
)


def bulk(text: str) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text.encode()), text.encode())


def array(*items: bytes) -> bytes:
    return b"*%d\r\n" % len(items) + b"".join(items)


PLAIN: Mapping[str, bytes] = {"PING": b"+PONG\r\n", "INFO": bulk(INFO), "SELECT 1": b"+OK\r\n"}


class Server:
    """`replies` by command, as it came (`LLEN jobs`); nothing at all for those whose reply is b"". `heard` is all."""

    def __init__(self, replies: Mapping[str, bytes]) -> None:
        self.replies, self.heard = replies, list[str]()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            words = [await self._word(reader) for _ in range(int(head[1:]))]
            self.heard.append(" ".join(words))
            writer.write(self.replies.get(" ".join(words), b"-ERR unknown command\r\n"))
            await writer.drain()
        writer.close()

    async def _word(self, reader: asyncio.StreamReader) -> str:
        size = int((await reader.readline())[1:])
        return (await reader.readexactly(size + 2))[:-2].decode()


@asynccontextmanager
async def serving(replies: Mapping[str, bytes] = PLAIN, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(replies)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    async with listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
