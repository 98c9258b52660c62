"""
POST /slack/events: what Slack sends to those who cannot use Socket Mode, each request signed.

https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as Seconds
from slack_sdk.signature import SignatureVerifier

from bot.engine.clock import Clock

logger = logging.getLogger(__name__)

PATH = "/slack/events"
MOST_BYTES = 4 * 1024 * 1024
GRACE_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"
#: now and then Slack looks at our certificate so: https://docs.slack.dev/interactivity/implementing-slash-commands/
SSL_CHECK = re.compile(rb"(?:^|&)ssl_check=1(?:&|$)")
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
#: the body, or None when there is more of it than so many bytes
Read = Callable[[web.Request, int], Awaitable[bytes | None]]


class Requests:
    """
    Takes what Slack sends as requests and hands it to Bolt, as Sockets do with what comes over sockets.

    Until `start` and after `stop` every request is answered with 503: Slack then sends an event again, and tells
    whoever gave a command. `clock` says what is too old: a signature holds for 5 minutes.
    """

    def __init__(self, bolt: AsyncApp, secret: str, clock: Clock, read: Read) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(secret, Verified(clock))
        self._read = read
        #: told of each answer: the kind of delivery, as Socket Mode names them, and the seconds it took
        self.when_answered: Callable[[str, float], None] = lambda kind, seconds: None
        self._open = False
        self._answering: set[asyncio.Task[Any]] = set()

    @property
    def route(self) -> web.RouteDef:
        return web.post(PATH, self.answer)

    async def start(self) -> None:
        self._open = True

    async def stop(self) -> None:
        """Take nothing more, and let what is in hand be answered for a moment."""
        self._open = False
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=GRACE_SECONDS)

    def health(self) -> int:
        """1 while requests are taken, else 0."""
        return int(self._open)

    async def answer(self, request: web.Request) -> web.Response:
        if not self._open:
            return web.Response(status=503)
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            return await self._answer(request)
        finally:
            self._answering.discard(task)

    async def _answer(self, request: web.Request) -> web.Response:
        body = await self._read(request, MOST_BYTES)
        if body is None:
            return web.Response(status=413)
        if request.content_type == FORM and SSL_CHECK.search(body):
            return web.Response()
        if not self._signed(request.headers, body):
            logger.warning("A request to %s was not signed by Slack.", PATH, extra={"action": "slack.unsigned"})
            return web.Response(status=401)
        try:
            payload = read(body.decode(), request.content_type)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        began = monotonic()
        response = await self._bolt.async_dispatch(handed(payload, request.headers))
        self.when_answered(kind(payload), monotonic() - began)
        return answered(response)

    def _signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            return self._verifier.is_valid(body, headers.get(STAMP), headers.get(SIGNATURE))
        except (ValueError, TypeError):
            # the SDK raises for a stamp that is no number, for a body and for a signature of other letters
            return False


class Verified(Seconds):
    """Our clock, as the SDK's verifier reads it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def read(body: str, content_type: str) -> dict[str, Any]:
    """
    An event is JSON, a gesture JSON in a form, a command a form. ValueError for what is neither.

    Bolt reads a command that has the word payload in it as one without anything in it, so it is read here.

    >>> read("command=%2Fincident&text=the+payload+is+late", "application/x-www-form-urlencoded")
    {'command': '/incident', 'text': 'the payload is late'}
    >>> read("payload=%7B%22type%22%3A+%22block_actions%22%7D", "application/x-www-form-urlencoded")
    {'type': 'block_actions'}
    """
    if content_type == "application/json":
        said = json.loads(body)
    else:
        form = dict(parse_qsl(body, keep_blank_values=True))
        said = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(said, dict):
        raise ValueError("it is no object")
    return said


def kind(payload: Mapping[str, Any]) -> str:
    """
    >>> kind({"command": "/incident"}), kind({"type": "event_callback"}), kind({"type": "block_actions"})
    ('slash_commands', 'events_api', 'interactive')
    """
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload.get("type") == "event_callback" else "interactive"


def handed(payload: dict[str, Any], headers: Mapping[str, str]) -> AsyncBoltRequest:
    """What is verified and read goes to Bolt as from a socket: it neither reads nor verifies it once more."""
    return AsyncBoltRequest(mode="socket_mode", body=payload, headers=dict(headers))


def answered(response: BoltResponse) -> web.Response:
    form = response.first_headers().get("content-type", "text/plain")
    return web.Response(status=response.status, text=response.body, content_type=form.partition(";")[0])
