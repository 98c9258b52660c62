"""A real Chromium for the tests of pages: skipped where none is installed, but never on CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

if os.environ.get("CI") is None:
    pytest.importorskip("playwright.async_api", reason="playwright is not installed")

from playwright.async_api import Browser, Page, async_playwright, expect

from bot.simulator import Simulator
from tests.browser.practice_app import WHOLE, PracticeApp, a_square

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

#: milliseconds that a page may take for what takes it tens: two busy cores run a bot, a Slack and a browser
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

PageFor = Callable[..., Awaitable[Page]]


def chromium() -> str:
    """The path of an installed Chromium; without one the test is skipped, or failed when CI is set."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"These tests need a Chromium on the PATH, as one of {', '.join(NAMES)}.")
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium that is closed after the test."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def page_for(browser: Browser) -> AsyncIterator[PageFor]:
    """`await page_for(url, width=1280, height=800, dark=False)`: a page in a context of its own, once it is ready.

    Below 641 px it is a touch screen. At the end no page may have met a script error.
    """
    errors: list[str] = []

    async def open_page(url: str, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=width <= 640,
            locale="en-GB",
            timezone_id="Europe/Lisbon",
        )
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for context in browser.contexts:
        await context.close()
    assert errors == []


@pytest.fixture
async def square() -> AsyncIterator[Simulator]:
    """A workspace where the app uses all that Slack has; ana and ben are in #incidents with it, both in #random."""
    async with a_square(WHOLE, "ana", "ben") as simulator:
        yield simulator


@pytest.fixture
async def helper(square: Simulator) -> AsyncIterator[PracticeApp]:
    """The app of that workspace."""
    app = PracticeApp(square)
    await app.start()
    yield app
    await app.stop()
