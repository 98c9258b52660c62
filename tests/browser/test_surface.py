"""What people know from Slack besides messages: menus, keys, pins, search, canvases, Home, appearance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import Page, expect

from bot.simulator import Message, Simulator
from tests.browser.practice_app import PracticeApp, plain
from tests.browser.steps import log, say

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor


def room(square: Simulator, name: str = "incidents") -> Any:
    return next(one for one in square.workspace.channels.values() if one.name == name)


def message(page: Page, words: str) -> Any:
    return log(page).locator(".message", has_text=words)


async def choose(page: Page, words: str, action: str) -> None:
    await message(page, words).hover()
    await message(page, words).get_by_role("button", name="More actions").click()
    await page.get_by_role("option", name=action).click()


async def test_ones_own_last_message_is_edited_with_the_arrow_and_deleted_from_its_menu(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    await say(page, "chekout is slow, @ben")
    await helper.web.chat_postMessage(channel=room(square).id, text="words of the app")
    await expect(message(page, "words of the app")).to_be_visible()

    await page.get_by_test_id("composer").press("ArrowUp")
    editor = page.get_by_label("Edit your message")
    await expect(editor).to_have_value("chekout is slow, @ben")
    await editor.fill("checkout is slow, @ben")
    await editor.press("Enter")
    await expect(message(page, "checkout is slow, @Ben Okafor (edited)")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_be_focused()

    await message(page, "words of the app").hover()
    await message(page, "words of the app").get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("option", name="Pin to this channel")).to_be_visible()
    await expect(page.get_by_role("option", name="Edit message")).to_have_count(0)
    await page.keyboard.press("Escape")
    await choose(page, "checkout is slow", "Delete message")
    await page.get_by_test_id("confirm").get_by_role("button", name="Delete").click()
    await expect(message(page, "checkout is slow")).to_have_count(0)


async def test_shortcuts_reach_the_app_with_the_message_they_are_about(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    posted = await square.person("ben").says("#incidents", "errors since 12:03")
    assert isinstance(posted, Message)

    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("option", name="Declare an incident").click()
    await choose(page, "errors since 12:03", "Put on the timeline")
    await expect(page.get_by_role("option")).to_have_count(0)

    assert [one["callback_id"] for one in helper.shortcuts] == ["declare", "to_timeline"]
    assert helper.shortcuts[1]["message"]["ts"] == posted.ts


async def test_pins_and_bookmarks_stand_in_the_header(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    await square.person("ben").says("#incidents", "the runbook is in the wiki")
    await helper.web.bookmarks_add(
        channel_id=room(square).id, title="Runbook", type="link", link="https://example.com/runbook"
    )

    await expect(page.get_by_role("link", name="Runbook")).to_have_attribute("href", "https://example.com/runbook")
    await choose(page, "the runbook is in the wiki", "Pin to this channel")
    await page.get_by_role("button", name="1 pinned message").click()
    pins = page.get_by_role("dialog", name="1 pinned message")
    await expect(pins).to_contain_text("Pinned by Ana Lima")
    await pins.get_by_role("button", name="Unpin").click()
    await expect(page.get_by_role("button", name="pinned message")).to_have_count(0)


async def test_one_jumps_by_a_few_letters_and_finds_by_words(square: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    ben = square.person("ben")
    found = await ben.says("#random", "the certificate expires on Friday")
    assert isinstance(found, Message)
    await ben.says("#random", "lunch?")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("rndm")
    await expect(page.get_by_role("option").first).to_contain_text("random")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("palette")).to_have_count(0)

    await page.keyboard.press("Control+f")
    await page.keyboard.type("certificate expires")
    row = page.get_by_test_id("beside").get_by_role("button", name="the certificate expires on Friday")
    await expect(row).to_be_visible()
    await expect(page.get_by_test_id("beside").get_by_role("status")).to_have_text("1 result")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#log [data-ts='{found.ts}']")).to_be_focused()
    await expect(page.locator("[data-channel=random]")).to_have_class("entry here")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("beside")).to_be_hidden()


async def test_what_is_new_is_counted_and_marked(square: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    ben = square.person("ben")
    await ben.says("#random", "first")
    await ben.says("#random", "second, @ana")

    entry = page.locator("[data-channel=random]")
    await expect(entry).to_have_accessible_name("random, 2 unread, 1 for you")
    await expect(entry.locator(".mentions")).to_have_text("1")
    await expect(page).to_have_title("(2) incidents · Practice")
    await entry.click()
    line = page.get_by_role("separator", name="New messages")
    await expect(line).to_be_visible()
    assert await line.evaluate("node => node.nextElementSibling.innerText.includes('first')")
    await expect(page).to_have_title("random · Practice")


async def test_a_canvas_is_read_beside_the_messages_and_follows_its_edits(
    square: Simulator, helper: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    document = {"type": "markdown", "markdown": "# What happened\n\nCheckout **failed**.\n\n- [ ] Add an alert"}
    made = await helper.web.api_call(
        "conversations.canvases.create",
        json={"channel_id": room(square).id, "title": "Postmortem", "document_content": document},
    )

    await page.get_by_role("navigation", name="Bookmarks").get_by_role("button", name="Postmortem").click()
    canvas = page.get_by_role("article", name="Postmortem")
    await expect(canvas.get_by_role("heading", name="What happened")).to_be_visible()
    await expect(canvas.get_by_role("checkbox", name="open")).not_to_be_checked()
    change = {"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": "All is well."}}
    await helper.web.api_call("canvases.edit", json={"canvas_id": made["canvas_id"], "changes": [change]})
    await expect(canvas).to_contain_text("All is well.")


async def test_the_app_has_a_home_and_messages(square: Simulator, helper: PracticeApp, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    button = {"type": "button", "action_id": "declare", "text": plain("Declare"), "style": "danger"}
    blocks = [{"type": "header", "text": plain("Open incidents")}, {"type": "actions", "elements": [button]}]
    await page.locator("[data-channel=Muster]").click()
    await page.get_by_role("tab", name="Home").click()
    await helper.web.views_publish(user_id=square.person("ana").id, view={"type": "home", "blocks": blocks})

    home = page.get_by_role("region", name="Home")
    await expect(home.get_by_role("heading", name="Open incidents")).to_be_visible()
    await home.get_by_role("button", name="Declare").click()
    await expect(home.get_by_role("button", name="Declare")).not_to_have_attribute("aria-busy", "true")
    assert helper.actions[-1]["action_id"] == "declare"
    await page.get_by_role("tab", name="Home").press("ArrowRight")
    await expect(log(page)).to_be_visible()


async def test_the_appearance_is_chosen_and_remembered(square: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate(ground) == "rgb(255, 255, 255)"
    await page.get_by_role("button", name="Appearance").click()
    await page.get_by_role("option", name="Dark").click()
    dark = await page.evaluate(ground)
    assert dark != "rgb(255, 255, 255)"
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    assert await page.evaluate(ground) == dark


async def test_files_are_brought_and_people_come_and_go(square: Simulator, page_for: PageFor) -> None:
    page, ben = await page_for(f"{square.url}/?as=ana"), square.person("ben")
    await page.get_by_test_id("composer").fill("the log of it")
    await page.locator("#composer-place input[type=file]").set_input_files(
        {"name": "error.log", "mimeType": "text/plain", "buffer": b"ECONNREFUSED 10.0.0.7"}
    )

    await expect(message(page, "the log of it").locator(".file")).to_contain_text("ECONNREFUSED 10.0.0.7")
    await page.get_by_role("button", name="3 members").click()
    about = page.get_by_role("dialog", name="3 members")
    row = about.get_by_role("listitem").filter(has_text="Ben Okafor")
    await expect(row.get_by_role("img", name="active")).to_be_visible()
    await page.keyboard.press("Escape")
    await ben.is_present(False)
    await page.get_by_role("button", name="3 members").click()
    await expect(row.get_by_role("img", name="away")).to_be_visible()


async def test_keys_are_listed_and_go_round_the_page(square: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{square.url}/?as=ana")
    await page.get_by_test_id("composer").fill("why?")
    await expect(page.get_by_test_id("keys")).to_have_count(0)
    await page.get_by_test_id("composer").fill("")
    await page.keyboard.press("Control+/")
    await expect(page.get_by_test_id("keys")).to_contain_text("Jump to a channel")
    await page.keyboard.press("Escape")

    await page.keyboard.press("F6")
    await expect(page.locator("[data-channel=incidents]")).to_be_focused()
    await page.keyboard.press("F6")
    await expect(log(page)).to_be_focused()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(page.locator("[data-channel=random]")).to_have_class("entry here")
