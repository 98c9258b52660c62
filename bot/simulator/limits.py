"""Slack's rate limits: https://docs.slack.dev/apis/web-api/rate-limits."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
# "a small amount of burst behavior is tolerated" in tier 1; without it no app could open its sockets
TIER_1_BURST = 5
BY_TIER = {
    1: "apps.connections.open",
    2: """bookmarks.add bookmarks.edit bookmarks.remove canvases.create conversations.archive
        conversations.canvases.create conversations.close
        conversations.create conversations.list conversations.rename conversations.setPurpose
        conversations.setTopic conversations.unarchive pins.add pins.list pins.remove reactions.remove
        usergroups.create usergroups.list usergroups.update usergroups.users.list usergroups.users.update
        users.conversations users.list users.setPresence""",
    3: """bookmarks.list bots.info canvases.access.set canvases.delete canvases.edit
        canvases.sections.lookup chat.delete chat.deleteScheduledMessage chat.scheduleMessage
        chat.scheduledMessages.list chat.update conversations.history conversations.info
        conversations.invite conversations.join conversations.kick conversations.leave conversations.mark
        conversations.open conversations.replies files.delete files.list reactions.add reactions.get
        team.info users.getPresence users.lookupByEmail""",
    4: """api.test chat.postEphemeral conversations.members files.completeUploadExternal
        files.getUploadURLExternal files.info users.info views.open views.publish views.push
        views.update""",
}
TIERS = {method: tier for tier, names in BY_TIER.items() for method in names.split()}
# chat.postMessage: one a second in each channel, short bursts allowed
POST_BURST, POST_EVERY = 5, timedelta(seconds=1)


class RateLimits:
    """Counts calls on the given clock; off until `on` is set."""

    def __init__(self) -> None:
        self.on = False
        self._calls: dict[str, deque[datetime]] = {}
        self._full_at: dict[str, datetime] = {}

    def wait(self, method: str, channel: str, now: datetime) -> int | None:
        """Seconds for Retry-After if this call is one too many, else None (and the call is counted)."""
        if not self.on:
            return None
        if method == "chat.postMessage":
            return self._bucket(f"{method} {channel}", POST_BURST, POST_EVERY, now)
        tier = TIERS.get(method)
        if tier == 1:
            return self._bucket(method, TIER_1_BURST, WINDOW, now)
        return self._window(method, PER_MINUTE[tier], now) if tier else None

    def _window(self, key: str, most: int, now: datetime) -> int | None:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= most:
            return max(1, math.ceil((calls[0] + WINDOW - now).total_seconds()))
        calls.append(now)
        return None

    def _bucket(self, key: str, burst: int, every: timedelta, now: datetime) -> int | None:
        """A leaky bucket, kept as the instant at which it is full again."""
        full_at = max(self._full_at.get(key, now), now)
        if full_at - now > every * (burst - 1):
            return max(1, math.ceil((full_at - now - every * (burst - 1)).total_seconds()))
        self._full_at[key] = full_at + every
        return None
