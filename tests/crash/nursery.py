"""
A process that has Muster imported and forks a fresh bot whenever it is asked to.

Each line on stdin is the JSON of a config and of engine settings (seconds); the answer on stdout is the child's pid.
A child starts like `muster run` but for the imports, so that hundreds of lives fit into a test.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta

from bot import app, serve
from bot.config import Config
from bot.engine.settings import Settings


async def live(config: Config, settings: Settings) -> None:
    muster = await app.build(config, settings=settings)
    await muster.start()
    await serve.told_to_stop()
    await muster.stop()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            settings = Settings(**{name: timedelta(seconds=value) for name, value in order["settings"].items()})
            asyncio.run(live(Config(**order["config"]), settings))
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
