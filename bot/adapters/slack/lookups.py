"""Did an earlier try land? Pages through what Slack holds since shortly before that try."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.errors import Refusal
from bot.adapters.slack.identity import WhoAmI
from bot.engine.outcomes import Key, Rejected

logger = logging.getLogger(__name__)

# Slack's clock and ours may differ.
MARGIN = timedelta(minutes=10)
EVENT_TYPE = "muster_effect"
LIVE_ROOMS = {"types": "public_channel", "exclude_archived": True, "limit": 999}


def metadata(key: Key) -> dict[str, Any]:
    """How a message carries its key; everybody in the workspace may read it."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key.id}}


async def private_rooms(calls: SlackCalls) -> AsyncIterator[Mapping[str, Any]]:
    """Every live private channel that Muster is in: it is in those that it made."""
    async for room in calls.pages("users.conversations", "channels", **{**LIVE_ROOMS, "types": "private_channel"}):
        yield room


async def rooms(calls: SlackCalls) -> AsyncIterator[Mapping[str, Any]]:
    """Every live public channel: first those Muster is in, which are few and mostly meant, then all."""
    try:
        async for room in calls.pages("users.conversations", "channels", **LIVE_ROOMS):
            yield room
    except Refusal as refusal:
        logger.info("Going on to all channels: %s", refusal, extra={"action": "slack.rooms"})
    async for room in calls.pages("conversations.list", "channels", **LIVE_ROOMS):
        yield room


class Lookups:
    def __init__(self, calls: SlackCalls, who: WhoAmI) -> None:
        self._calls = calls
        self._who = who

    async def posted(self, channel: str, thread: str | None, key: Key) -> str | None:
        """The ts of our message with that key."""
        return await self._ours(channel, thread, key, lambda message: carries(message, key))

    async def shared(self, channel: str, thread: str | None, file: str, key: Key) -> str | None:
        """The ts of our message that shows that file."""
        return await self._ours(channel, thread, key, lambda message: shows(message, file))

    async def room(self, name: str, key: Key, private: bool = False) -> str | None:
        """The live channel of exactly that name that our bot made since the first try."""
        me = await self._who.get()
        oldest = (key.since - MARGIN).timestamp()
        async for room in private_rooms(self._calls) if private else rooms(self._calls):
            mine = room.get("creator") == me.bot_user and room.get("created", 0) >= oldest
            if room.get("name") == name and mine and not room.get("is_archived"):
                return str(room["id"])
        return None

    async def bookmarked(self, channel: str, title: str, link: str) -> bool:
        """Whether the channel has that bookmark."""
        answer = await self._calls.call("bookmarks.list", channel_id=channel)
        return any(one.get("link") == link and one.get("title") == title for one in answer.get("bookmarks") or ())

    async def _ours(
        self, channel: str, thread: str | None, key: Key, matches: Callable[[Mapping[str, Any]], bool]
    ) -> str | None:
        me = await self._who.get()
        try:
            async for message in self._since(channel, thread, key):
                if me.wrote(message) and matches(message):
                    return str(message["ts"])
        except Refusal as refusal:
            raise unknown(refusal) from None
        return None

    async def _since(self, channel: str, thread: str | None, key: Key) -> AsyncIterator[Mapping[str, Any]]:
        method = "conversations.replies" if thread else "conversations.history"
        oldest = f"{(key.since - MARGIN).timestamp():.6f}"
        rows = self._calls.pages(
            method, "messages", channel=channel, ts=thread, oldest=oldest, inclusive=True, include_all_metadata=True
        )
        async for message in rows:
            yield message


def carries(message: Mapping[str, Any], key: Key) -> bool:
    found = message.get("metadata") or {}
    payload = found.get("event_payload") or {}
    return found.get("event_type") == EVENT_TYPE and payload.get("key") == key.id


def shows(message: Mapping[str, Any], file: str) -> bool:
    return any(one.get("id") == file for one in message.get("files") or ())


def unknown(refusal: Refusal) -> Rejected:
    """What to say when it cannot be seen whether the earlier try landed."""
    return Refusal(f"It may or may not have been done, and Muster cannot look: {refusal}", refusal.code)
