"""The simulator's page in a real browser, with a little app of its own instead of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import Page, expect

from bot.simulator import Message, Simulator
from tests.browser.practice_app import FORM, MANIFEST, PracticeApp, a_square, options, plain

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor


@pytest.fixture
async def town() -> AsyncIterator[Simulator]:
    """A workspace with ana and ben, both in #incidents with the app."""
    async with a_square(MANIFEST, "ben") as simulator:
        yield simulator


@pytest.fixture
async def app(town: Simulator) -> AsyncIterator[PracticeApp]:
    app = PracticeApp(town)
    await app.start()
    yield app
    await app.stop()


def channel_id(town: Simulator, name: str) -> str:
    return next(one.id for one in town.workspace.channels.values() if one.name == name)


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.keyboard.press("Enter")


def log(page: Page) -> Any:
    return page.get_by_role("log", name="Messages")


async def test_two_windows_are_two_people_and_one_sees_what_the_other_says(town: Simulator, page_for: PageFor) -> None:
    ana, ben = await page_for(f"{town.url}/?as=ana"), await page_for(f"{town.url}/?as=ben")

    await say(ana, "is *checkout* broken? <b>@ben</b>")

    message = log(ben).locator(".message", has_text="broken?")
    await expect(message.locator("strong")).to_have_text("checkout")
    await expect(message).to_contain_text("<b>@Ben Okafor</b>")
    await expect(message.locator(".author")).to_have_text("Ana Lima")


async def test_a_command_is_completed_sent_and_answered_only_to_who_asked(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    ana, ben = await page_for(f"{town.url}/?as=ana"), await page_for(f"{town.url}/?as=ben")

    await ana.get_by_test_id("composer").press_sequentially("/inc")
    await expect(ana.get_by_role("option", name="/incident")).to_contain_text("declare sev1 checkout is failing")
    await ana.keyboard.press("Enter")
    await ana.keyboard.type("help me")
    await ana.keyboard.press("Enter")

    answer = log(ana).locator(".message", has_text="You said: help me")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(log(ben).get_by_text("You said: help me")).to_have_count(0)


async def test_a_room_one_is_invited_to_appears_at_once_in_bold(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")

    made = await app.web.conversations_create(name="inc-1-checkout-is-failing")
    room = made["channel"]["id"]
    await app.web.conversations_invite(channel=room, users=town.person("ana").id)
    await app.web.chat_postMessage(channel=room, text="Sev 1: checkout is failing")

    entry = page.locator("[data-channel=inc-1-checkout-is-failing]")
    await expect(entry).to_have_class("entry fresh")
    await entry.click()
    await expect(log(page)).to_contain_text("Sev 1: checkout is failing")
    await expect(entry).to_have_class("entry here")


async def test_a_button_asks_first_and_then_reaches_the_app(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    confirm = {
        "title": plain("Resolve it?"),
        "text": plain("Everyone is told."),
        "confirm": plain("Resolve"),
        "deny": plain("Not yet"),
    }
    button = {"type": "button", "action_id": "resolve", "text": plain("Resolve"), "value": "7", "confirm": confirm}
    select = {
        "type": "static_select",
        "action_id": "severity",
        "placeholder": plain("Severity"),
        "options": options("Sev1", "Sev2"),
    }
    await app.web.chat_postMessage(
        channel=channel_id(town, "incidents"), text="card", blocks=[{"type": "actions", "elements": [button, select]}]
    )

    await page.locator("[data-action-id=resolve]").click()
    await page.get_by_role("button", name="Not yet").click()
    assert app.actions == []
    app.slow = 0.4
    await page.locator("[data-action-id=resolve]").click()
    await page.get_by_test_id("confirm").get_by_role("button", name="Resolve").click()
    await expect(page.locator("[data-action-id=resolve]")).to_have_attribute("aria-busy", "true")
    await expect(page.locator("[data-action-id=resolve]")).not_to_have_attribute("aria-busy", "true")
    await page.locator("[data-action-id=severity]").click()
    await page.get_by_role("option", name="Sev2").click()
    await expect(page.locator("[data-action-id=severity]")).to_contain_text("Sev2")

    assert [(action["action_id"], action["value"]) for action in app.actions[:1]] == [("resolve", "7")]
    assert app.actions[-1]["selected_option"]["value"] == "sev2"


async def test_a_form_keeps_what_was_typed_and_shows_what_is_wrong_beside_the_field(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    app.judge = lambda values: {"title": "Say what is failing."} if values["title"]["title"]["value"] == "it" else None

    await say(page, "/incident")
    form = page.get_by_test_id("modal")
    await page.get_by_test_id("modal-submit").click()
    await expect(form.locator("[data-block-id=title]")).to_contain_text("required")
    await form.get_by_label("What is failing").fill("it")
    await form.get_by_label("Severity").click()
    await page.get_by_role("option", name="Sev1").click()
    await page.get_by_test_id("modal-submit").click()
    await expect(form.locator("[data-block-id=title]")).to_contain_text("Say what is failing.")
    await expect(form.get_by_label("What is failing")).to_have_value("it")
    await form.get_by_label("What is failing").fill("checkout")
    await page.keyboard.press("Enter")
    await expect(form).to_have_count(0)

    assert app.submissions[-1]["title"]["title"]["value"] == "checkout"
    assert app.submissions[-1]["severity"]["severity"]["selected_option"]["value"] == "sev1"


async def test_escape_closes_a_form_and_the_focus_stays_inside_while_it_is_open(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")

    await say(page, "/incident")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    for _ in range(8):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('[data-testid=modal]') !== null")
    await page.keyboard.press("Escape")

    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_a_form_that_changes_under_ones_hands_keeps_what_was_typed(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    more = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("Add notes")}]}
    notes = {"type": "plain_text_input", "action_id": "notes", "multiline": True}
    extra = {"type": "input", "block_id": "notes", "label": plain("Notes"), "element": notes}
    app.form = {**FORM, "blocks": [*FORM["blocks"], more]}
    typed: list[str] = []

    async def add_notes(payload: dict[str, Any]) -> None:
        typed.append(payload["view"]["state"]["values"]["title"]["title"]["value"])
        await app.web.views_update(view_id=payload["view"]["id"], view={**FORM, "blocks": [*FORM["blocks"], extra]})

    app.on_action = add_notes
    await say(page, "/incident")
    form = page.get_by_test_id("modal")
    await form.get_by_label("What is failing").fill("checkout")
    await form.get_by_role("button", name="Add notes").click()
    await expect(form.get_by_label("Notes")).to_be_visible()

    await expect(form.get_by_label("What is failing")).to_have_value("checkout")
    assert typed == ["checkout"]


async def test_a_second_view_lies_on_the_first_and_leads_back(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    deeper = {"type": "actions", "elements": [{"type": "button", "action_id": "deeper", "text": plain("Details")}]}
    app.form = {**FORM, "blocks": [*FORM["blocks"], deeper]}
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "Sev 1 is *the worst*."}}
    second = {"type": "modal", "title": plain("Severities"), "blocks": [words]}
    app.on_action = lambda payload: app.web.views_push(trigger_id=payload["trigger_id"], view=second)

    await say(page, "/incident")
    form = page.get_by_test_id("modal")
    await form.get_by_label("What is failing").fill("checkout")
    await form.get_by_role("button", name="Details").click()
    await expect(form.get_by_role("heading", name="Severities")).to_be_visible()
    await form.get_by_role("button", name="Back").click()

    await expect(form.get_by_role("heading", name="Declare an incident")).to_be_visible()
    await expect(form.get_by_label("What is failing")).to_have_value("checkout")


async def test_nothing_that_is_written_becomes_markup_of_the_page(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    evil = "<img src=x onerror=\"document.title='owned'\"> <javascript:alert(1)|press me>"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": evil}}
    blocks: list[dict[str, Any]] = [
        section,
        {"type": "header", "text": plain(evil)},
        {"type": "markdown", "text": f"**{evil}**"},
    ]

    await app.web.chat_postMessage(channel=channel_id(town, "incidents"), text=evil, blocks=blocks)
    await town.person("ben").says("#incidents", evil)

    await expect(log(page).get_by_text("press me")).to_have_count(4)
    assert await log(page).locator("img, a[href^='javascript']").count() == 0
    assert await page.title() != "owned"


async def test_replies_stay_in_their_thread(town: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    ben = town.person("ben")
    parent = await ben.says("#incidents", "payments are slow")
    assert isinstance(parent, Message)

    await log(page).locator(".message", has_text="payments are slow").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    pane = page.get_by_test_id("thread-pane")
    await pane.get_by_role("textbox").fill("looking")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_text("looking")).to_be_visible()
    await ben.says("#incidents", "thanks", thread=parent.ts)

    await expect(pane.get_by_text("thanks")).to_be_visible()
    await expect(log(page).get_by_text("2 replies")).to_be_visible()
    await expect(log(page).get_by_text("thanks")).to_have_count(0)


async def test_a_markdown_file_is_readable_in_place(town: Simulator, app: PracticeApp, page_for: PageFor) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    text = "# Postmortem\n\n" + "\n\n".join(f"Line {number}" for number in range(60))

    await app.web.files_upload_v2(
        channel=channel_id(town, "incidents"), filename="postmortem.md", title="Postmortem of 1", content=text
    )

    file = log(page).locator(".file")
    await expect(file.get_by_role("heading", name="Postmortem", exact=True)).to_be_visible()
    await file.get_by_role("button", name="Show all").click()
    await expect(file.get_by_text("Line 59")).to_be_visible()


async def test_reactions_edits_and_deletions_are_seen_live(
    town: Simulator, app: PracticeApp, page_for: PageFor
) -> None:
    page = await page_for(f"{town.url}/?as=ana")
    room = channel_id(town, "incidents")
    posted = await app.web.chat_postMessage(channel=room, text="first words")
    message = log(page).locator(f"[data-ts='{posted['ts']}']")

    await message.hover()
    await message.get_by_role("button", name="React with :eyes:").click()
    await expect(message.locator("[data-reaction=eyes]")).to_have_attribute("aria-pressed", "true")
    await app.web.chat_update(channel=room, ts=posted["ts"], text="better words")
    await expect(message).to_contain_text("better words (edited)")
    await app.web.chat_delete(channel=room, ts=posted["ts"])

    await expect(message).to_have_count(0)


async def test_a_channel_is_joined_from_the_list_of_all(town: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{town.url}/?as=ana")

    await expect(page.locator("[data-channel=random]")).to_have_count(0)
    await page.get_by_role("button", name="Join or browse channels").click()
    await page.get_by_role("button", name="Join random").click()

    await expect(page.locator("[data-channel=random]")).to_have_class("entry here")
    await expect(page.get_by_test_id("composer")).to_be_visible()


async def test_one_window_can_become_another_person(town: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{town.url}/?as=ana")

    await page.get_by_test_id("person-switch").click()
    await page.get_by_role("option", name="Ben Okafor").click()
    await expect(page.get_by_test_id("person-switch")).to_contain_text("You are Ben")
    await say(page, "ben here")

    await expect(log(page).locator(".message", has_text="ben here").locator(".author")).to_have_text("Ben Okafor")
    assert "as=ben" in page.url


async def test_on_a_phone_there_is_one_screen_at_a_time(town: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{town.url}/?as=ana", width=390, height=844)
    await town.person("ben").says("#incidents", "hello phone")

    await expect(log(page)).to_contain_text("hello phone")
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.get_by_role("button", name="Back to conversations").tap()
    await expect(page.locator("#sidebar")).to_be_visible()
    await expect(log(page)).to_be_hidden()
    box = await page.locator("[data-channel=incidents]").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    await page.locator("[data-channel=incidents]").tap()
    await expect(log(page)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_hint_shows_the_first_command_and_can_be_put_away(town: Simulator, page_for: PageFor) -> None:
    page = await page_for(f"{town.url}/?as=ana")

    hint = page.get_by_role("note")
    await expect(hint).to_contain_text("/incident declare sev1 checkout is failing")
    await hint.get_by_role("button", name="Dismiss the hint").click()

    await expect(hint).to_be_hidden()
