"""The shop as whoever starts it holds it."""

from __future__ import annotations

from pathlib import Path

from bot.practice.service.addresses import Addresses
from bot.practice.service.child import Child, Gone

SUPERVISOR = "bot.practice.service.supervisor"


class CannotOpen(Exception):
    """Why the shop did not start."""


class Running:
    """Its processes end with `stop`, and also when this process is killed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        # apart: Ctrl-C in the terminal is for us, and we let it go in order
        self.supervisor = Child(SUPERVISOR, folder / "processes.err", apart=True)

    async def start(self, control: int = 0) -> Addresses:
        """`control` is the port of the control API, 0 for a free one. CannotOpen with the reason."""
        try:
            told = await self.supervisor.start(str(self._folder), str(control))
        except (Gone, TimeoutError):
            raise CannotOpen(f"it did not start; {self._folder / 'processes.err'} says why") from None
        if "error" in told:
            await self.stop()
            raise CannotOpen(told["error"])
        return Addresses.of(told["addresses"])

    async def stop(self) -> None:
        await self.supervisor.stop()
