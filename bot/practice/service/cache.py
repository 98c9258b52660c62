"""
The cache: a small server that speaks the protocol of Redis.

https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import StreamReader, StreamWriter

from bot.practice.service import leash
from bot.practice.service.addresses import HOST
from bot.practice.service.keyspace import Keyspace, Mistake, Reply, Word


async def command(reader: StreamReader) -> list[str] | None:
    """The next one; None when the client has gone or does not speak RESP."""
    head = await reader.readline()
    if not head.startswith(b"*"):
        return None
    words = []
    for _ in range(int(head[1:])):
        size = int((await reader.readline())[1:])
        words.append((await reader.readexactly(size + 2))[:-2].decode())
    return words


def encoded(reply: Reply, protocol: int) -> bytes:
    match reply:
        case None:
            return b"_\r\n" if protocol == 3 else b"$-1\r\n"
        case Mistake(text):
            return f"-{text}\r\n".encode()
        case int(number):
            return f":{number}\r\n".encode()
        case Word(text):
            return f"+{text}\r\n".encode()
        case str(text):
            data = text.encode()
            return b"$%d\r\n%s\r\n" % (len(data), data)
    head = f"%{len(reply)}" if protocol == 3 else f"*{2 * len(reply)}"
    parts = (part for pair in reply.items() for part in pair)
    return f"{head}\r\n".encode() + b"".join(encoded(part, protocol) for part in parts)


def spoken(words: list[str], protocol: int) -> int:
    """The version of the protocol after this command."""
    asked = words[1] if len(words) > 1 and words[0].upper() == "HELLO" else ""
    return int(asked) if asked in ("2", "3") else protocol


class Server:
    def __init__(self) -> None:
        self._keys = Keyspace()
        self._clients: set[StreamWriter] = set()
        self._gone = asyncio.Event()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._clients.add(writer)
        protocol = 2
        try:
            while words := await command(reader):
                protocol = spoken(words, protocol)
                writer.write(encoded(self._keys.answer(words, len(self._clients)), protocol))
                await writer.drain()
        except (ValueError, OSError, asyncio.IncompleteReadError):
            pass  # the client left, or is none
        finally:
            writer.close()
            self._clients.discard(writer)
            self._gone.set()

    async def leave(self) -> None:
        """Every client is let go."""
        while self._clients:
            self._gone.clear()
            for writer in self._clients:
                writer.close()
            await self._gone.wait()


async def main(port: int) -> None:
    clients = Server()
    server = await asyncio.start_server(clients.serve, HOST, port)
    leash.say({"ready": True})
    await leash.until_let_go()
    server.close()
    await clients.leave()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
