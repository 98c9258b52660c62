"""What people do in the practice workspace, step by step in a real browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page

from bot import app, serve
from bot.policy.book import load
from bot.practice.hall import config_for, heard, open_simulator
from bot.practice.people import move_in
from bot.simulator import Simulator

#: milliseconds; edits of one message are two seconds apart, on a machine that may be busy
EDITED = 20_000
#: set it to a folder, and each step leaves a picture there
PICTURES = os.environ.get("MUSTER_PICTURES")


@asynccontextmanager
async def a_hall(folder: Path, policy: str = "default") -> AsyncIterator[Simulator]:
    """The practice workspace under a policy, with the whole real bot in it."""
    async with AsyncExitStack() as stack:
        simulator = await open_simulator(folder, 0, stack)
        move_in(simulator, load(policy))
        await serve.started(app.build(config_for(simulator, folder, policy)), stack)
        await heard(simulator)
        yield simulator


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        width = (page.viewport_size or {})["width"]
        await page.screenshot(path=f"{PICTURES}/{name}-{width}.png")


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def card(page: Page) -> Locator:
    return log(page).locator("[data-ts]").filter(has=page.get_by_role("button", name="Post update")).first


def modal(page: Page) -> Locator:
    return page.get_by_test_id("modal")


async def say(page: Page, words: str) -> None:
    await page.get_by_test_id("composer").fill(words)
    await page.keyboard.press("Enter")


async def go_to(page: Page, channel: str) -> None:
    back = page.get_by_role("button", name="Back")
    if await back.is_visible():
        await back.click()
    await page.locator(f'[data-channel="{channel}"]').click()


async def fill(page: Page, label: str, words: str) -> None:
    await modal(page).get_by_label(label, exact=False).first.fill(words)


async def hand_in(page: Page) -> None:
    await page.get_by_test_id("modal-submit").click()
