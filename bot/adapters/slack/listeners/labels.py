"""Incidents named by what they are called: whether a word is a label is for the record to say."""

from __future__ import annotations

from dataclasses import replace

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Typed
from bot.adapters.slack.verbs import Verbs
from bot.domain.incident import Incident
from bot.workflows.desk import Desk


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
