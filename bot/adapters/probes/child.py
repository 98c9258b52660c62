"""Programs that a probe runs: named by the policy or by the kind, without a shell, and gone when the probe ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psutil

from bot.adapters.probes.kind import Unseen
from bot.domain.observation import Fault

MOST_OUTPUT = 64 * 1024
#: seconds that output is waited for when the program has ended and something that it started has not
GRACE = 0.5
#: nothing of Muster's own environment, which holds secrets
ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
FOLDERS = ("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")


@dataclass(frozen=True)
class Ended:
    """`output` is the newest of what it wrote, to either stream; `status` is negative when a signal ended it."""

    status: int
    output: str


def program(name: str) -> str:
    """The absolute path of a program that systems bring along, where it is or would be."""
    places = [f"{folder}/{name}" for folder in FOLDERS]
    return next((place for place in places if os.access(place, os.X_OK)), places[0])


async def run(
    argv: Sequence[str], folder: str = "/", environment: Mapping[str, str] = ENVIRONMENT, most: int = MOST_OUTPUT
) -> Ended:
    """
    Run it to its end. It and whatever it started are killed then, and when the caller is cancelled.

    `most` is how many bytes of its output are kept. Unseen if it cannot be started.
    """
    kept = bytearray()
    async with _pipe() as (reader, end):
        process = await _started(argv, folder, environment, end)
        keeping = asyncio.create_task(_keep(reader, kept, most))
        try:
            status = await process.wait()
            await asyncio.wait([keeping], timeout=GRACE)
        finally:
            keeping.cancel()
            await _kill(process)
    return Ended(status, kept.decode(errors="replace"))


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    """
    The reader, and the end to write to. With asyncio's own pipe, to wait for the program is to wait for everybody who
    holds its output.
    """
    ours, theirs = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb", buffering=0)
    )
    try:
        yield reader, theirs
    finally:
        transport.close()


async def _started(
    argv: Sequence[str], folder: str, environment: Mapping[str, str], end: int
) -> asyncio.subprocess.Process:
    """The process; our copy of `end` is closed."""
    try:
        return await asyncio.create_subprocess_exec(
            *argv, cwd=folder, env=dict(environment), stdin=asyncio.subprocess.DEVNULL, stdout=end, stderr=end,
            start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError as why:
        raise Unseen(Fault.BROKEN, f"{why.filename} is not on this machine") from None
    except OSError as why:
        raise Unseen(Fault.BROKEN, f"{argv[0]} cannot be run here: {why.strerror}") from None
    finally:
        os.close(end)


async def _keep(reader: asyncio.StreamReader, kept: bytearray, most: int) -> None:
    while piece := await reader.read(MOST_OUTPUT):
        kept += piece
        del kept[:-most]


async def _kill(process: asyncio.subprocess.Process) -> None:
    """With its group, and with those of its children that left the group."""
    strays = _descendants(process.pid) if process.returncode is None else []
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for stray in strays:
        with suppress(psutil.Error):
            stray.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            await process.wait()


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
