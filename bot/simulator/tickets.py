"""Trigger ids and response urls: what an app may use for a short while after a person did something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.clock import Clock
from bot.simulator.errors import SlackError
from bot.simulator.ids import secret
from bot.simulator.records import Message

TRIGGER_LIFE = timedelta(seconds=3)
HOOK_LIFE, HOOK_USES = timedelta(minutes=30), 5


@dataclass
class Trigger:
    user: str
    expires: datetime
    view_id: str = ""
    used: bool = False


class Triggers:
    """Single-use, for 3 seconds of the clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._known: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str = "") -> str:
        now = self.clock.now()
        if len(self._known) > 5000:
            self._known = {key: one for key, one in self._known.items() if one.expires > now - HOOK_LIFE}
        name = f"{secret(4)}.{now.timestamp():.0f}.{secret(8)}"
        self._known[name] = Trigger(user, now + TRIGGER_LIFE, view_id)
        return name

    def exchange(self, name: str) -> Trigger:
        """Use a trigger up. SlackError if it is unknown, used or too old."""
        trigger = self._known.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class Hook:
    """A response url: where it leads, and the message the person acted on, if any."""

    channel: str
    user: str
    expires: datetime
    source: Message | None = None
    thread_ts: str | None = None
    uses: int = 0


class Hooks:
    """Response urls: 5 uses within 30 minutes of the clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._known: dict[str, Hook] = {}

    def new(self, channel: str, user: str, source: Message | None = None) -> str:
        now = self.clock.now()
        if len(self._known) > 5000:
            self._known = {key: one for key, one in self._known.items() if one.expires > now}
        name = secret(16)
        thread = source.thread_ts if source is not None and source.is_reply else None
        self._known[name] = Hook(channel, user, now + HOOK_LIFE, source, thread)
        return name

    def use(self, name: str) -> Hook:
        """Count one use. SlackError if the url is unknown, too old or used up."""
        hook = self._known.get(name)
        if hook is None or self.clock.now() > hook.expires:
            raise SlackError("expired_url")
        if hook.uses >= HOOK_USES:
            raise SlackError("used_url")
        hook.uses += 1
        return hook
