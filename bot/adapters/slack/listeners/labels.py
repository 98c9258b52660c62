"""Incidents named by what they are called: whether a word is a label is for the record to say."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.adapters.slack import parsing, refs
from bot.adapters.slack.parsing import Typed
from bot.adapters.slack.verbs import Verbs
from bot.domain.incident import Incident
from bot.workflows.desk import Desk

#: as Slack writes a channel: https://docs.slack.dev/messaging/formatting-message-text
CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^>]*)?>([:,;.]?)")
#: the verbs that a channel is an answer to
CHANNELS_MEANT = frozenset({"adopt"})
#: the words after which another incident is named
BEFORE = frozenset({"into", "of", "to", "with"})


async def numbered(desk: Desk, viewer: str, text: str) -> str:
    """
    The text, with the number of its incident for each room that is named where a number may stand.

    Slack offers channels to whoever types #1, and Enter takes the first of them.
    """
    words = text.split(" ")
    if words[0].lower() in CHANNELS_MEANT:
        return text
    for place in {0, 1, len(words) - 1, *(i + 1 for i, word in enumerate(words[:-1]) if word.lower() in BEFORE)}:
        found = CHANNEL.fullmatch(words[place]) if place < len(words) else None
        here = await desk.store.incidents_in(refs.room(found[1]), viewer) if found else []
        if found and here and here[0].room == refs.room(found[1]):
            words[place] = f"#{here[0].number}{found[2]}"
    return " ".join(words)


async def settled(desk: Desk, viewer: str, typed: Typed, verbs: Verbs) -> Typed:
    """
    The command with its label as a number, or with the words back that are none.

    A word that looks like the labels of the team's policy stays a label, so that a slip is refused and does not end
    up on another incident.
    """
    if typed.ref is None:
        return await sought(desk, viewer, typed, verbs)
    if typed.ref.isdecimal():
        return typed
    if found := await desk.store.incident_labelled(typed.ref, viewer):
        return replace(typed, ref=str(found.number))
    prefix = desk.book.naming.incident_pattern.partition("{")[0].casefold()
    if prefix.strip("#") and typed.ref.casefold().startswith(prefix):
        return typed
    return parsing.without(typed)


async def sought(desk: Desk, viewer: str, typed: Typed, verbs: Verbs) -> Typed:
    """The command with a label of another shape taken out of it, if an incident is called so."""
    verb = verbs.find(typed.verb)
    if verb is None:
        found = await labelled(desk, viewer, typed.verb)
        if found is None:
            return typed
        again = parsing.command(f"#{found.number} {typed.words}", verbs.wheres())
        return again if again.verb == "status" or verbs.find(again.verb) else typed
    for word, rest in parsing.candidates(typed.words, verb.where):
        if found := await labelled(desk, viewer, word):
            return replace(typed, ref=str(found.number), words=rest)
    return typed


async def labelled(desk: Desk, viewer: str, word: str) -> Incident | None:
    return await desk.store.incident_labelled(word, viewer) if parsing.labelish(word) else None
