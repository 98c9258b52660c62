"""The practice workspace as a person meets it: the real bot in a real browser, from declaration to postmortem."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Locator, Page, expect

from bot import app, serve
from bot.practice.hall import config_for, open_simulator
from bot.simulator import Simulator

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

ROOM = "inc-1-checkout-is-failing"
#: milliseconds; edits of one message are two seconds apart, on a machine that may be busy
EDITED = 20_000
#: set it to a folder, and each step leaves a picture there
PICTURES = os.environ.get("MUSTER_PICTURES")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Simulator]:
    async with AsyncExitStack() as stack:
        simulator = await open_simulator(tmp_path, 0, stack)
        await serve.started(app.build(config_for(simulator, tmp_path)), stack)
        yield simulator


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        width = (page.viewport_size or {})["width"]
        await page.screenshot(path=f"{PICTURES}/{name}-{width}.png")


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def card(page: Page) -> Locator:
    return log(page).locator("[data-ts]").filter(has=page.get_by_role("button", name="Post update")).first


async def declare(page: Page) -> None:
    await page.get_by_test_id("composer").fill("/incident declare sev1 checkout is failing")
    await page.keyboard.press("Enter")


async def go_to(page: Page, channel: str) -> None:
    back = page.get_by_role("button", name="Back")
    if await back.is_visible():
        await back.click()
    await page.locator(f'[data-channel="{channel}"]').click()


async def fill(page: Page, label: str, words: str) -> None:
    await page.get_by_test_id("modal").get_by_label(label, exact=False).first.fill(words)


async def the_main_job(page: Page) -> None:
    await declare(page)
    await expect(log(page).get_by_text("The room is open")).to_be_visible(timeout=EDITED)
    await picture(page, "1-answer")
    await go_to(page, ROOM)
    await expect(card(page)).to_contain_text("checkout is failing")
    await picture(page, "2-room")

    # each edit of the card draws its buttons anew: a press waits until the edit before it is seen
    await card(page).get_by_role("button", name="Acknowledge").click()
    await expect(card(page)).to_contain_text("by @Ana Lima · acknowledged", timeout=EDITED)
    await card(page).get_by_role("button", name="Take command").click()
    await expect(card(page)).to_contain_text("Incident Commander: @Ana Lima", timeout=EDITED)

    await card(page).get_by_role("button", name="Post update").click()
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await picture(page, "3-update-dialog")
    await fill(page, "Current state", "Half of the payments work again")
    await fill(page, "Who notices", "Customers in Europe cannot pay")
    await picture(page, "3-update-dialog")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    await expect(log(page).get_by_text("Half of the payments work again").last).to_be_visible()
    await picture(page, "4-update")

    await log(page).get_by_role("button", name="Done").first.click()
    await expect(log(page).get_by_text("1 of 7 done")).to_be_visible(timeout=EDITED)
    await picture(page, "5-checklist")

    await expect(card(page)).to_contain_text("Update 1 posted", timeout=EDITED)
    await card(page).get_by_role("button", name="Resolve").click()
    await fill(page, "What happened", "Rolled the payment service back to the release before")
    await picture(page, "6-resolve-dialog")
    await page.get_by_test_id("modal-submit").click()
    await expect(log(page).get_by_text("To be written").first).to_be_visible(timeout=20_000)
    await picture(page, "7-resolved")


async def test_the_main_job_on_a_desktop(hall: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{hall.url}/?as=ana")
    await the_main_job(page)

    await expect(log(page).get_by_text("To be written").first).to_be_visible()
    await go_to(page, "incidents")
    await picture(page, "8-incidents")
    await expect(log(page).get_by_text("Resolved").first).to_be_visible(timeout=EDITED)
    await go_to(page, "status-updates")
    await expect(log(page).get_by_text("Half of the payments work again").first).to_be_visible()
    await picture(page, "9-audience")
    assert hall.complaints == []


async def test_the_main_job_on_a_phone(hall: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{hall.url}/?as=ana", width=390, height=844)
    await go_to(page, "general")
    await the_main_job(page)

    assert hall.complaints == []


async def test_somebody_else_is_paged_and_acknowledges(hall: Simulator, page_for: PageFor) -> None:
    ana = await page_for(f"{hall.url}/?as=ana")
    ben = await page_for(f"{hall.url}/?as=ben")
    await declare(ana)
    await go_to(ben, "Muster")
    page = log(ben).locator("[data-ts]").filter(has_text="checkout is failing").first
    await picture(ben, "10-page")
    await expect(page).to_contain_text(ROOM, timeout=EDITED)
    await page.get_by_role("button", name="Acknowledge").click()
    await go_to(ana, ROOM)

    await expect(log(ana).get_by_text("acknowledged").first).to_be_visible(timeout=EDITED)
    await expect(page).to_contain_text("acknowledged this", timeout=EDITED)
    assert hall.complaints == []
