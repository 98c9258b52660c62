"""The practice workspace is usable by everybody: by keys alone, on a phone, in the dark, and read aloud."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, expect

from bot.simulator import Simulator
from tests.browser.checks import assert_fits_a_finger, assert_usable
from tests.browser.steps import EDITED, a_hall, card, log, modal, picture, say

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

ROOM = "inc-1-checkout-is-failing"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Simulator]:
    async with a_hall(tmp_path) as simulator:
        yield simulator


async def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        held = await page.evaluate(
            "(node => (node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent ?? node.textContent).trim())"
            "(document.activeElement)"
        )
        if held.startswith(name):
            return
    raise AssertionError(f"Tab never reached {name}.")


async def card_by_keys(page: Page, button: str) -> None:
    """From the messages to a button of the card: the arrows find the message, Tab the button."""
    await log(page).focus()
    await page.keyboard.press("ArrowUp")
    for _ in range(60):
        if await card(page).evaluate("node => node === document.activeElement"):
            break
        await page.keyboard.press("ArrowUp")
    await tab_to(page, button)
    await page.keyboard.press("Enter")


async def test_an_incident_is_declared_and_resolved_by_keys_alone(hall: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{hall.url}/?as=ana")
    await page.keyboard.type("/incident declare sev1 checkout is failing")
    await page.keyboard.press("Enter")
    await expect(log(page).get_by_text("The room is open")).to_be_visible(timeout=EDITED)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("inc-1")
    await page.keyboard.press("Enter")
    await expect(card(page)).to_contain_text("Paged:", timeout=EDITED)

    await card_by_keys(page, "Take command")
    await expect(card(page)).to_contain_text("Incident Commander: @Ana Lima", timeout=EDITED)
    await card_by_keys(page, "Resolve")
    await expect(modal(page)).to_be_visible()
    assert await page.evaluate("document.activeElement.closest('[data-testid=modal]') !== null")
    await tab_to(page, "What happened", most=12)
    await page.keyboard.type("Rolled the payment service back")
    await page.keyboard.press("Control+Enter")
    await expect(modal(page)).to_be_hidden()
    await expect(log(page).get_by_text("To be written").first).to_be_visible(timeout=EDITED)
    await picture(page, "keys-resolved")


async def the_whole_surface(page: Page, phone: bool) -> None:
    """Every screen, one after the other, each with the checks."""

    async def look() -> None:
        await assert_usable(page)
        if phone:
            await assert_fits_a_finger(page)

    await look()
    if phone:
        await page.get_by_role("button", name="Back to conversations").click()
        await look()
    await page.locator(f"[data-channel={ROOM}]").click()
    await expect(card(page)).to_contain_text("Paged:", timeout=EDITED)
    await look()
    await card(page).get_by_role("button", name="Post update").click()
    await expect(modal(page)).to_be_visible()
    await look()
    await page.keyboard.press("Escape")
    await expect(modal(page)).to_be_hidden()
    for keys in ("Control+k", "Control+/"):
        await page.keyboard.press(keys)
        await look()
        await page.keyboard.press("Escape")
    await page.keyboard.press("Control+.")
    await page.get_by_test_id("drawer").locator("summary").nth(1).click()
    await look()
    await page.keyboard.press("Control+.")
    await page.keyboard.press("Control+f")
    await page.keyboard.type("checkout")
    await expect(page.locator(".found-row").first).to_be_visible()
    await look()
    await page.keyboard.press("Escape")
    if phone:
        await page.get_by_role("button", name="Back to conversations").click()
    await page.locator("[data-channel=Muster]").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("region", name="Home")).to_contain_text("Open incidents")
    await look()


async def test_every_screen_has_names_and_contrast_in_both_themes_and_fits_a_finger(
    hall: Simulator, page_for: PageFor
) -> None:
    page = await page_for(f"{hall.url}/?as=ana")
    await say(page, "/incident declare sev1 checkout is failing")
    await expect(log(page).get_by_text("The room is open")).to_be_visible(timeout=EDITED)
    await the_whole_surface(page, phone=False)
    await the_whole_surface(await page_for(f"{hall.url}/?as=ben", width=375, height=812, dark=True), phone=True)
