"""A channel with thousands of messages costs no more than one with hundreds: nodes and changes are counted, no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import Page, expect

from bot.simulator import Message, Simulator

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

MANY = 5_000
MOST_DRAWN = 200

COUNT_CHANGES = """() => {
  window.changes = 0;
  new MutationObserver((records) => {
    for (const record of records) window.changes += record.addedNodes.length + record.removedNodes.length;
  }).observe(document.getElementById("log"), { childList: true, subtree: true });
}"""


def channel(square: Simulator, name: str) -> Any:
    return next(one for one in square.workspace.channels.values() if one.name == name)


def filled(square: Simulator, name: str, count: int) -> list[str]:
    """Words of ana and ben in turn, of which nobody is told; their ts."""
    who = [square.person("ana").id, square.person("ben").id]
    room = channel(square, name)
    for number in range(count):
        message = Message(room.id, square.workspace.next_ts(room), who[number % 2], f"line {number}")
        room.messages[message.ts] = message
    return list(room.messages)


async def drawn(page: Page) -> int:
    return await page.locator("#log .message").count()


async def changes_for_one_more(page: Page, square: Simulator, words: str) -> int:
    await page.evaluate("window.changes = 0")
    await square.person("ben").says("#incidents", words)
    await expect(page.locator("#log").get_by_text(words, exact=True)).to_be_visible()
    await page.wait_for_timeout(300)
    count: int = await page.evaluate("window.changes")
    return count


async def test_of_five_thousand_messages_few_are_drawn_and_one_more_changes_little(
    square: Simulator, page_for: PageFor
) -> None:
    filled(square, "random", 300)
    stamps = filled(square, "incidents", MANY)[-MANY:]
    page = await page_for(f"{square.url}/?as=ana")
    await expect(page.locator("#log").get_by_text(f"line {MANY - 1}", exact=True)).to_be_visible()
    assert await drawn(page) <= MOST_DRAWN
    await page.evaluate(COUNT_CHANGES)
    at_first = await changes_for_one_more(page, square, "one more")

    # up through some pages: the window moves, and does not grow
    for _ in range(6):
        await page.evaluate("document.getElementById('log').scrollTop = 0")
        await page.wait_for_timeout(60)
    assert await drawn(page) <= MOST_DRAWN
    await expect(page.get_by_role("button", name="Latest messages")).to_be_visible()
    seen = await page.locator("#log").inner_text()
    await square.person("ben").says("#incidents", "while you look back")
    await page.wait_for_timeout(200)
    assert await page.locator("#log").inner_text() == seen, "what one reads does not move under one's eyes"
    await expect(page.get_by_role("button", name="New messages")).to_be_visible()

    # a place far up, from its permalink
    early = stamps[40]
    await page.goto(f"{square.url}/archives/{channel(square, 'incidents').id}/p{early.replace('.', '')}")
    await expect(page.locator(f"[data-ts='{early}']")).to_be_focused()
    assert await drawn(page) <= MOST_DRAWN
    await page.get_by_role("button", name="Latest messages").click()
    await expect(page.locator("#log").get_by_text("while you look back")).to_be_visible()

    # with all of them held, one more is as cheap as it was
    await page.evaluate(COUNT_CHANGES)
    assert await changes_for_one_more(page, square, "and another") <= max(2 * at_first, 20)
    assert await drawn(page) <= MOST_DRAWN
