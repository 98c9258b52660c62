"""Messages that Slack itself posts at a time to come, one for each mark, as long as nobody withdraws them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.slack.calls import SlackCalls, deadline
from bot.adapters.slack.errors import Refusal
from bot.adapters.slack.memory import Memory

#: Slack takes nothing closer, and withdraws nothing within a minute of its time:
#: https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage/
SOONEST = timedelta(seconds=70)
GONE = {"invalid_scheduled_message_id", "channel_not_found", "is_archived", "not_in_channel"}


class Watches:
    """
    What was arranged last is remembered by its mark, so that an unchanged wish costs no call.

    It is unsure after a try whose end nobody knows: that one may land late, and is looked for once more.
    """

    def __init__(self, calls: SlackCalls, memory: Memory) -> None:
        self._calls = calls
        self._memory = memory

    async def arrange(
        self, channel: str, thread: str | None, mark: str, text: str, at: datetime | None, now: datetime
    ) -> None:  # fmt: skip
        """Have `text` posted there at `at` and nothing else that begins with `mark`; None withdraws all of it."""
        wish = {"channel": channel, "thread": thread, "text": text, "at": at and int(at.timestamp())}
        name = f"slack:watch:{mark}"
        before = await self._memory.recall(name)
        if before == {**wish, "sure": True} or (before is None and at is None):
            return
        broken_off = before is not None and "at" not in before
        places = dict.fromkeys([*((before or {}).get("places") or ()), (before or {}).get("channel")])
        elsewhere = [place for place in places if place and place != channel]
        with deadline():
            await self._memory.remember(name, {"places": [*elsewhere, channel]})
            await self._one(channel, thread, mark, text, at and max(at, now + SOONEST))
            for place in elsewhere:
                await self._one(place, None, mark, "", None)
        await self._memory.remember(name, {**wish, "sure": not broken_off})

    async def _one(self, channel: str, thread: str | None, mark: str, text: str, at: datetime | None) -> None:
        """The new one before the old ones go, so that one stands at any time."""
        there = [one async for one in self._scheduled(channel) if str(one.get("text", "")).startswith(mark)]
        when = at and int(at.timestamp())
        kept = next((one for one in there if one["text"] == text and one["post_at"] == when), None)
        if when and kept is None:
            await self._calls.call("chat.scheduleMessage", channel=channel, thread_ts=thread, text=text, post_at=when)
        for one in there:
            if one is not kept:
                await self._withdraw(channel, one["id"])

    async def _withdraw(self, channel: str, id: str) -> None:
        try:
            await self._calls.call("chat.deleteScheduledMessage", channel=channel, scheduled_message_id=id)
        except Refusal as refusal:
            if refusal.code not in GONE:
                raise

    async def _scheduled(self, channel: str) -> Any:
        rows: Any = self._calls.pages("chat.scheduledMessages.list", "scheduled_messages", channel=channel, limit=100)
        async for row in rows:
            one: Mapping[str, Any] = row
            yield one
