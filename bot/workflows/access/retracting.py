"""What was said where everybody sees it is taken back: a message says no more than that the incident is restricted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from bot.engine.outcomes import Gone
from bot.engine.runs import Run
from bot.messages import Restricted
from bot.workflows.alerts import offers
from bot.workflows.desk import Desk

#: a step that found somebody else's message
FOUND = "thread"
LABEL = "Taking back what was said in public"


async def retract(desk: Desk, run: Run) -> None:
    """All that the runs of the incident ever posted, but for its room of now and direct messages."""
    said = await run.step("said", lambda: said_in_public(desk, run.subject), label=LABEL)
    offered = await run.step("offered", lambda: offered_in_public(desk), label=LABEL)
    await run.together(*(hide(desk, run, posted) for posted in said), *(rewrite(desk, run, id) for id in offered))


async def said_in_public(desk: Desk, id: str) -> list[str]:
    """In the order in which it was posted."""
    done, room = await desk.store.done(id), (await desk.incident(id)).room
    private = {room, *(result for name, result in done if name.startswith("direct"))}
    posted = dict.fromkeys(message for name, result in done if name != FOUND for message in messages(result))
    return [message for message in posted if message.partition("/")[0] not in private]


def messages(result: Any) -> Iterator[str]:
    """
    The messages that a step came to.

    >>> list(messages("slack:C1/17.4")), list(messages({"channel": "slack:C1", "message": "slack:C1/17.5"}))
    (['slack:C1/17.4'], ['slack:C1/17.5'])
    >>> list(messages("slack:C1")), list(messages("https://a.example/b")), list(messages(["a/b"]))
    ([], [], [])
    """
    said = result.get("message") if isinstance(result, dict) else result
    if isinstance(said, str) and "/" in said and "://" not in said and " " not in said:
        yield said


async def hide(desk: Desk, run: Run, posted: str) -> None:
    async def edit() -> None:
        with suppress(Gone):
            await desk.chat.edit(posted, Restricted())

    await run.step(f"hide:{posted}", edit, label=LABEL)


# offers of alerts name the incidents that are open


async def offered_in_public(desk: Desk) -> list[str]:
    kept = await desk.store.recall(offers.NAME) or {}
    return [id for id, offer in kept.items() if "posted" in offer]


async def rewrite(desk: Desk, run: Run, id: str) -> None:
    async def edit() -> None:
        offer = (await desk.store.recall(offers.NAME) or {}).get(id)
        if offer:
            with suppress(Gone):
                await desk.chat.edit(offer["posted"], await offers.offered(desk, id, offer["groups"]))

    await run.step(f"offer:{id}", edit, label=LABEL)
