"""Start simulator, page and bot together, say what to type first, and end all of it cleanly."""

from __future__ import annotations

import asyncio
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr

from bot import app, serve
from bot.adapters.slack import parsing
from bot.config import Config
from bot.engine.clock import SystemClock
from bot.policy.book import Book, load
from bot.policy.errors import PolicyError
from bot.practice.people import move_in
from bot.simulator import Simulator

BESIDE_THE_PACKAGE = Path(__file__).parents[2] / "manifest.yml"
#: seconds; after that the page is shown all the same, and says what it has to say
LONGEST_START = 10.0
TITLE = "checkout is failing"
INSIDE_THE_PACKAGE = Path(__file__).parents[1] / "manifest.yml"


async def until_told_to_stop(port: int, data_dir: Path | None, browser: bool, policy: str = "default") -> None:
    """Serve until Ctrl-C. Without `data_dir` nothing is kept. CannotStart if the port is taken or the policy wrong."""
    book = opened(policy)
    async with AsyncExitStack() as stack:
        folder = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-practice-")))
        folder.mkdir(parents=True, exist_ok=True)
        simulator = await open_simulator(folder, port, stack)
        move_in(simulator, book)
        await serve.started(app.build(config_for(simulator, folder, policy)), stack)
        await heard(simulator)
        print(greeting(simulator.url, data_dir, book), flush=True)
        if browser:
            open_page(simulator.url)
        await serve.told_to_stop()
        print("\nThe practice workspace is closed.", flush=True)


def opened(policy: str) -> Book:
    try:
        return load(policy)
    except PolicyError as why:
        raise serve.CannotStart(str(why)) from None


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
    return simulator


async def heard(simulator: Simulator) -> None:
    """Return when the bot listens, so that the first line typed is answered."""
    deadline = asyncio.get_running_loop().time() + LONGEST_START
    while not simulator.sockets and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110  # nobody tells us
        await asyncio.sleep(0.02)


def config_for(simulator: Simulator, folder: Path, policy: str) -> Config:
    return Config(
        bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(simulator.app_token), api_url=simulator.api_url,
        data_dir=folder, database_url="", policy=policy, port=0,
    ).apart()  # fmt: skip


def open_page(url: str) -> None:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return
    webbrowser.open(url)


def greeting(url: str, data_dir: Path | None, book: Book) -> str:
    kept = f"Everything is kept in {data_dir}." if data_dir else "Nothing is kept when it closes (--data-dir keeps it)."
    policy = "" if book.name == "default" else f"  It runs under the policy {book.policy.title}.\n"
    return f"""
  The practice workspace is open:  {url}
{policy}
  Type this first, in any channel:

      /incident declare {first_words(book)}

  You are Ana; the name at the bottom left makes you somebody else. {kept}
  Ctrl-C closes it.
"""


def first_words(book: Book) -> str:
    """A declaration of the gravest kind, marked off where the bare word would be taken for the title's."""
    severities, gravest = book.severities, book.severities.all[0].id
    plain = f"{gravest} {TITLE}"
    read = parsing.declaration(plain, severities.all, severities.find)
    return plain if read == parsing.Declaration(TITLE, gravest) else f"{gravest}: {TITLE}"
