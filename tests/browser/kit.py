"""One of every block and element of https://docs.slack.dev/reference/block-kit, with words by which it is found."""

from __future__ import annotations

from typing import Any

from tests.browser.practice_app import options, plain


def words(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def rich(kind: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


def said(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


RICH: dict[str, Any] = {
    "type": "rich_text",
    "elements": [
        rich("section", said("bold", bold=True), said(" and struck", strike=True), {"type": "emoji", "name": "fire"}),
        rich("list", rich("section", said("first")), rich("section", said("second")), style="ordered"),
        rich("list", rich("section", said("deeper")), style="bullet", indent=1),
        rich("quote", said("somebody said so")),
        rich("preformatted", said("exit 1")),
        rich(
            "section",
            {"type": "link", "url": "https://example.com", "text": "a link"},
            {"type": "user", "user_id": "U1"},
        ),
    ],
}

BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": words("*section*"), "fields": [words("field one"), plain("field two")]},
    {"type": "header", "text": plain("header :fire:")},
    {"type": "divider"},
    {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "graph", "title": plain("image title")},
    {"type": "context", "elements": [
        words("context"), {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "i"}]},
    RICH,
    {"type": "markdown", "text": "# markdown\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
    {
        "type": "video", "title": plain("video title"), "alt_text": "film", "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t.png", "provider_name": "Films", "description": plain("about it"),
    },
    {"type": "file", "external_id": "REMOTE-1", "source": "remote"},
    {
        "type": "table", "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [[{"type": "raw_text", "text": "Service"}, {"type": "raw_text", "text": "Errors"}],
                 [{"type": "raw_text", "text": "shop"}, {"type": "raw_text", "text": "20 %"}]],
    },
    {"type": "alert", "level": "warning", "text": words("alert *text*")},
    {"type": "card", "title": words("card title"), "body": words("card body"), "actions": [
        {"type": "button", "action_id": "of_card", "text": plain("Of the card")}]},
    {"type": "carousel", "elements": [{"type": "card", "title": words("carousel card")}]},
    {"type": "plan", "title": "plan title", "tasks": [{"task_id": "t", "title": "task title", "status": "complete"}]},
    {"type": "context_actions", "elements": [
        {"type": "feedback_buttons", "action_id": "fb", "positive_button": {"text": plain("Good"), "value": "1"},
         "negative_button": {"text": plain("Bad"), "value": "0"}},
        {"type": "icon_button", "action_id": "ib", "icon": "trash", "text": plain("Delete")}]},
    {"type": "hologram", "title": plain("a kind of the future"), "body": {"text": "its words"}},
]  # fmt: skip

CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("It is done at once."),
    "confirm": plain("Do it"),
    "deny": plain("No"),
}
ACTIONS: list[dict[str, Any]] = [
    {"type": "button", "text": plain("Plain")},
    {"type": "button", "text": plain("Primary"), "style": "primary"},
    {"type": "button", "text": plain("Danger"), "style": "danger", "confirm": CONFIRM},
    {"type": "button", "text": plain("Away"), "url": "javascript:document.title='owned'"},
    {"type": "workflow_button", "text": plain("Workflow")},
    {"type": "overflow", "options": options("One", "Two")},
    {"type": "static_select", "placeholder": plain("Static"), "options": options("One", "Two")},
    {"type": "users_select", "placeholder": plain("Users")},
    {"type": "channels_select", "placeholder": plain("Channels")},
    {"type": "conversations_select", "placeholder": plain("Conversations")},
    {"type": "external_select", "placeholder": plain("External")},
    {"type": "datepicker", "placeholder": plain("Day"), "initial_date": "2026-03-04"},
    {"type": "timepicker", "placeholder": plain("Time"), "initial_time": "12:03"},
    {"type": "datetimepicker", "initial_date_time": 1_772_625_780},
    {"type": "checkboxes", "options": options("Check A", "Check B")},
    {"type": "radio_buttons", "options": options("Radio A", "Radio B")},
    {"type": "teleporter", "text": plain("an element of the future")},
]
INPUTS: list[dict[str, Any]] = [
    {"type": "plain_text_input"},
    {"type": "plain_text_input", "multiline": True, "max_length": 80},
    {"type": "number_input", "is_decimal_allowed": False},
    {"type": "email_text_input"},
    {"type": "url_text_input"},
    {"type": "rich_text_input"},
    {"type": "file_input", "filetypes": ["png"], "max_files": 2},
    {"type": "multi_static_select", "options": options("One", "Two"), "initial_options": options("Two")},
    {"type": "multi_users_select"},
    {"type": "multi_channels_select"},
    {"type": "multi_conversations_select"},
    {"type": "multi_external_select"},
    {"type": "checkboxes", "options": options("Box A", "Box B")},
    {"type": "radio_buttons", "options": options("Dot A", "Dot B")},
]


def numbered(elements: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [{"action_id": f"{prefix}{number}", **element} for number, element in enumerate(elements)]


def everything() -> list[dict[str, Any]]:
    """The blocks, then a row of every element, then an input of every kind."""
    inputs = [
        {"type": "input", "label": plain(f"Input {number}"), "hint": plain("a hint"), "element": element}
        for number, element in enumerate(numbered(INPUTS, "i"))
    ]
    blocks = [*BLOCKS, {"type": "actions", "elements": numbered(ACTIONS, "a")}, *inputs]
    return [{"block_id": f"b{number}", **block} for number, block in enumerate(blocks)]
