"""What people choose from Slack's menus: the lightning, and the dots of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.adapters.slack.listeners.heard import shortcut
from bot.adapters.slack.reading import said
from bot.adapters.slack.verbs import Answer, Ask
from bot.adapters.slack.words import PERSON
from bot.ports import Said
from bot.workflows.capture import by_hand
from bot.workflows.capture.kept import clean, cut
from bot.workflows.declare import LONGEST_TITLE
from bot.workflows.desk import Desk, Gesture

Payload = Mapping[str, Any]


@shortcut("declare")
async def declare(desk: Desk, gesture: Gesture, payload: Payload) -> Answer:
    return Ask("declare", given={"severity": desk.book.severities.default})


@shortcut("declare_from")
async def declare_from(desk: Desk, gesture: Gesture, payload: Payload) -> Answer:
    """The words of the message are proposed as the title; whoever declares may say it better."""
    message = chosen(payload)
    given = {"severity": desk.book.severities.default, "title": title(message.text)}
    return Ask("declare", given=given, origin=message)


@shortcut("to_timeline")
async def to_timeline(desk: Desk, gesture: Gesture, payload: Payload) -> Answer:
    message = chosen(payload)
    found = await by_hand.meant(desk, gesture.by, message)
    if len(found) == 1:
        return await by_hand.put(desk, gesture, found[0].id, message)
    return Ask("mark", choices=tuple((i.id, f"{i.name} {i.title}") for i in found), origin=message)


@shortcut("to_task")
async def to_task(desk: Desk, gesture: Gesture, payload: Payload) -> Answer:
    return await work(desk, gesture, payload, "")


@shortcut("to_action_item")
async def to_action_item(desk: Desk, gesture: Gesture, payload: Payload) -> Answer:
    return await work(desk, gesture, payload, "yes")


async def work(desk: Desk, gesture: Gesture, payload: Payload, later: str) -> Answer:
    """Whoever is named in the message is proposed for it, else who said it."""
    message = chosen(payload)
    found = await by_hand.meant(desk, gesture.by, message)
    given = {"text": spoken(message.text), "owner": owner(message), "later": later}
    if len(found) == 1:
        return Ask("task", found[0], given, origin=message)
    return Ask("task", None, given, choices=tuple((i.id, f"{i.name} {i.title}") for i in found), origin=message)


def chosen(payload: Payload) -> Said:
    """The message as it was when it was chosen, fit to be kept."""
    return clean(said(None, payload["channel"]["id"], payload["message"]))


def owner(message: Said) -> str:
    named = dict.fromkeys(f"slack:{user}" for user in PERSON.findall(message.text))
    if len(named) == 1:
        return next(iter(named))
    return message.author if PERSON.fullmatch(message.author) else ""


def spoken(text: str) -> str:
    """
    Without people's references, which nobody can read in a field of a dialog.

    >>> spoken("slack:U1 please fail over"), spoken("ask slack:U1 about it")
    ('please fail over', 'ask somebody about it')
    """
    begun = re.sub(rf"^(?:{PERSON.pattern}[\s,:]*)+", "", text.strip())
    return PERSON.sub("somebody", begun).strip()


def title(text: str) -> str:
    """
    >>> title("checkout is failing\\nsince 10 minutes")
    'checkout is failing'
    """
    first = next((line for line in spoken(text).splitlines() if line.strip()), "")
    return cut(" ".join(first.split()), LONGEST_TITLE)
