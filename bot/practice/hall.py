"""Start simulator, page and bot together, say what to type first, and end all of it cleanly."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import webbrowser
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr

from bot import app, serve
from bot.adapters.slack import manifest, parsing
from bot.config import Config
from bot.engine.clock import SystemClock
from bot.policy.book import Book, load
from bot.policy.errors import PolicyError
from bot.practice.aims import targets_for
from bot.practice.people import move_in
from bot.practice.remote import option
from bot.practice.service.addresses import Addresses, is_free
from bot.practice.service.running import CannotOpen, Running
from bot.simulator import Panel, Simulator

#: seconds; after that the page is shown all the same, and says what it has to say
LONGEST_START = 10.0
TITLE = "checkout is failing"
#: the source of alerts in any form of JSON
GENERIC = "generic"


async def until_told_to_stop(port: int, data_dir: Path | None, browser: bool, policy: str = "default") -> None:
    """Serve until Ctrl-C. Without `data_dir` nothing is kept. CannotStart if the port is taken or the policy wrong."""
    book = opened(policy)
    async with AsyncExitStack() as stack:
        folder = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-practice-")))
        folder.mkdir(parents=True, exist_ok=True)
        simulator = await open_simulator(folder, port, stack)
        move_in(simulator, book)
        shop = await open_shop(folder, simulator.port, stack)
        simulator.panels.append(Panel("The shop", shop.panel))
        token, spoken = secrets.token_urlsafe(9), secrets.token_urlsafe(9)
        config = config_for(simulator, folder, policy, targets_for(book, shop))
        config = config.model_copy(update={"alert_token": SecretStr(token), "api_token": SecretStr(spoken)})
        web = await serve.started(app.build(config), stack)
        await heard(simulator)
        told = greeting(simulator.url, data_dir, book, shop) + how_to_alert(book, web, token)
        print(told + how_without_slack(book, web, spoken), flush=True)
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
    simulator = Simulator(SystemClock(), manifest.path(), port=port, save_to=folder / "workspace.json")
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


async def open_shop(folder: Path, page: int, stack: AsyncExitStack) -> Addresses:
    """Its control API takes the port after the page's, where `muster practice break` looks for it, or a free one."""
    shop = Running(folder / "shop")
    stack.push_async_callback(shop.stop)
    try:
        return await shop.start(page + 1 if is_free(page + 1) else 0)
    except CannotOpen as why:
        raise serve.CannotStart(f"The practice shop cannot open: {why}.") from None


def config_for(simulator: Simulator, folder: Path, policy: str, targets: Mapping[str, str] | None = None) -> Config:
    """`targets` are the addresses of what probes look at; those of the environment are not looked at."""
    config = Config(
        bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(simulator.app_token), api_url=simulator.api_url,
        data_dir=folder, database_url="", policy=policy, port=0,
    ).apart()  # fmt: skip
    known = {id: SecretStr(address) for id, address in (targets or {}).items()}
    return config.model_copy(update={"targets": known})


def open_page(url: str) -> None:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return
    webbrowser.open(url)


def greeting(url: str, data_dir: Path | None, book: Book, shop: Addresses | None = None) -> str:
    kept = f"Everything is kept in {data_dir}." if data_dir else "Nothing is kept when it closes (--data-dir keeps it)."
    policy = "" if book.name == "default" else f"  It runs under the policy {book.policy.title}.\n"
    return f"""
  The practice workspace is open:  {url}
{policy}
  Type this first, in any channel:

      /incident declare {first_words(book)}

  You are Ana; the name at the bottom left makes you somebody else. {kept} Ctrl-C closes it.
{how_to_break(shop) if shop else ""}"""


def how_to_break(shop: Addresses) -> str:
    port = option(shop.control - 1)
    return f"""
  A small shop is open, too, to be broken and mended: "The shop" on the page, or in another terminal

      ./muster practice break errors{port}
      ./muster practice mend{port}
"""


def how_to_alert(book: Book, port: int, token: str) -> str:
    """A line that monitoring could have sent, if the policy listens to such."""
    if book.routing.source(GENERIC) is None:
        return ""
    said = '{"name": "Checkout is slow", "service": "shop", "severity": "high"}'
    return f"""
  Monitoring may speak, too:

      curl "http://127.0.0.1:{port}/webhooks/alerts/{GENERIC}?token={token}" -d '{said}'
"""


def how_without_slack(book: Book, port: int, token: str) -> str:
    """Lines for another terminal, which need no Slack."""
    return f"""
  Work on it without Slack, in another terminal (the API is described on http://127.0.0.1:{port}/docs):

      export MUSTER_URL=http://127.0.0.1:{port} MUSTER_API_TOKEN={token}
      ./muster declare --severity {book.severities.all[0].id} {TITLE}
"""


def first_words(book: Book) -> str:
    """A declaration of the gravest kind, marked off where the bare word would be taken for the title's."""
    severities, gravest = book.severities, book.severities.all[0].id
    plain = f"{gravest} {TITLE}"
    read = parsing.declaration(plain, severities.all, severities.find)
    return plain if read == parsing.Declaration(TITLE, gravest) else f"{gravest}: {TITLE}"
