from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Simulator
from bot.simulator.blocks import problems

from .conftest import actions, button, entry, modal, plain, refused, section


def option(text: str = "One", value: str = "1", **rest: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **rest}


def select(**rest: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": [option()], **rest}


def confirm(**rest: Any) -> dict[str, Any]:
    return {"title": plain("T"), "text": plain("t"), "confirm": plain("Y"), "deny": plain("N"), **rest}


RIGHT: list[dict[str, Any]] = [
    section(),
    {"type": "section", "fields": [plain("a"), {"type": "mrkdwn", "text": "b", "verbatim": True}]},
    section(accessory=button(confirm=confirm(style="danger"), style="primary", value="v")),
    section(accessory={"type": "image", "image_url": "https://e.org/a.png", "alt_text": "a"}),
    section(accessory={"type": "overflow", "action_id": "o", "options": [option()]}),
    {"type": "divider"},
    {"type": "header", "text": {"type": "plain_text", "text": "H", "emoji": True}},
    {"type": "context", "elements": [plain("a"), {"type": "image", "image_url": "https://e.org/a", "alt_text": "a"}]},
    actions(button(), select(), {"type": "users_select", "action_id": "u", "placeholder": plain("p")}),
    actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-01-31"}),
    {"type": "image", "image_url": "https://e.org/a.png", "alt_text": "a", "title": plain("t")},
    {"type": "markdown", "text": "**x**"},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    entry(element=select(option_groups=[{"label": plain("g"), "options": [option()]}]), hint=plain("h"), optional=True),
    entry(element={"type": "checkboxes", "action_id": "c", "options": [option()], "initial_options": [option()]}),
    entry(element={"type": "number_input", "action_id": "n", "is_decimal_allowed": False}, dispatch_action=True),
]


@pytest.mark.parametrize("block", RIGHT, ids=lambda block: block["type"])
def test_right_blocks(block: dict[str, Any]) -> None:
    assert problems([block], 50) == []


LONG = "x" * 3001
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("unknown type", {"type": "banner"}, "/blocks/0"),
    ("no type", {"text": plain("x")}, "/blocks/0"),
    ("unknown key", section(color="red"), "/blocks/0"),
    ("empty section", {"type": "section"}, "/blocks/0"),
    ("text too long", section(LONG), "/blocks/0/text/text"),
    ("text empty", section(""), "/blocks/0/text/text"),
    ("text is a string", {"type": "section", "text": "x"}, "/blocks/0/text"),
    ("emoji in mrkdwn", {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}, "/blocks/0/text"),
    ("too many fields", {"type": "section", "fields": [plain("x")] * 11}, "/blocks/0/fields"),
    ("field too long", {"type": "section", "fields": [plain("x" * 2001)]}, "/blocks/0/fields/0/text"),
    ("mrkdwn in header", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text"),
    ("header too long", {"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
    ("context too full", {"type": "context", "elements": [plain("x")] * 11}, "/blocks/0/elements"),
    ("context without elements", {"type": "context"}, "/blocks/0"),
    ("button in context", {"type": "context", "elements": [button()]}, "/blocks/0/elements/0"),
    ("too many actions", actions(*(button(action_id=str(n)) for n in range(26))), "/blocks/0/elements"),
    ("no actions", actions(), "/blocks/0/elements"),
    ("button text too long", actions(button("x" * 76)), "/blocks/0/elements/0/text/text"),
    ("button value too long", actions(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
    ("button value a number", actions(button(value=5)), "/blocks/0/elements/0/value"),
    ("button style", actions(button(style="green")), "/blocks/0/elements/0/style"),
    ("button url", actions(button(url="example.org")), "/blocks/0/elements/0/url"),
    ("button without text", actions({"type": "button", "action_id": "a"}), "/blocks/0/elements/0"),
    ("button with mrkdwn", actions({"type": "button", "text": {"type": "mrkdwn", "text": "x"}}), "/elements/0/text"),
    ("action id too long", actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id"),
    ("action id twice", actions(button(), button()), "/blocks/0/elements/1/action_id"),
    ("block id too long", section(block_id="x" * 256), "/blocks/0/block_id"),
    ("too many options", actions(select(options=[option()] * 101)), "/elements/0/options"),
    ("no options", actions(select(options=[])), "/elements/0/options"),
    ("neither options nor groups", actions({"type": "static_select", "action_id": "s"}), "/elements/0"),
    ("option text too long", actions(select(options=[option("x" * 76)])), "/options/0/text/text"),
    ("option value too long", actions(select(options=[option(value="x" * 151)])), "/options/0/value"),
    ("overflow too long", section(accessory={"type": "overflow", "options": [option()] * 6}), "/accessory/options"),
    ("placeholder too long", actions(select(placeholder=plain("x" * 151))), "/elements/0/placeholder/text"),
    ("confirm title too long", actions(button(confirm=confirm(title=plain("x" * 101)))), "/confirm/title/text"),
    ("confirm text too long", actions(button(confirm=confirm(text=plain("x" * 301)))), "/confirm/text/text"),
    ("confirm without deny", actions(button(confirm={"title": plain("T")})), "/elements/0/confirm"),
    ("label too long", entry("x" * 2001), "/blocks/0/label/text"),
    ("hint too long", entry(hint=plain("x" * 2001)), "/blocks/0/hint/text"),
    ("button as input", entry(element=button()), "/blocks/0/element"),
    ("image without alt text", {"type": "image", "image_url": "https://e.org/a"}, "/blocks/0"),
    ("date", actions({"type": "datepicker", "action_id": "d", "initial_date": "31.1.2026"}), "/initial_date"),
    ("divider with text", {"type": "divider", "text": plain("x")}, "/blocks/0"),
]


@pytest.mark.parametrize(("block", "path"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_blocks(block: dict[str, Any], path: str) -> None:
    found = problems([block], 50)
    assert found
    assert any(path in line for line in found)


async def test_a_refusal_says_where(web: AsyncWebClient, sim: Simulator, room: Channel) -> None:
    refusal = await refused(web.chat_postMessage(channel=room.id, text="x", blocks=[section(), section(LONG)]))
    assert refusal["error"] == "invalid_blocks"
    line = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    assert refusal["response_metadata"]["messages"] == [line]
    assert "chat.postMessage: invalid_blocks" in sim.complaints[-1]


async def test_attachments_are_checked_too(web: AsyncWebClient, room: Channel) -> None:
    bad = [{"color": "#f00", "blocks": [section(LONG)]}]
    refusal = await refused(web.chat_postMessage(channel=room.id, text="x", attachments=bad))
    assert "/attachments/0/blocks/0/text/text" in refusal["response_metadata"]["messages"][0]


MESSAGES: list[tuple[list[dict[str, Any]], str]] = [
    ([section()] * 51, "invalid_blocks"),
    ([section(block_id="a"), section(block_id="a")], "invalid_blocks"),
    ([section("x" * 2900) for _ in range(5)], "msg_blocks_too_long"),
]


@pytest.mark.parametrize(("blocks", "error"), MESSAGES)
async def test_whole_messages(web: AsyncWebClient, room: Channel, blocks: list[dict[str, Any]], error: str) -> None:
    assert (await refused(web.chat_postMessage(channel=room.id, text="x", blocks=blocks)))["error"] == error


VIEWS: list[tuple[str, dict[str, Any], str]] = [
    ("no submit", {"type": "modal", "title": plain("T"), "blocks": [entry()]}, "/view/submit"),
    ("no title", {"type": "modal", "blocks": [section()]}, "/view"),
    ("title too long", modal(title=plain("x" * 25)), "/view/title/text"),
    ("submit too long", modal(submit=plain("x" * 25)), "/view/submit/text"),
    ("close too long", modal(close=plain("x" * 25)), "/view/close/text"),
    ("metadata too long", modal(private_metadata="x" * 3001), "/view/private_metadata"),
    ("too many blocks", modal(*[section()] * 101), "/view/blocks"),
    ("unknown key", modal(colour="red"), "/view"),
    ("wrong kind", {"type": "home", "blocks": []}, "/view/type"),
    ("wrong block", modal(section(LONG)), "/view/blocks/0/text/text"),
    ("block id twice", modal(entry(), entry()), "/view/blocks/1/block_id"),
]


@pytest.mark.parametrize(("view", "path"), [row[1:] for row in VIEWS], ids=[row[0] for row in VIEWS])
async def test_wrong_views(web: AsyncWebClient, sim: Simulator, view: dict[str, Any], path: str) -> None:
    trigger = sim.core.triggers.new(sim.workspace.add_person("eve").id)
    refusal = await refused(web.views_open(trigger_id=trigger, view=view))
    assert refusal["error"] == "invalid_arguments"
    assert any(path in line for line in refusal["response_metadata"]["messages"])


async def test_a_modal_without_inputs_needs_no_submit(web: AsyncWebClient, sim: Simulator) -> None:
    trigger = sim.core.triggers.new(sim.workspace.add_person("eve").id)
    view = {"type": "modal", "title": plain("T"), "blocks": [section()]}
    assert (await web.views_open(trigger_id=trigger, view=view))["view"]["id"].startswith("V")
