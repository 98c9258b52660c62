"""What a person enters into an element, in the shapes of Slack's view state and block actions."""

from __future__ import annotations

from typing import Any

from bot.simulator.errors import GestureError, Json

SINGLE = {
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
MULTI = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}


def initial_state(element: Json) -> Json | None:
    """The state of an element nobody touched; None for those that have none (buttons, overflow menus)."""
    kind = element["type"]
    if kind in {"button", "overflow"}:
        return None
    if kind in OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in MULTI:
        held, initial = MULTI[kind]
        return {"type": kind, held: element.get(initial, [])}
    if kind == "file_input":
        return {"type": kind, "files": []}
    held, initial = SINGLE[kind]
    return {"type": kind, held: element.get(initial)}


def entered(element: Json, value: Any) -> Json:
    """The state after a person entered `value`: an option's value or label, an id, a date, a text, or a list.

    GestureError if the element has no such option.
    """
    kind = element["type"]
    if kind in OPTION:
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in OPTIONS:
        return {"type": kind, "selected_options": [_option(element, one) for one in _list(value)]}
    if kind in MULTI:
        return {"type": kind, MULTI[kind][0]: [_id(one) for one in _list(value)]}
    if kind == "file_input":
        return {"type": kind, "files": _list(value)}
    if kind == "button":
        return {"type": kind, "value": element.get("value")}
    if kind in {"datetimepicker", "rich_text_input"} or value is None:
        return {"type": kind, SINGLE[kind][0]: value}
    return {"type": kind, SINGLE[kind][0]: _id(value)}


def is_empty(state: Json) -> bool:
    """Whether nothing is entered."""
    return all(value in (None, "", []) for key, value in state.items() if key != "type")


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _id(value: Any) -> str:
    return value if isinstance(value, str) else str(getattr(value, "id", value))


def options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def _option(element: Json, wanted: Any) -> Json:
    if isinstance(wanted, dict):
        wanted = wanted.get("value")
    for option in options(element):
        if wanted in (option["value"], option["text"]["text"]):
            return option
    if element["type"] in {"external_select", "multi_external_select"}:
        return {"text": {"type": "plain_text", "text": str(wanted), "emoji": True}, "value": str(wanted)}
    have = ", ".join(option["text"]["text"] for option in options(element))
    raise GestureError(f"There is no choice {wanted} here; there are {have}.")
