"""Which blocks Slack takes in messages and in views, https://docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.simulator.checks import Check, Report, anything, boolean, by_type, items, one_of, shape, string, wrong
from bot.simulator.elements import ACCESSORY, ACTIONS, BLOCK_ID, IMAGE, INPUT, SLACK_FILE, URL, plain, text
from bot.simulator.errors import Json, explained
from bot.simulator.records import texts

ID = {"block_id": BLOCK_ID}
MOST_BLOCKS, MOST_BLOCKS_IN_VIEWS = 50, 100
# measured, not documented: https://github.com/slackapi/bolt-js/issues/2509
MOST_CHARACTERS = 13_000

BLOCKS: dict[str, Check] = {
    "section": shape(
        {},
        {**ID, "text": text(3000), "fields": items(text(2000), 10), "accessory": ACCESSORY, "expand": boolean},
        any_of=("text", "fields"),
    ),
    "divider": shape({}, ID),
    "header": shape({"text": plain(150)}, ID),
    "context": shape(
        {
            "elements": items(
                by_type({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}, "context element"), 10
            )
        },
        ID,
    ),
    "actions": shape({"elements": items(ACTIONS, 25)}, ID),
    "input": shape(
        {"label": plain(2000), "element": INPUT},
        {**ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": shape(
        {"alt_text": string(2000)},
        {**ID, "image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        any_of=("image_url", "slack_file"),
    ),
    "markdown": shape({"text": string(12_000, 1)}, ID),
    "rich_text": shape(
        {
            "elements": items(
                by_type(
                    {
                        kind: shape({"elements": anything}, {"style": anything, "indent": anything, "border": anything})
                        for kind in (
                            "rich_text_section",
                            "rich_text_list",
                            "rich_text_preformatted",
                            "rich_text_quote",
                        )
                    },
                    "rich text element",
                ),
                1000,
            )
        },
        ID,
    ),
    "table": shape({"rows": items(items(anything, 20), 100)}, {**ID, "column_settings": anything}),
    "file": shape({"external_id": string(), "source": one_of("remote")}, ID),
    "video": shape(
        {"alt_text": string(), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {
            **ID,
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(50),
            "title_url": URL,
        },
    ),
}
BLOCK = by_type(BLOCKS, "block")


def problems(blocks: Any, most: int, path: str = "/blocks") -> Report:
    """Everything that is wrong with these blocks, each with its json-pointer."""
    report: Report = []
    items(BLOCK, most, 0)(blocks, path, report)
    if not report:
        _unique_ids(blocks, path, report)
    return report


def _unique_ids(blocks: list[Json], path: str, report: Report) -> None:
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        name = block.get("block_id")
        if name and name in seen:
            wrong(report, f"{path}/{number}/block_id", f"`block_id` {name} already exists")
        seen.add(name or "")
        actions: set[str] = set()
        for element, where in interactive(block):
            action = element.get("action_id")
            if action and action in actions:
                wrong(report, f"{path}/{number}{where}/action_id", f"`action_id` {action} already exists in this block")
            actions.add(action or "")


def interactive(block: Json) -> Iterator[tuple[Json, str]]:
    """The elements of a block a person can act on, and where they are in it."""
    if block.get("type") == "actions":
        for number, element in enumerate(block["elements"]):
            yield element, f"/elements/{number}"
    elif block.get("type") == "section" and block.get("accessory", {}).get("type", "image") != "image":
        yield block["accessory"], "/accessory"
    elif block.get("type") == "input":
        yield block["element"], "/element"


def check_message(blocks: Any, path: str = "/blocks") -> None:
    """Refuse blocks that Slack would refuse in a message. SlackError invalid_blocks…"""
    if not isinstance(blocks, list):
        raise explained("invalid_blocks_format", [f"must provide an array [json-pointer:{path}]"])
    found = problems(blocks, MOST_BLOCKS, path)
    if found:
        raise explained("invalid_blocks", found, errors=found)
    if sum(len(line) for line in texts(blocks)) > MOST_CHARACTERS:
        raise explained("msg_blocks_too_long", [f"the blocks hold more than {MOST_CHARACTERS} characters"])


def named(blocks: list[Json], new_id: Any) -> list[Json]:
    """The blocks with the ids filled in that Slack gives to blocks and elements without one."""
    for block in blocks:
        if not block.get("block_id"):
            block["block_id"] = new_id()
        for element, _ in interactive(block):
            if not element.get("action_id"):
                element["action_id"] = new_id()
    return blocks
