"""People as one types them where nobody picks from a list: by e-mail address, or by the handle of a user group."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

from bot.adapters.slack.parsing.command import MARKS
from bot.domain.errors import Refused
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.workflows.desk import Desk

EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[A-Za-z]{2,}")
HANDLE = re.compile(r"@([A-Za-z0-9][\w.-]*)")
#: how many of its first words may name somebody, by verb
PLACES: Mapping[str, int] = {
    "admit": 12, "dismiss": 12, "escalate": 1, "handoff": 2, "oncall": 12, "role": 12, "task": 2, "testpage": 1,
}  # fmt: skip
#: what may stand before the owner of a task
BEFORE_OWNERS = re.compile(r"#?[0-9]+|later", re.IGNORECASE)
#: Slack waits 3 s for an answer to a command: https://docs.slack.dev/interactivity/implementing-slash-commands/
LOOK_SECONDS = 1.5


async def settled(desk: Desk, verb: str, words: str) -> str:
    """
    The words, with a person for each address and handle that stands where somebody may be named.

    A handle that is no group's stays: its verb knows what to say. Refused when Slack cannot say who is meant.
    """
    parts = re.split(r"(\s+)", words)
    for place in range(0, min(2 * PLACES.get(verb, 0), len(parts)), 2):
        if verb == "task" and place and not BEFORE_OWNERS.fullmatch(parts[0]):
            break
        bare = parts[place].strip(MARKS)
        if bare and (named := await who(desk, verb, bare)):
            parts[place] = parts[place].replace(bare, named)
    return "".join(parts)


async def who(desk: Desk, verb: str, word: str) -> str | None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            if EMAIL.fullmatch(word):
                return await desk.directory.person(word)
            if found := HANDLE.fullmatch(word):
                return await member(desk, verb, found[1])
    except Rejected as refusal:
        if HANDLE.fullmatch(word):
            return None
        raise Refused(str(refusal)) from None
    except (Busy, Doubt, TimeoutError):
        sentence = f"Slack cannot say just now who {word} is. Pick the name from the list that it shows after @."
        raise Refused(sentence) from None
    return None


async def member(desk: Desk, verb: str, handle: str) -> str:
    """Its only member, or the group where a group can be called."""
    people = await desk.directory.members(handle)
    if verb == "escalate":
        return f"group:{handle}"
    if len(people) == 1:
        return people[0]
    raise Refused(f"@{handle} is {several(people)}.")


def several(people: Sequence[str]) -> str:
    return f"{', '.join(people)}. Name one of them" if people else "nobody just now"
