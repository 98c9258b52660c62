"""Token buckets per method, with a queue by priority: https://docs.slack.dev/apis/web-api/rate-limits."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from bot.engine.clock import Clock
from bot.engine.outcomes import Busy

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
BY_TIER = {
    1: "apps.connections.open",
    2: """bookmarks.add canvases.create conversations.archive conversations.create conversations.list
        conversations.rename conversations.setPurpose conversations.setTopic conversations.unarchive pins.add
        usergroups.list usergroups.users.list usergroups.users.update users.conversations""",
    3: """bookmarks.list chat.deleteScheduledMessage chat.scheduleMessage chat.scheduledMessages.list chat.update
        conversations.history conversations.info conversations.invite conversations.join conversations.kick
        conversations.open conversations.replies users.lookupByEmail""",
    4: """auth.test chat.getPermalink chat.postEphemeral conversations.members files.completeUploadExternal
        files.getUploadURLExternal users.info views.open views.publish views.update""",
}
TIERS = {method: tier for tier, methods in BY_TIER.items() for method in methods.split()}
CAUTIOUS_TIER = 2
# "one message per second per channel", and "several hundred messages per minute" in a workspace:
# https://docs.slack.dev/reference/methods/chat.postMessage
POSTS_A_MINUTE, CHANNEL_BURST, CHANNEL_A_MINUTE = 300, 5, 60
PATIENCE = timedelta(seconds=2)


class Bucket:
    """Starts full. Whoever waits is served by priority (lower first), then in order of arrival."""

    def __init__(self, clock: Clock, burst: float, per_minute: float) -> None:
        self._clock = clock
        self._burst = burst
        self._every = timedelta(minutes=1) / per_minute
        self._full_at = clock.now()
        self._waiting: list[tuple[int, int]] = []
        self._arrivals = count()

    async def take(self, priority: int) -> None:
        """One token. Busy as soon as it is known that it would take more than PATIENCE."""
        began = self._clock.now()
        ticket = (priority, next(self._arrivals))
        bisect.insort(self._waiting, ticket)
        try:
            while (ready := self._ready_at(self._waiting.index(ticket))) > self._clock.now():
                if ready > began + PATIENCE:
                    raise Busy(ready, "Muster keeps to Slack's rate limits and waits for its turn.")
                await self._clock.sleep_until(ready)
            self._full_at = max(self._full_at, self._clock.now()) + self._every
        finally:
            self._waiting.remove(ticket)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        return not self._waiting and self._full_at <= self._clock.now()

    def _ready_at(self, ahead: int) -> datetime:
        return self._full_at - self._every * (self._burst - 1 - ahead)


class Buckets:
    """The buckets of one workspace, made when first needed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    async def take(self, method: str, channel: str | None, priority: int) -> None:
        """What one call costs; Busy if it would have to wait for more than PATIENCE."""
        for bucket in self._needed(method, channel):
            await bucket.take(priority)

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return sum(bucket.waiting for bucket in self._buckets.values())

    def _needed(self, method: str, channel: str | None) -> Iterator[Bucket]:
        if method == "chat.postMessage":
            yield self._bucket(f"{method} {channel}", CHANNEL_BURST, CHANNEL_A_MINUTE)
            yield self._bucket(method, POSTS_A_MINUTE, POSTS_A_MINUTE)
        else:
            rate = PER_MINUTE[TIERS.get(method, CAUTIOUS_TIER)]
            yield self._bucket(method, rate, rate)

    def _bucket(self, name: str, burst: float, per_minute: float) -> Bucket:
        if name not in self._buckets:
            self._sweep()
            self._buckets[name] = Bucket(self._clock, burst, per_minute)
        return self._buckets[name]

    def _sweep(self) -> None:
        """A full bucket is like a new one: forget it, so that old channels do not pile up."""
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.full}
