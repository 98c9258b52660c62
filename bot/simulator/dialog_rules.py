"""What Slack's own client checks before it hands a modal in."""

from __future__ import annotations

from bot.simulator.entries import initial_state, is_empty
from bot.simulator.errors import Json
from bot.simulator.views import View

REQUIRED = "Please complete this required field."


def missing_entries(view: View, values: Json) -> dict[str, str]:
    """Sentences by block id for inputs that are empty, too short or too long."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = values.get(block["block_id"], {}).get(element["action_id"]) or initial_state(element) or {}
        sentence = _wrong(block, element, state)
        if sentence:
            errors[block["block_id"]] = sentence
    return errors


def _wrong(block: Json, element: Json, state: Json) -> str:
    if is_empty(state):
        return "" if block.get("optional") else REQUIRED
    text = state.get("value")
    if element["type"] == "plain_text_input" and isinstance(text, str):
        return _length(text, element.get("min_length", 0), element.get("max_length", 3000))
    if element["type"] == "number_input" and isinstance(text, str):
        return _number(text, element)
    return ""


def _length(text: str, least: int, most: int) -> str:
    if len(text) < least:
        return f"Must be at least {least} characters."
    return f"Must be at most {most} characters." if len(text) > most else ""


def _number(text: str, element: Json) -> str:
    try:
        value = float(text) if element.get("is_decimal_allowed") else int(text)
    except ValueError:
        return "Must be a number."
    if "min_value" in element and value < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and value > float(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return ""
