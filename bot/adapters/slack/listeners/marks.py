"""Emoji, pins, edits and deletions of messages: most are none of Muster's business, and cost it nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.adapters.slack import refs
from bot.adapters.slack.listeners.heard import Heard, on
from bot.workflows.capture import marks, talk
from bot.workflows.desk import Desk, Gesture

CHANGES = frozenset({"message_changed", "message_deleted"})
#: what a person says; joining and setting a topic are messages, too: https://docs.slack.dev/reference/events/message
TALK = frozenset({None, "file_share", "me_message", "thread_broadcast"})


@on("reaction_added")
async def reacted(heard: Heard) -> None:
    await reaction(heard)


@on("reaction_removed")
async def took_back(heard: Heard) -> None:
    await reaction(heard)


async def reaction(heard: Heard) -> None:
    """Of the emoji that stand for a list, in a place of an incident."""
    event, item = heard.event, heard.event["item"]
    if event["user"] == heard.me or item.get("type") != "message":
        return
    if await counts(heard.desk, refs.room(item["channel"]), str(event["reaction"])):
        await marks.mark(heard.desk, own(heard, event["user"], item["channel"]), ref(item), "emoji")


async def counts(desk: Desk, room: str, emoji: str) -> bool:
    here = await desk.store.incidents_in(room)
    return any(desk.book_of(incident).capture.marked(emoji) for incident in here)


@on("pin_added")
async def pinned(heard: Heard) -> None:
    await pin(heard)


@on("pin_removed")
async def unpinned(heard: Heard) -> None:
    await pin(heard)


async def pin(heard: Heard) -> None:
    """Muster pins its cards itself, and pins of its messages say nothing."""
    event, item = heard.event, heard.event["item"]
    message = item.get("message") or {}
    if event["user"] == heard.me or item.get("type") != "message" or message.get("user") == heard.me:
        return
    if not await heard.desk.store.incidents_in(refs.room(event["channel_id"])):
        return
    place = {"channel": event["channel_id"], "ts": message["ts"]}
    await marks.mark(heard.desk, own(heard, event["user"], event["channel_id"]), ref(place), "pin")


@on("message")
async def said(heard: Heard) -> None:
    """Of new messages the first of a room matters; of changed ones those that are marked."""
    event = heard.event
    if event.get("subtype") not in CHANGES:
        if by_a_person(event) and event.get("subtype") in TALK:
            await talk.spoke(heard.desk, own(heard, event["user"], event["channel"]))
        return
    before = event.get("previous_message") or {}
    message = event.get("message") or before
    if heard.me in (message.get("user"), before.get("user")):
        return
    ts = event.get("deleted_ts") or message.get("ts")
    if ts:
        by, place = before.get("user") or "", {"channel": event["channel"], "ts": ts}
        await marks.changed(heard.desk, own(heard, by, event["channel"]), ref(place))


def by_a_person(event: Mapping[str, Any]) -> bool:
    """Also while it is not known yet who Muster is: what apps say has a bot_id."""
    return bool(event.get("user")) and not event.get("bot_id")


def ref(item: Mapping[str, Any]) -> str:
    return refs.message(item["channel"], item["ts"])


def own(heard: Heard, user: str, channel: str) -> Gesture:
    """Another handler of the same event has a receipt of its own."""
    gesture = heard.gesture(refs.person(user), refs.room(channel))
    return replace(gesture, delivery=f"{gesture.delivery}:marks")
