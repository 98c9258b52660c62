"""Blocks and their elements, each cut to its limit: https://docs.slack.dev/reference/block-kit/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack import verbs
from bot.adapters.slack.views.limits import SECTION, Block, cut, paragraphs

Element = dict[str, Any]
NOTHING = "\u2013"


def mrkdwn(text: str, longest: int = SECTION) -> Element:
    # verbatim: Slack makes no mention out of typed text, https://docs.slack.dev/reference/block-kit/composition-objects/
    return {"type": "mrkdwn", "text": cut(text.strip(), longest) or NOTHING, "verbatim": True}


def plain(text: str, longest: int) -> Element:
    words = " ".join(text.split()) or NOTHING
    kept = words if len(words) <= longest else words[: longest - 1] + "…"
    return {"type": "plain_text", "text": kept, "emoji": True}


def section(text: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def sections(text: str) -> list[Block]:
    """Long text in as many sections as it needs."""
    return [section(piece) for piece in paragraphs(text)]


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def actions(elements: Iterable[Element | None]) -> list[Block]:
    """A row of buttons and menus, none for nothing. Buttons that say the same verb are told apart by a third part."""
    taken: set[str] = set()
    row: list[Element] = []
    for element in elements:
        if element is not None and len(row) < 25:
            row.append(_distinct(element, taken))
    return [{"type": "actions", "elements": row}] if row else []


def _distinct(element: Element, taken: set[str]) -> Element:
    wanted, n = element["action_id"], 2
    name = wanted
    while name in taken:
        name, n = f"{wanted}{'' if ':' in wanted else ':'}:{n}", n + 1
    taken.add(name)
    return {**element, "action_id": name}


def button(label: str, verb: str, incident: str | None, words: str = "", style: str | None = None) -> Element:
    """It says `verb` with `words`; style is primary or danger."""
    element: Element = {
        "type": "button",
        "text": plain(label, 75),
        "action_id": verb[:200],
        "value": verbs.value(incident, words),
    }
    return {**element, "style": style} if style else element


@dataclass(frozen=True)
class Option:
    """A choice that says `verb` with `words`."""

    label: str
    verb: str
    words: str = ""
    means: str = ""


def menu(name: str, prompt: str, incident: str, choices: Sequence[Option]) -> Element | None:
    """A menu that acts when something is chosen; None without choices."""
    if not choices:
        return None
    options = [_option(c, verbs.option(c.verb, incident, c.words)) for c in choices[:100]]
    return {
        "type": "static_select",
        "action_id": f"{verbs.MENU}:{name}",
        "placeholder": plain(prompt, 150),
        "options": options,
    }


def overflow(name: str, incident: str, choices: Sequence[Option]) -> Element | None:
    if not choices:
        return None
    options = [_option(c, verbs.option(c.verb, incident, c.words)) for c in choices[:5]]
    return {"type": "overflow", "action_id": f"{verbs.MENU}:{name}", "options": options}


def _option(choice: Option, value: str) -> Element:
    option: Element = {"text": plain(choice.label, 75), "value": value}
    return {**option, "description": plain(choice.means, 75)} if choice.means else option
