"""Start simulator, page and bot together, say what to type first, and end all of it cleanly."""

from __future__ import annotations

import asyncio
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr

from bot import app, serve
from bot.config import Config
from bot.engine.clock import SystemClock
from bot.practice.people import move_in
from bot.simulator import Simulator

BESIDE_THE_PACKAGE = Path(__file__).parents[2] / "manifest.yml"
#: seconds; after that the page is shown all the same, and says what it has to say
LONGEST_START = 10.0
INSIDE_THE_PACKAGE = Path(__file__).parents[1] / "manifest.yml"


async def until_told_to_stop(port: int, data_dir: Path | None, browser: bool) -> None:
    """Serve until Ctrl-C. Without `data_dir` nothing is kept. CannotStart if the port is taken."""
    async with AsyncExitStack() as stack:
        folder = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-practice-")))
        folder.mkdir(parents=True, exist_ok=True)
        simulator = await open_simulator(folder, port, stack)
        await serve.started(app.build(config_for(simulator, folder)), stack)
        await heard(simulator)
        print(greeting(simulator.url, data_dir), flush=True)
        if browser:
            open_page(simulator.url)
        await serve.told_to_stop()
        print("\nThe practice workspace is closed.", flush=True)


async def open_simulator(folder: Path, port: int, stack: AsyncExitStack) -> Simulator:
    manifest = BESIDE_THE_PACKAGE if BESIDE_THE_PACKAGE.exists() else INSIDE_THE_PACKAGE
    simulator = Simulator(SystemClock(), manifest, port=port, save_to=folder / "workspace.json")
    try:
        await simulator.start()
    except OSError as why:
        raise serve.CannotStart(
            f"Port {port} cannot be used ({why.strerror}). Take another: --port {port + 1}"
        ) from None
    stack.push_async_callback(simulator.stop)
    move_in(simulator)
    return simulator


async def heard(simulator: Simulator) -> None:
    """Return when the bot listens, so that the first line typed is answered."""
    deadline = asyncio.get_running_loop().time() + LONGEST_START
    while not simulator.sockets and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110  # nobody tells us
        await asyncio.sleep(0.02)


def config_for(simulator: Simulator, folder: Path) -> Config:
    return Config(
        bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(simulator.app_token), api_url=simulator.api_url,
        data_dir=folder, database_url="", port=0,
    )  # fmt: skip


def open_page(url: str) -> None:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return
    webbrowser.open(url)


def greeting(url: str, data_dir: Path | None) -> str:
    kept = f"Everything is kept in {data_dir}." if data_dir else "Nothing is kept when it closes (--data-dir keeps it)."
    return f"""
  The practice workspace is open:  {url}

  Type this first, in any channel:

      /incident declare sev1 checkout is failing

  You are Ana; the name at the bottom left makes you somebody else. {kept}
  Ctrl-C closes it.
"""
