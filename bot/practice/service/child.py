"""A process of ours, at the parent's end of the pipe."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import bot
from bot.practice.service.leash import Json

#: seconds that a child may take to start on a busy machine, and to end when it is let go
LONGEST_START, LONGEST_END = 30.0, 3.0


class Gone(Exception):
    """The child ended before it answered."""


class Child:
    """
    A module run as a process. Its stdin is a pipe that only we hold, so that it learns when we are gone; what it writes
    to stderr is added to `errors`.
    """

    def __init__(self, module: str, errors: Path, *, apart: bool = False) -> None:
        self._module, self._errors, self._apart = module, errors, apart
        self._turn = asyncio.Lock()
        self.process: asyncio.subprocess.Process | None = None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.alive else None

    async def start(self, *words: str) -> Json:
        """What it says first, which it does when it is ready. Gone if it ends before that."""
        with self._errors.open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, *words, env=environment(), start_new_session=self._apart,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        try:
            async with self._turn, asyncio.timeout(LONGEST_START):
                return await self._heard()
        except (TimeoutError, asyncio.CancelledError):
            self.kill()
            raise

    async def ask(self, order: Json) -> Json:
        """Its answer to an order. Gone if it does not live."""
        async with self._turn:
            if self.process is None or self.process.stdin is None or not self.alive:
                raise Gone(self._module)
            try:
                self.process.stdin.write(f"{json.dumps(order)}\n".encode())
                await self.process.stdin.drain()
                return await self._heard()
            except ConnectionError:
                raise Gone(self._module) from None

    async def _heard(self) -> Json:
        assert self.process and self.process.stdout
        line = await self.process.stdout.readline()
        if not line:
            raise Gone(self._module)
        told: Json = json.loads(line)
        return told

    async def ended(self) -> None:
        if self.process is not None:
            await self.process.wait()

    async def stop(self) -> None:
        """Let it go; it is killed if it does not end soon."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            async with asyncio.timeout(LONGEST_END):
                await self.process.wait()
        except TimeoutError:
            self.kill()
            await self.process.wait()

    def kill(self) -> None:
        if self.process is not None and self.alive:
            self.process.kill()


def environment() -> dict[str, str]:
    """Ours without any secret of ours, and with the way to this package."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MUSTER_"))}
    ways = [str(Path(bot.__file__).parents[1]), *filter(None, [clean.get("PYTHONPATH")])]
    return {**clean, "PYTHONPATH": os.pathsep.join(ways)}
