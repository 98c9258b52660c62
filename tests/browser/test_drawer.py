"""Under the hood: calls and events as they happen, and trouble that is made and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import Locator, Page, expect
from slack_sdk.errors import SlackApiError

from bot.simulator import Simulator
from tests.browser.checks import assert_fits_a_finger
from tests.browser.practice_app import PracticeApp
from tests.browser.steps import say

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor


def room(square: Simulator) -> str:
    return next(one.id for one in square.workspace.channels.values() if one.name == "incidents")


def drawer(page: Page) -> Any:
    return page.get_by_role("region", name="Under the hood")


def row(page: Page, *words: str) -> Locator:
    found: Locator = drawer(page).locator(".traffic li:not([hidden])")
    for word in words:
        found = found.filter(has_text=word)
    return found


async def test_each_call_and_event_is_seen_with_its_outcome_and_no_token(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    await helper.web.chat_postMessage(channel=room(square), text="before it was opened")
    await page.keyboard.press("Control+.")
    await expect(row(page, "chat.postMessage", "#incidents", "ok")).to_have_count(1)

    await say(page, "/incident help")
    await expect(row(page, "/incident", "acknowledged")).to_be_visible()
    await row(page, "/incident").locator("summary").click()
    await expect(row(page, "/incident")).to_contain_text('"command": "/incident"')
    with pytest.raises(SlackApiError):
        await helper.web.chat_postMessage(channel="C0NOWHERE", text="x")
    await expect(row(page, "channel_not_found").locator(".outcome.bad")).to_be_visible()

    await drawer(page).get_by_role("searchbox").fill("nowhere")
    await expect(row(page)).to_have_count(1)
    await row(page).locator("summary").click()
    await expect(row(page)).to_contain_text('"channel": "C0NOWHERE"')
    await drawer(page).get_by_role("searchbox").fill("")
    await page.evaluate("for (const one of document.querySelectorAll('.traffic details')) one.open = true")
    await expect(row(page, "apps.connections.open").first).to_contain_text('"url": "(not shown)"')
    text = await drawer(page).inner_text()
    assert square.bot_token not in text and square.app_token not in text and "xoxb-" not in text

    await drawer(page).get_by_role("button", name="Pause").click()
    lines = await row(page).count()
    await helper.web.chat_postMessage(channel=room(square), text="while it is paused")
    await expect(drawer(page)).to_contain_text("held back")
    assert await row(page).count() == lines
    await drawer(page).get_by_role("button", name="Pause").click()
    await expect(row(page)).to_have_count(lines + 2)
    await drawer(page).get_by_role("button", name="Clear the list").click()
    await expect(row(page)).to_have_count(0)


async def test_a_method_is_failed_lost_and_slowed_and_each_order_can_be_taken_back(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    await page.keyboard.press("Control+.")
    await drawer(page).get_by_text("Make trouble for one method").click()
    await drawer(page).get_by_label("Method (* for every one)").fill("chat.postMessage")
    await drawer(page).get_by_label("What befalls it").select_option("Answer with an error")
    await drawer(page).get_by_label("Error", exact=True).fill("is_archived")
    await drawer(page).get_by_role("button", name="Make it so").click()
    chips = drawer(page).get_by_role("list", name="Faults in force")
    await expect(chips).to_contain_text("chat.postMessage: is_archived, once")
    with pytest.raises(SlackApiError, match="is_archived"):
        await helper.web.chat_postMessage(channel=room(square), text="x")
    await expect(chips).to_be_hidden()

    await drawer(page).get_by_label("What befalls it").select_option("Lose the answer, the work being done")
    await drawer(page).get_by_role("button", name="Make it so").click()
    await expect(chips).to_contain_text("answers lost")
    await helper.web.chat_postMessage(channel=room(square), text="done, not answered, and asked again")
    await expect(page.locator("#log").get_by_text("done, not answered, and asked again")).to_have_count(2)
    await expect(row(page, "chat.postMessage", "dropped")).to_be_visible()

    await drawer(page).get_by_role("button", name="Slow all by 2 s").click()
    await expect(page.get_by_test_id("open-drawer")).to_contain_text("1")
    await chips.get_by_role("button", name="End: every method: slow by 2 s").click()
    await expect(chips).to_be_hidden()
    assert square.faults.orders() == []


async def test_on_a_phone_it_is_a_sheet(square: Simulator, helper: PracticeApp, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana", width=375, height=812)
    await page.get_by_role("button", name="Back to conversations").tap()
    await page.get_by_test_id("open-drawer").tap()
    await square.person("ben").says("#incidents", "hello")

    await expect(row(page, "message", "#incidents")).to_be_visible()
    await drawer(page).get_by_text("Make trouble for one method").tap()
    await assert_fits_a_finger(page)
    await drawer(page).get_by_role("button", name="Close Under the hood").tap()
    await expect(drawer(page)).to_be_hidden()
