"""Bolt, told to answer after the listener, and the few listeners behind which our own verb table routes."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.identity import Identity
from bot.adapters.slack.listeners.edge import Listeners
from bot.adapters.slack.listeners.errands import Errands
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.session import sdk_logger
from bot.engine.clock import Clock
from bot.workflows.desk import Desk

COMMAND = "/incident"
ANYTHING = re.compile(r"")


class Known(Protocol):
    """Whoever knows who we are in Slack."""

    @property
    def known(self) -> Identity | None: ...


class Edge:
    """
    `bolt` takes what Slack sends; `stop` ends what its listeners started.

    Bolt verifies nothing: a socket we opened ourselves, and what comes as a request is verified in requests.py.
    """

    def __init__(self, desk: Desk, calls: SlackCalls, who: Known, clock: Clock) -> None:
        self.errands = Errands()
        listeners = Listeners(desk, calls, clock, VERBS, self.errands)
        self.bolt = build_bolt(listeners, who)

    @property
    def idle(self) -> bool:
        """Nothing that a listener started is still open."""
        return self.errands.idle

    async def settle(self) -> None:
        await self.errands.settle()

    async def stop(self) -> None:
        await self.errands.stop()


def build_bolt(listeners: Listeners, who: Known) -> AsyncApp:
    """An app with five listeners; with hundreds, Bolt would look through all of them for each payload."""
    logger = sdk_logger("bolt")
    # Bolt warns that it leaves SLACK_BOT_TOKEN alone; it is meant to.
    logger.setLevel(logging.ERROR)
    app = AsyncApp(
        name="muster",
        logger=logger,
        # the commit comes before the answer, and nothing polls for it: slack_bolt/listener/asyncio_runner.py
        process_before_response=True,
        authorize=remembered(who),
        client=AsyncWebClient(),
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
    )
    logger.setLevel(logging.WARNING)
    app.command(COMMAND)(listeners.command)
    app.action(ANYTHING)(listeners.action)
    app.view(ANYTHING)(listeners.submission)
    app.shortcut(ANYTHING)(listeners.shortcut)
    app.event(ANYTHING)(listeners.event)
    app.error(listeners.failed)
    return app


def remembered(who: Known) -> Callable[..., Awaitable[AuthorizeResult]]:
    """
    Authorise from what is known of ourselves: no request to Slack stands between a person and their answer.

    While nothing is known (the first start, with Slack down) the payload's own team is taken.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        us = who.known
        if us is None:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_user_id=us.bot_user, bot_id=us.bot or None
        )

    return authorize
