"""Who Muster is in Slack. Remembered, so that Muster boots and answers while Slack is down."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.memory import Memory
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Rejected

logger = logging.getLogger(__name__)

NAME = "slack:identity"
REFRESH_EVERY = timedelta(hours=6)
BACKOFF_FIRST, BACKOFF_MOST = 1.0, 60.0


@dataclass(frozen=True)
class Identity:
    """`url` is the workspace's address; `scopes` what the bot token may do, empty if Slack did not say."""

    team: str
    bot_user: str
    bot: str
    url: str
    scopes: tuple[str, ...] = ()

    def wrote(self, message: Mapping[str, Any]) -> bool:
        """Whether a message, as Slack shows it, is by our own bot."""
        if self.bot and message.get("bot_id"):
            return bool(message["bot_id"] == self.bot)
        return bool(message.get("user") == self.bot_user)


class WhoAmI:
    """Asks Slack for our identity and keeps it. `known` is the newest, None until there is one."""

    def __init__(self, calls: SlackCalls, memory: Memory, clock: Clock) -> None:
        self._calls = calls
        self._memory = memory
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._met = asyncio.Event()
        self.known: Identity | None = None

    async def get(self) -> Identity:
        """What is known, or remembered, or asked of Slack now. Busy, Doubt or Rejected if it has to be asked."""
        return self.known or await self.recall() or await self.ask()

    async def recall(self) -> Identity | None:
        """What an earlier start remembered."""
        stored = await self._memory.recall(NAME)
        if stored is not None and self.known is None:
            self.known = Identity(**{**stored, "scopes": tuple(stored["scopes"])})
        return self.known

    async def ask(self) -> Identity:
        """Ask Slack, and remember. Busy, Doubt or Rejected."""
        answer, headers = await self._calls.respond("auth.test")
        scopes = headers.get("x-oauth-scopes", "")
        found = Identity(
            team=answer["team_id"],
            bot_user=answer["user_id"],
            bot=answer.get("bot_id") or "",
            url=answer.get("url") or "",
            scopes=tuple(sorted(scope.strip() for scope in scopes.split(",") if scope.strip())),
        )
        if found != self.known:
            await self._memory.remember(NAME, asdict(found))
        self.known = found
        self._met.set()
        return found

    async def met(self) -> None:
        """Return once Slack has answered."""
        await self._met.wait()

    async def start(self) -> None:
        """Take up what is remembered, and keep it fresh in the background. Does not wait for Slack."""
        await self.recall()
        self._task = asyncio.create_task(self._keep_fresh(), name="slack identity")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _keep_fresh(self) -> None:
        failures = 0
        while True:
            # whatever it was (a full disk, an answer without a team), it is asked again
            [outcome] = await asyncio.gather(self.ask(), return_exceptions=True)
            failures = failures + 1 if isinstance(outcome, BaseException) else 0
            if isinstance(outcome, BaseException):
                why = outcome if isinstance(outcome, Busy | Doubt | Rejected) else type(outcome).__name__
                logger.warning("Slack did not say who Muster is: %s", why, extra={"action": "slack.identity"})
            wait = backoff(failures) if failures else REFRESH_EVERY
            await self._clock.sleep_until(self._clock.now() + wait)


def backoff(failures: int, most: float = BACKOFF_MOST) -> timedelta:
    """A jittered wait after so many failures in a row (1 or more)."""
    ceiling = min(most, BACKOFF_FIRST * 2 ** min(failures, 30))
    return timedelta(seconds=random.uniform(BACKOFF_FIRST, ceiling))
