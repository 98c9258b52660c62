"""Slack's limits, kept by construction: whatever goes in, what comes out is a message that Slack takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

# https://docs.slack.dev/reference/block-kit/blocks
SECTION = 3000
MOST_BLOCKS = 50
# not documented: about 13 200 characters are refused, https://github.com/slackapi/bolt-js/issues/2509
MOST_CHARACTERS = 12_000
FALLBACK = 1000
LEFT_OUT = "The rest did not fit here."

_TORN = re.compile(r"(<[^<>]*|&[a-z]{0,3})\Z")


@dataclass(frozen=True)
class Rendered:
    """`text` is what a notification shows, `blocks` the message."""

    text: str
    blocks: list[Block]


def cut(text: str, longest: int) -> str:
    """
    At most that many characters; no mention, link or entity is torn.

    >>> cut("abcdef", 4), cut("ab &amp; c", 6), cut("hi <@U123456>", 10)
    ('abc…', 'ab …', 'hi …')
    """
    if len(text) <= longest:
        return text
    return _TORN.sub("", text[: longest - 1]) + "…"


def paragraphs(text: str, longest: int = SECTION) -> list[str]:
    """
    The text in pieces that each fit, divided at line ends.

    >>> paragraphs("one\\ntwo\\nthree", 8)
    ['one\\ntwo', 'three']
    """
    pieces: list[str] = []
    for row in (part for line in text.strip().split("\n") for part in _rows(line, longest)):
        if pieces and len(pieces[-1]) + 1 + len(row) <= longest:
            pieces[-1] += "\n" + row
        else:
            pieces.append(row)
    return [piece.strip() for piece in pieces if piece.strip()]


def _rows(line: str, longest: int) -> Iterator[str]:
    while len(line) > longest:
        head = _TORN.sub("", line[:longest]) or line[:longest]
        yield head
        line = line[len(head) :]
    yield line


def fit(text: str, blocks: Sequence[Block], tail: Sequence[Block] = ()) -> Rendered:
    """As many of `blocks` as a message holds; `tail` (the buttons) always stays."""
    fallback = cut(text.strip(), FALLBACK) or "Muster"
    note: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": LEFT_OUT}]}
    room = MOST_CHARACTERS - len(fallback) - weight(tail) - len(LEFT_OUT)
    kept: list[Block] = []
    for block in blocks:
        room -= weight([block])
        if room < 0 or len(kept) + len(tail) + 1 >= MOST_BLOCKS:
            kept.append(note)
            break
        kept.append(block)
    return Rendered(fallback, [*kept, *tail])


def weight(blocks: Iterable[Block]) -> int:
    """The characters that people read in these blocks."""
    return sum(len(words) for block in blocks for words in _texts(block))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
