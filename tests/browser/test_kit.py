"""Every block and element is drawn, none is dropped, and nothing hostile in them comes alive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import Locator, Page, expect

from bot.simulator import Simulator
from tests.browser import kit
from tests.browser.checks import NAMELESS
from tests.browser.practice_app import PracticeApp, plain

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

DRAW = """async (blocks) => {
  const { blockNodes } = await import("/assets/blocks.js");
  const { initialValue } = await import("/assets/values.js");
  window.acted = [];
  const host = {
    get: (block, element) => initialValue(element),
    set() {},
    entered() {},
    act: (block, element, rest) => window.acted.push([block, element.action_id, rest]),
  };
  const box = document.createElement("div");
  box.id = "kit";
  box.className = "blocks";
  box.style = "position: fixed; inset: 0; overflow: auto; background: var(--page); z-index: 9; max-width: none";
  box.append(...blockNodes(blocks, host));
  document.body.append(box);
}"""


async def drawn(page: Page, blocks: list[dict[str, Any]]) -> Locator:
    await page.evaluate(DRAW, blocks)
    return page.locator("#kit")


async def test_every_block_and_element_is_drawn(square: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana", height=1400)
    blocks = kit.everything()
    box = await drawn(page, blocks)

    assert await box.locator(".block").count() >= len(blocks)
    for block in blocks:
        node = box.locator(f"[data-block-id='{block['block_id']}']").first
        held = await node.evaluate(
            "node => node.innerText.trim().length + node.querySelectorAll('img, hr, input').length"
        )
        assert held, f"{block['type']} shows nothing"
    unknown = await box.locator(".unknown").all_inner_texts()
    assert len(unknown) == 2
    assert "hologram" in unknown[0] and "a kind of the future" in unknown[0] and "its words" in unknown[0]
    assert "teleporter" in unknown[1]
    assert await page.evaluate(NAMELESS) == []

    await expect(box.locator("ol.rich-list li")).to_have_text(["first", "second"])
    await expect(box.locator("blockquote")).to_have_text("somebody said so")
    await expect(box.locator(".rich-text pre")).to_have_text("exit 1")
    await expect(box.locator(".block-table th")).to_have_text(["Service", "Errors"])
    await expect(box.locator(".block-table td").last).to_have_css("text-align", "right")
    await expect(box.locator(".block-markdown input")).to_be_checked()
    await expect(box.get_by_label("Input 7")).to_contain_text("Two")
    await box.get_by_role("button", name="Away").click()
    await box.get_by_role("button", name="Danger").click()
    await page.get_by_role("button", name="Do it").click()
    await box.get_by_role("button", name="Good").click()
    assert [row[1] for row in await page.evaluate("window.acted")] == ["a3", "a2", "fb"]
    assert await page.title() != "owned"


async def test_hostile_names_and_addresses_are_only_words(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\">"
    mallory = square.workspace.add_person("mallory", real_name=f"{evil}Mallory")
    room = square.workspace.add_channel("incidents-2", members=[square.person("ana"), mallory], bot=True)
    room.topic.value = f"{evil} <javascript:document.title='owned'|press>"
    page = await page_for(f"{square.url}/?as=ana")
    await page.locator("[data-channel=incidents-2]").click()
    await mallory.says(room, f":{evil}: `{evil}` https://example.com/{evil}")
    link = {"type": "link", "url": "javascript:alert(1)", "text": "press"}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": kit.words("<javascript:alert(1)|press> <data:text/html,x|press>")},
        {"type": "markdown", "text": f"[press](javascript:alert(1)) ![x](x\" onerror=\"x) {evil}"},
        {"type": "rich_text", "elements": [kit.rich("section", link)]},
        {"type": "actions", "elements": [{"type": "button", "action_id": "x", "text": plain(evil[:75])}]},
    ]  # fmt: skip
    await helper.web.chat_postMessage(
        channel=room.id, text=evil, blocks=blocks, username=evil, icon_emoji=f":{evil}:",
        attachments=[{"title": evil, "title_link": "javascript:alert(1)", "text": evil, "color": "red;background:red"}],
    )  # fmt: skip

    await expect(page.locator("#log").get_by_text("press", exact=True)).to_have_count(2)
    await page.keyboard.press("Control+f")
    await page.keyboard.type("onerror")
    await expect(page.locator(".found-row").first).to_contain_text("onerror")
    await page.keyboard.press("Control+.")
    await page.wait_for_timeout(300)
    await page.evaluate("for (const one of document.querySelectorAll('.traffic details')) one.open = true")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("mallory")
    await expect(page.get_by_test_id("palette").get_by_role("option").first).to_contain_text("Mallory")
    assert await page.locator("img[src=x], [onerror], a[href^='javascript'], a[href^='data']").count() == 0
    assert "owned" not in await page.title()
