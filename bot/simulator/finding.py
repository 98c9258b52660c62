"""Finding the element a person means: by action id, by the words on it, by its block or its label."""

from __future__ import annotations

from collections.abc import Iterator

from bot.simulator.blocks import interactive
from bot.simulator.errors import GestureError, Json
from bot.simulator.records import Message
from bot.simulator.views import View

Surface = Message | View


def blocks_of(surface: Surface) -> list[Json]:
    if isinstance(surface, View):
        return surface.blocks
    return [*surface.blocks, *(block for row in surface.attachments for block in row.get("blocks", []))]


def elements(surface: Surface) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) that a person can act on."""
    for block in blocks_of(surface):
        for element, _ in interactive(block):
            yield block, element


def find(surface: Surface, wanted: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The one element meant by an action id, a button's text, a block id or an input's label. GestureError."""
    rows = [row for row in elements(surface) if block_id in (None, row[0]["block_id"])]
    for matches in (_by_action, _by_words, _by_block, _by_part):
        found = [row for row in rows if matches(*row, wanted)]
        if found:
            return found[0]
    have = ", ".join(dict.fromkeys(words(*row) or row[1]["action_id"] for row in rows)) or "nothing to act on"
    raise GestureError(f"There is no {wanted} here; there is {have}.")


def words(block: Json, element: Json) -> str:
    """What is written on an element: a button's text or an input's label."""
    holder = element.get("text") or block.get("label") or element.get("placeholder") or {}
    return str(holder.get("text", ""))


def _by_action(block: Json, element: Json, wanted: str) -> bool:
    return bool(element["action_id"] == wanted)


def _by_words(block: Json, element: Json, wanted: str) -> bool:
    return words(block, element).lower() == wanted.lower()


def _by_block(block: Json, element: Json, wanted: str) -> bool:
    return bool(block["block_id"] == wanted)


def _by_part(block: Json, element: Json, wanted: str) -> bool:
    return element["type"] == "button" and wanted.lower() in words(block, element).lower()
