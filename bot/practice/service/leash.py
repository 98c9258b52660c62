"""The child's end of the pipe to its parent: it hears orders, answers them, and ends when the parent is gone."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Json = dict[str, Any]


async def obey(handle: Callable[[Json], Awaitable[Json]]) -> None:
    """Answer each line of stdin with one on stdout; return when stdin ends, as it does when the parent is killed."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    while line := await reader.readline():
        say(await handle(json.loads(line)))


async def until_let_go() -> None:
    """For a child that has nothing to be told."""
    await obey(nothing)


async def nothing(order: Json) -> Json:
    return {}


def say(told: Json) -> None:
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
