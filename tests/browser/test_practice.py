"""The practice workspace as a person meets it: the real bot in a real browser, from declaration to postmortem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, expect

from bot.simulator import Simulator
from tests.browser.steps import EDITED, a_hall, card, fill, go_to, hand_in, log, modal, picture, say

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

ROOM = "inc-1-checkout-is-failing"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Simulator]:
    async with a_hall(tmp_path) as simulator:
        yield simulator


async def declare(page: Page) -> None:
    await say(page, "/incident declare sev1 checkout is failing")


async def the_main_job(page: Page) -> None:
    await declare(page)
    await expect(log(page).get_by_text("The room is open")).to_be_visible(timeout=EDITED)
    await picture(page, "1-answer")
    await go_to(page, ROOM)
    await expect(card(page)).to_contain_text("checkout is failing")
    await picture(page, "2-room")

    await expect(card(page)).to_contain_text("Paged:", timeout=EDITED)
    # each edit of the card draws its buttons anew: a press waits until the edit before it is seen
    await card(page).get_by_role("button", name="Acknowledge").click()
    await expect(card(page)).to_contain_text("by @Ana Lima · acknowledged", timeout=EDITED)
    await card(page).get_by_role("button", name="Take command").click()
    await expect(card(page)).to_contain_text("Incident Commander: @Ana Lima", timeout=EDITED)

    await card(page).get_by_role("button", name="Post update").click()
    await expect(modal(page)).to_be_visible()
    await picture(page, "3-update-dialog")
    await fill(page, "Current state", "Half of the payments work again")
    await fill(page, "Impact", "Customers in Europe cannot pay")
    await picture(page, "3-update-dialog")
    await hand_in(page)
    await expect(modal(page)).to_be_hidden()
    await expect(log(page).get_by_text("Half of the payments work again").last).to_be_visible()
    await picture(page, "4-update")

    await log(page).get_by_role("button", name="Done").first.click()
    await expect(log(page).get_by_text("1 of 7 done")).to_be_visible(timeout=EDITED)
    await picture(page, "5-checklist")

    await expect(card(page)).to_contain_text("Update 1 posted", timeout=EDITED)
    await card(page).get_by_role("button", name="Resolve").click()
    await fill(page, "What happened", "Rolled the payment service back to the release before")
    await picture(page, "6-resolve-dialog")
    await hand_in(page)
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
