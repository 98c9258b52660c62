"""Every call to Slack passes here, once, and ends as a result or as Busy, Doubt or Refusal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.buckets import Buckets
from bot.adapters.slack.errors import RateLimited, Refusal, answered, unanswered
from bot.adapters.slack.memory import LocalMemory, Pauses, SharedPauses
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt

Answer: TypeAlias = Mapping[str, Any]
Failure: TypeAlias = Busy | Doubt | Refusal
#: Called with the id of a channel that Slack says is not there.
OnMissing: TypeAlias = Callable[[str], Awaitable[None]]
#: Called after each call with its method, its outcome and how many seconds it took.
OnCalled: TypeAlias = Callable[[str, str, float], None]

# The engine takes a verb for doubtful after 10 s; ours ends before, so that what was not sent is known not to be.
VERB_SECONDS = 9.5
SHORTEST_TRY = 0.5
UPLOAD_SECONDS = 60.0
PAGE = 200
ORDINARY = 5
BREATH = timedelta(seconds=1)

_urgency: ContextVar[int] = ContextVar("slack_urgency", default=ORDINARY)
_deadline: ContextVar[float | None] = ContextVar("slack_deadline", default=None)


@contextmanager
def urgency(priority: int) -> Iterator[None]:
    """Calls inside wait for their turn with this priority; lower goes first."""
    token = _urgency.set(priority)
    try:
        yield
    finally:
        _urgency.reset(token)


@contextmanager
def deadline(seconds: float = VERB_SECONDS) -> Iterator[None]:
    """All calls inside, waiting for their turn included, end within so many seconds of real time."""
    token = _deadline.set(asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class SlackCalls:
    """
    Calls by the bot.

    `client` holds the bot token and our shared session (`session.web_client`). Nothing is tried twice: the engine
    knows when and whether. A method for which Slack answered 429 is paused in `pauses` (the store), for all replicas.
    """

    def __init__(self, client: AsyncWebClient, clock: Clock, pauses: SharedPauses | None = None) -> None:
        self._client = client
        self._clock = clock
        self._buckets = Buckets(clock)
        self._pauses = Pauses(pauses or LocalMemory(), clock)
        self._missing: list[OnMissing] = []
        self.when_called: OnCalled = lambda method, outcome, seconds: None

    def now(self) -> datetime:
        return self._clock.now()

    def when_missing(self, listener: OnMissing) -> None:
        """Tell `listener` of each channel that Slack no longer finds."""
        self._missing.append(listener)

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return self._buckets.waiting

    async def call(self, method: str, **arguments: Any) -> Answer:
        """Slack's answer; arguments that are None are left out. Busy, Doubt or Refusal."""
        return (await self.respond(method, **arguments))[0]

    async def respond(self, method: str, **arguments: Any) -> tuple[Answer, Mapping[str, str]]:
        """Like `call`, with the headers of the answer."""
        if _deadline.get() is None:
            with deadline():
                return await self.respond(method, **arguments)
        channel = arguments.get("channel") or arguments.get("channel_id")
        await self._wait_for_turn(method, channel)
        began = monotonic()
        outcome = await self._attempt(method, arguments)
        self.when_called(method, named(outcome), monotonic() - began)
        if isinstance(outcome, RateLimited):
            await self._pauses.pause(method, outcome.until)
        if isinstance(outcome, Refusal) and outcome.code == "channel_not_found":
            await self._tell_missing(channel)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def pages(self, method: str, key: str, **arguments: Any) -> AsyncIterator[Any]:
        """The rows of every page, one by one."""
        cursor: str | None = None
        while cursor != "":
            answer = await self.call(method, cursor=cursor, **{"limit": PAGE, **arguments})
            for row in answer.get(key) or ():
                yield row
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""

    async def send(self, url: str, *, seconds: float | None = None, **body: Any) -> None:
        """
        POST to a one-time address that Slack gave: `data=` bytes or `json=`; `seconds` instead of the usual limit.

        Busy, Doubt or Refusal; the address is in none of them.
        """
        outcome = await self._post(url, seconds, body)
        if outcome is not None:
            raise outcome

    async def _wait_for_turn(self, method: str, channel: str | None) -> None:
        paused = await self._pauses.until(method)
        if paused:
            raise Busy(paused, "Slack asked Muster to wait.")
        await self._buckets.take(method, channel, _urgency.get())
        if _left() < SHORTEST_TRY:
            raise Busy(self._clock.now() + BREATH, "There was no time left to call Slack.")

    async def _attempt(self, method: str, arguments: Mapping[str, Any]) -> tuple[Answer, Mapping[str, str]] | Failure:
        """
        Failures are returned, to be raised where no exception of the client is around: those hold the request's
        headers, and the token with them.
        """
        try:
            async with asyncio.timeout(_left()):
                response = await self._client.api_call(method, data=encoded(arguments))
        except SlackApiError as error:
            return self._refused(method, error.response)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return unanswered(error, self._clock.now())
        except (ValueError, LookupError, AttributeError):
            # The client takes whatever came for a JSON object: a list or a broken encoding end here.
            return Doubt("Slack's answer could not be read.")
        return dict(response.data), response.headers  # type: ignore[arg-type]

    def _refused(self, method: str, response: Any) -> Failure:
        # Of an answer that is no JSON the client hands over the bare HTTP response, whose status is named otherwise.
        status = response.status_code if hasattr(response, "status_code") else response.status
        return answered(method, status, getattr(response, "data", None), response.headers, self._clock.now())

    async def _post(self, url: str, seconds: float | None, body: dict[str, Any]) -> Failure | None:
        session = self._client.session
        assert session is not None, "session.web_client gives the client a session"
        if seconds is not None:
            body["timeout"] = aiohttp.ClientTimeout(total=seconds, connect=session.timeout.connect)
        try:
            async with session.post(url, **body) as response:
                if response.status < 300:
                    return None
                if response.status in (403, 404, 410):
                    return Refusal("It came too late: Slack's one-time address no longer takes it.", "expired")
                return answered(url, response.status, None, response.headers, self._clock.now())
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return unanswered(error, self._clock.now())

    async def _tell_missing(self, channel: str | None) -> None:
        if channel:
            for listener in self._missing:
                await listener(channel)


def named(outcome: object) -> str:
    """The outcome of a call in a word."""
    if isinstance(outcome, RateLimited):
        return "limited"
    words = {Busy: "busy", Doubt: "doubt", Refusal: "refused"}
    return next((word for kind, word in words.items() if isinstance(outcome, kind)), "ok")


def encoded(arguments: Mapping[str, Any]) -> dict[str, str]:
    """
    As form fields, the one encoding that every method takes: https://docs.slack.dev/apis/web-api/#methods.

    >>> encoded({"channel": "C1", "limit": 200, "force": True, "cursor": None, "blocks": []})
    {'channel': 'C1', 'limit': '200', 'force': 'true', 'blocks': '[]'}
    """
    return {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        for name, value in arguments.items()
        if value is not None
    }


def _left() -> float:
    """Seconds until the deadline."""
    until = _deadline.get()
    return VERB_SECONDS if until is None else until - asyncio.get_running_loop().time()
