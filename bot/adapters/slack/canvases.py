"""Documents beside a channel, in the Markdown that Slack's canvases take."""

from __future__ import annotations

import re

from bot.adapters.slack import refs
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.errors import Refusal
from bot.adapters.slack.identity import WhoAmI
from bot.engine.outcomes import Key

# https://docs.slack.dev/reference/methods/canvases.create
LONGEST = 1_048_576
LONGEST_TITLE = 255
CUT = "\n\nThe rest is in the file."
#: a table with more of them is a list here: a canvas is read on phones, too, and Slack takes no table without end
MOST_CELLS = 300
# "headings h1-h3": https://docs.slack.dev/reference/methods/canvases.create
DEEP = re.compile(r"^#{4,6} ", re.MULTILINE)
TABLE = re.compile(r"(?:^\|.*\|\n?)+", re.MULTILINE)
CELL = re.compile(r"(?<!\\)\|")
UNKNOWN = "Whether Slack wrote the canvas cannot be seen; if it did, it is a tab of the channel."


async def write(
    calls: SlackCalls, who: WhoAmI, channel: str, title: str, markdown: str, key: Key
) -> tuple[str, str]:  # fmt: skip
    """A new canvas in a tab of the channel, which whoever is in the channel can edit."""
    if key.doubtful:
        raise Refusal(UNKNOWN, "unknown")
    me = await who.get()
    content = {"type": "markdown", "markdown": dialect(markdown)}
    answer = await calls.call(
        "canvases.create", channel_id=channel, title=title[:LONGEST_TITLE], document_content=content
    )  # fmt: skip
    canvas = str(answer["canvas_id"])
    return refs.file(canvas), f"{me.url.rstrip('/')}/docs/{me.team}/{canvas}"


def dialect(markdown: str) -> str:
    """
    What canvases have: headings of three levels, tables that are not too long, and no more than fits.

    >>> dialect("#### Update 1")
    '### Update 1'
    """
    text = TABLE.sub(lambda found: listed(found.group()), DEEP.sub("### ", markdown))
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def listed(table: str) -> str:
    """A table that is too long as a list, each row a line of it."""
    rows = [[cell.strip() for cell in CELL.split(row)[1:-1]] for row in table.splitlines()]
    if sum(map(len, rows)) <= MOST_CELLS:
        return table
    lines = ("- " + " \u00b7 ".join(cell for cell in row if cell) for row in rows[2:])
    return "\n".join(lines) + "\n"
