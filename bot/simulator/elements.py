"""Text objects and block elements: keys and limits of https://docs.slack.dev/reference/block-kit/."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator.checks import (
    Check,
    Report,
    anything,
    boolean,
    both,
    by_type,
    integer,
    items,
    one_of,
    shape,
    string,
    wrong,
)


def plain(limit: int, least: int = 1) -> Check:
    return by_type({"plain_text": shape({"text": string(limit, least)}, {"emoji": boolean})}, "text object")


def text(limit: int, least: int = 1) -> Check:
    return by_type(
        {
            "plain_text": shape({"text": string(limit, least)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(limit, least)}, {"verbatim": boolean}),
        },
        "text object",
    )


def _matching(pattern: str, what: str) -> Check:
    expression = re.compile(pattern)

    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, str) or expression.fullmatch(value) is None:
            wrong(report, path, f"must be {what}")

    return check


DATE = _matching(r"\d{4}-\d{2}-\d{2}", "a date like 2026-01-31")
TIME = _matching(r"\d{2}:\d{2}", "a time like 09:30")
URL = both(string(3000, 1), _matching(r"https?://\S+|mailto:\S+|slack://\S+", "a URL"))
ACTION_ID = string(255, 1)
BLOCK_ID = string(255)
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def _option(label: Check) -> Check:
    return shape({"text": label, "value": string(150)}, {"description": text(75), "url": URL})


OPTION = _option(plain(75))
RICH_OPTION = _option(text(75))
GROUP = shape({"label": plain(75), "options": items(OPTION, 100)}, {})
SLACK_FILE = shape({}, {"id": string(), "url": string()}, any_of=("id", "url"))
IMAGE = shape(
    {"alt_text": string(2000)}, {"image_url": URL, "slack_file": SLACK_FILE}, any_of=("image_url", "slack_file")
)
COMMON = {"action_id": ACTION_ID, "focus_on_load": boolean, "confirm": CONFIRM}
HELD = {**COMMON, "placeholder": plain(150)}
DISPATCH = {
    "dispatch_action_config": shape(
        {}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}
    )
}


def _select(own: dict[str, Check], multi: bool) -> Check:
    extra: dict[str, Check] = {"max_selected_items": integer} if multi else {}
    return shape({}, {**HELD, **own, **extra})


STATIC = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
STATIC_SELECT = shape({}, {**HELD, **STATIC, "initial_option": OPTION}, any_of=("options", "option_groups"))
MULTI_STATIC = shape(
    {},
    {**HELD, **STATIC, "initial_options": items(OPTION, 100), "max_selected_items": integer},
    any_of=("options", "option_groups"),
)
CONVERSATION = {"default_to_current_conversation": boolean, "filter": anything, "response_url_enabled": boolean}
IDS = items(string(), 100)
CHOICES = {"options": items(RICH_OPTION, 10)}

ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": plain(75)},
        {
            "action_id": ACTION_ID,
            "confirm": CONFIRM,
            "value": string(2000),
            "url": URL,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "overflow": shape({"options": items(OPTION, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM}),
    "static_select": STATIC_SELECT,
    "multi_static_select": MULTI_STATIC,
    "external_select": _select({"initial_option": OPTION, "min_query_length": integer}, False),
    "multi_external_select": _select({"initial_options": items(OPTION, 100), "min_query_length": integer}, True),
    "users_select": _select({"initial_user": string()}, False),
    "multi_users_select": _select({"initial_users": IDS}, True),
    "channels_select": _select({"initial_channel": string(), "response_url_enabled": boolean}, False),
    "multi_channels_select": _select({"initial_channels": IDS}, True),
    "conversations_select": _select({"initial_conversation": string(), **CONVERSATION}, False),
    "multi_conversations_select": _select({"initial_conversations": IDS, **CONVERSATION}, True),
    "datepicker": shape({}, {**HELD, "initial_date": DATE}),
    "timepicker": shape({}, {**HELD, "initial_time": TIME, "timezone": string()}),
    "datetimepicker": shape({}, {**COMMON, "initial_date_time": integer}),
    "checkboxes": shape(CHOICES, {**COMMON, "initial_options": items(RICH_OPTION, 10)}),
    "radio_buttons": shape(CHOICES, {**COMMON, "initial_option": RICH_OPTION}),
    "plain_text_input": shape(
        {},
        {
            **HELD,
            **DISPATCH,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer,
            "max_length": integer,
        },
    ),
    "email_text_input": shape({}, {**HELD, **DISPATCH, "initial_value": string()}),
    "url_text_input": shape({}, {**HELD, **DISPATCH, "initial_value": string()}),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**HELD, **DISPATCH, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": shape({}, {**HELD, **DISPATCH, "initial_value": anything}),
    "file_input": shape({}, {"action_id": ACTION_ID, "filetypes": items(string(), 100), "max_files": integer}),
    "image": IMAGE,
}

SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons")
INPUTS = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
)


def elements(*names: str) -> Check:
    return by_type({name: ELEMENTS[name] for name in names}, "block element")


ACTIONS = elements("button", "overflow", *SELECTS, *PICKERS, "rich_text_input")
ACCESSORY = elements("button", "overflow", "image", *SELECTS, *PICKERS)
INPUT = elements(*SELECTS, *PICKERS, *INPUTS)
