"""A simulator and the real bot on the real clock, for measuring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot import app
from bot.config import Config
from bot.engine.clock import SystemClock
from bot.practice.people import move_in
from bot.simulator import Simulator

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
LONGEST_WAIT = 60.0


class Bench:
    def __init__(self, simulator: Simulator, muster: app.App) -> None:
        self.simulator, self.muster = simulator, muster

    async def at_rest(self) -> None:
        """Return when nothing has been under way for a moment."""
        deadline = asyncio.get_running_loop().time() + LONGEST_WAIT
        quiet = 0
        while quiet < 5:
            await asyncio.sleep(0.05)
            busy = not (self.muster.engine.idle and self.muster.idle) or self.simulator.requests_open
            quiet = 0 if busy else quiet + 1
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("Muster does not come to rest.")


@asynccontextmanager
async def a_bench(folder: Path) -> AsyncIterator[Bench]:
    """Slack and Muster in one process, connected and at rest."""
    clock = SystemClock()
    simulator = Simulator(clock, MANIFEST)
    await simulator.start()
    move_in(simulator)
    config = Config(
        bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(simulator.app_token), api_url=simulator.api_url,
        data_dir=folder, database_url="", port=0,
    )  # fmt: skip
    muster = await app.build(config, clock=clock)
    await muster.start()
    try:
        while not simulator.sockets:
            await asyncio.sleep(0.01)
        bench = Bench(simulator, muster)
        await bench.at_rest()
        yield bench
    finally:
        await muster.stop()
        await simulator.stop()
