"""The shop is broken and mended on the practice page, beside the messages, also on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from playwright.async_api import FrameLocator, Page, expect

from bot.practice.hall import open_shop, open_simulator
from bot.practice.people import move_in
from bot.simulator import Panel, Simulator
from tests.browser.steps import go_to, log, picture

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Simulator]:
    """The page and the shop, without the bot."""
    async with AsyncExitStack() as stack:
        simulator = await open_simulator(tmp_path, 0, stack)
        move_in(simulator)
        shop = await open_shop(tmp_path, simulator.port, stack)
        simulator.panels.append(Panel("The shop", shop.panel))
        yield simulator


def shop(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="The shop"]')


async def broken(hall: Simulator) -> list[str]:
    async with aiohttp.ClientSession() as http, http.get(f"{hall.panels[0].url}/state") as answer:
        found: list[str] = (await answer.json())["broken"]
        return found


async def breaks_and_mends(page: Page, hall: Simulator) -> None:
    now = shop(page).get_by_role("status")
    await expect(now).to_contain_text("The shop is whole")
    await picture(page, "shop-1-whole")
    await shop(page).get_by_role("button", name="Break: Errors in 20 %").click()
    await shop(page).get_by_role("button", name="Break: Kill the web process").click()
    await expect(now).to_contain_text("Broken: kill the web process; errors in 20 %")
    await expect(now).to_contain_text("not running: web")
    await picture(page, "shop-2-broken")
    assert await broken(hall) == ["kill", "errors"]
    await shop(page).get_by_role("button", name="Mend: Kill the web process").click()
    await expect(now).not_to_contain_text("not running")
    await shop(page).get_by_role("button", name="Mend all").click()
    await expect(now).to_contain_text("The shop is whole")
    assert await broken(hall) == []
    width = await shop(page).locator("html").evaluate("html => [html.scrollWidth, html.clientWidth]")
    assert width[0] <= width[1], "it is wider than its frame"


async def test_it_is_broken_and_mended_beside_the_messages(hall: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{hall.url}/?as=ana")
    await page.get_by_role("button", name="The shop").click()
    await breaks_and_mends(page, hall)
    await shop(page).get_by_text("Run it").click()
    await shop(page).get_by_role("combobox", name="Release").select_option("1.4.0")
    await shop(page).get_by_role("button", name="Deploy", exact=True).click()
    await expect(shop(page).get_by_role("status")).to_contain_text("Release 1.4.0")
    await shop(page).get_by_text("Where it is").click()
    await picture(page, "shop-3-more")

    await go_to(page, "general")
    await expect(log(page)).to_be_visible()
    await expect(shop(page).get_by_role("status")).to_be_visible()
    await page.get_by_role("button", name="Close The shop").click()
    await expect(page.locator("iframe")).to_have_count(0)


async def test_it_is_broken_and_mended_on_a_phone(hall: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{hall.url}/?as=ana", width=390, height=844, dark=True)
    await page.get_by_role("button", name="Back to conversations").click()
    await page.get_by_role("button", name="The shop").click()
    await breaks_and_mends(page, hall)

    await page.get_by_role("button", name="Back to conversations").click()
    await go_to(page, "general")
    await expect(log(page)).to_be_visible()
    await expect(page.get_by_test_id("beside")).to_be_hidden()
