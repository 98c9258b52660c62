"""What dialogs are made of: inputs, menus, boxes."""

from __future__ import annotations

from collections.abc import Container, Iterable

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import Element, plain
from bot.adapters.slack.views.limits import Block
from bot.domain.incident import Incident
from bot.policy.book import Book

# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element/
LONGEST_TEXT = 3000
VALUE = "value"
#: the name of boxes that tick items of a checklist begins with it; their values are the ids of the items
DONE = "done-"
# https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element/
MOST_BOXES = 10


def field(name: str, label: str, element: Element, hint: str = "", optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 200), "optional": optional,
                    "element": {**element, "action_id": VALUE}}  # fmt: skip
    return {**block, "hint": {"type": "plain_text", "text": hint[:2000]}} if hint else block


def words(initial: str = "", multiline: bool = True, longest: int = LONGEST_TEXT, example: str = "") -> Element:
    element: Element = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    if initial:
        element["initial_value"] = initial[:longest]
    if example:
        element["placeholder"] = plain(example, 150)
    return element


def select(choices: Iterable[tuple[str, str, str]], initial: str | None = None) -> Element:
    """Choices are (value, label, meaning)."""
    options = [
        {"text": plain(label, 75), "value": value[:150], **({"description": plain(means, 75)} if means else {})}
        for value, label, means in choices
    ][:100]
    chosen = next((option for option in options if option["value"] == initial), None)
    element: Element = {"type": "static_select", "options": options}
    return {**element, "initial_option": chosen} if chosen else element


def person(initial: str | None = None) -> Element:
    element: Element = {"type": "users_select"}
    user = (initial or "").removeprefix("slack:")
    return {**element, "initial_user": user} if user else element


def box(label: str, ticked: bool = False) -> Element:
    options = [{"text": plain(label, 75), "value": "yes"}]
    return {"type": "checkboxes", "options": options, **({"initial_options": options} if ticked else {})}


def boxes(choices: Iterable[tuple[str, str]], ticked: Container[str]) -> Element:
    """At most MOST_BOXES choices (value, label); a label that is too long goes on below."""
    options = [_boxed(value, " ".join(label.split())) for value, label in choices][:MOST_BOXES]
    initial = [option for option in options if option["value"] in ticked]
    element: Element = {"type": "checkboxes", "options": options}
    return {**element, "initial_options": initial} if initial else element


def _boxed(value: str, label: str) -> Element:
    option: Element = {"text": plain(label, 75), "value": value}
    return {**option, "description": plain("…" + label[74:], 75)} if len(label) > 75 else option


def severities(book: Book, initial: str | None, without: str | None = None, name: str = "severity") -> Block:
    listed = [s for s in book.severities.all if s.id != without]
    choices = [(s.id, f"{s.emoji} {s.title} {s.name}", s.means) for s in listed]
    hint = "\n".join(f"{s.title}: {s.means}" for s in listed)
    return field(name, "Severity", select(choices, initial), hint)


def why(optional: bool = True) -> Block:
    return field("reason", "Why?", words(), optional=optional)


def about(ask: Ask) -> Incident:
    assert ask.incident is not None, f"The dialog {ask.kind} is about an incident."
    return ask.incident
