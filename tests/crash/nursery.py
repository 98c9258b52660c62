"""
A process that has Muster imported and forks a fresh bot whenever it is asked to.

Each line on stdin is an order in JSON, each line on stdout its answer. A child starts like `muster run` but for the
imports, so that hundreds of lives fit into a test. Nothing in a child knows of the killer, who holds its pid.

    {"do": "begin", "config": {…}, "settings": {…}, "log": "…", "blind": false}  →  the pid
    {"do": "bury", "pid": 123}  →  how it ended, as `os.waitstatus_to_exitcode` says (-9 when it was killed)
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from bot import app, logs, serve
from bot.adapters.slack.lookups import Lookups
from bot.config import Config
from bot.engine.runs import Run
from bot.engine.settings import Settings

#: what Muster imports only when it has to
LATE_IMPORTS = ("alembic.config", "alembic.runtime.environment", "alembic.script")
#: Muster's own ticker looks once a second; a closer look keeps the waits of a test short.
TICK_SECONDS = 0.05


async def live(config: Config, settings: Settings) -> None:
    muster = await app.build(config, settings=settings)
    port = await muster.start()
    (config.data_dir / "port").write_text(str(port))
    ticking = asyncio.create_task(tick(muster, config.data_dir / "ticks"))
    await serve.told_to_stop()
    ticking.cancel()
    await muster.stop()


async def tick(muster: app.App, ticks: Path) -> None:
    """Look for what is due; each look is written down with when it began and when it was over."""
    with ticks.open("a", buffering=1) as file:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = muster.clock.now()
            await muster.engine.run_due(now)
            file.write(f"{now.isoformat()} {muster.clock.now().isoformat()}\n")


def forget_to_look() -> None:
    """Retry blindly: a doubtful step is tried again at once, and looking for an earlier try finds nothing."""

    async def nothing(*_: object) -> None:
        return None

    for look in ("posted", "room", "bookmarked"):
        setattr(Lookups, look, nothing)
    Run._settled = lambda self, step, limit: None  # type: ignore[method-assign]


def begin(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        child(order)
    return pid


def child(order: dict[str, Any]) -> NoReturn:
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.configure()
    if order["blind"]:
        forget_to_look()
    spans: dict[str, Any] = {name: timedelta(seconds=value) for name, value in order["settings"].items()}
    asyncio.run(live(Config(**order["config"]), Settings(**spans)))
    os._exit(0)


def bury(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    living: set[int] = set()
    for name in LATE_IMPORTS:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "begin":
            answer = begin(order)
            living.add(answer)
        else:
            answer = bury(order["pid"])
            living.discard(order["pid"])
        print(answer, flush=True)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
