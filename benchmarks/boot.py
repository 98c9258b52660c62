"""
How long `muster run` takes to listen: from the start of the process to its first open socket, and to /healthz.

    .venv/bin/python -m benchmarks.boot
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic

from benchmarks.bench import MANIFEST
from bot.engine.clock import SystemClock
from bot.practice.people import move_in
from bot.simulator import Simulator

ROUNDS = 5


async def boot(simulator: Simulator, folder: Path) -> float:
    """Seconds until a socket is open."""
    environment = {
        **os.environ, "SLACK_BOT_TOKEN": simulator.bot_token, "SLACK_APP_TOKEN": simulator.app_token,
        "SLACK_API_URL": simulator.api_url, "MUSTER_DATA_DIR": str(folder), "MUSTER_PORT": "0",
    }  # fmt: skip
    opened, began = simulator.sockets_opened, monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    while simulator.sockets_opened == opened:
        await asyncio.sleep(0.005)
    took = monotonic() - began
    process.terminate()
    await process.wait()
    return took


async def main() -> None:
    simulator = Simulator(SystemClock(), MANIFEST)
    await simulator.start()
    move_in(simulator)
    with tempfile.TemporaryDirectory() as folder:
        for n in range(ROUNDS):
            took = await boot(simulator, Path(folder))
            file = "a new file" if n == 0 else "the same file"
            print(f"boot {n + 1} ({file}): {took * 1000:.0f} ms to an open socket")
    await simulator.stop()


if __name__ == "__main__":
    asyncio.run(main())
