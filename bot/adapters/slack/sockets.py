"""
Socket Mode over several connections, so that one always listens while another is renewed.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, time
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.adapters.slack.errors import retry_after
from bot.adapters.slack.identity import backoff
from bot.adapters.slack.session import open_session, sdk_logger, web_client

logger = logging.getLogger(__name__)

PING_SECONDS, REBUILD_SECONDS, STAGGER_SECONDS = 5.0, 30.0, 10.0
GRACE_SECONDS = 3.0
MOST_BACKOFF_SECONDS = 15.0
MOST_REMEMBERED = 1000


class Sockets:
    """
    Keeps `count` sockets open and hands what they bring to Bolt. All waits here are real time.

    `start` does not wait for Slack. `ping` is the seconds between pings (a dead connection is noticed after four);
    a client that is unconnected for `rebuild` seconds is thrown away; `stagger` lies between the first connections, so
    that Slack's hourly renewals do not coincide.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        api_url: str,
        *,
        count: int = 2,
        ping: float = PING_SECONDS,
        rebuild: float = REBUILD_SECONDS,
        stagger: float = STAGGER_SECONDS,
    ) -> None:
        self.tally = Tally()
        self._seats = [
            Seat(app, app_token, api_url, ping, rebuild, self.tally, delay=stagger * n) for n in range(count)
        ]

    async def start(self) -> None:
        """Begin to connect."""
        for seat in self._seats:
            seat.start()

    async def stop(self) -> None:
        """Let deliveries in hand be answered for a moment, then close everything."""
        await asyncio.gather(*(seat.stop() for seat in self._seats))

    def health(self) -> int:
        """How many sockets are connected."""
        return sum(seat.connected for seat in self._seats)

    @property
    def count(self) -> int:
        """How many there should be."""
        return len(self._seats)


class Tally:
    """How often sockets were opened, and whoever wants to know how soon what they brought was answered."""

    def __init__(self) -> None:
        self.ever = 0
        self.when_answered: Callable[[str, float], None] = lambda kind, seconds: None
        self._opened: deque[float] = deque(maxlen=MOST_REMEMBERED)

    def opened(self) -> None:
        self.ever += 1
        self._opened.append(monotonic())

    def lately(self, seconds: float = 3600.0) -> int:
        """How often in the last so many seconds."""
        return sum(monotonic() - at <= seconds for at in self._opened)

    def answered(self, kind: str, seconds: float) -> None:
        self.when_answered(kind, seconds)


class Seat:
    """One socket and whoever watches over it."""

    def __init__(
        self, app: AsyncApp, app_token: str, api_url: str, ping: float, rebuild: float, tally: Tally, *, delay: float
    ) -> None:  # fmt: skip
        self._tally = tally
        self._app = app
        self._app_token = app_token
        self._api_url = api_url
        self._ping = ping
        self._rebuild = rebuild
        self._delay = delay
        self._client: Socket | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.connected

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name="slack socket")

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.drain(GRACE_SECONDS)
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None

    async def _keep(self) -> None:
        await asyncio.sleep(self._delay)
        while True:
            async with open_session(self._api_url) as session:
                self._client = await Socket.make(
                    self._app, self._app_token, self._api_url, self._ping, session, self._tally
                )
                connecting = asyncio.create_task(self._client.reach(), name="slack socket connects")
                try:
                    await self._watch(self._client)
                finally:
                    connecting.cancel()
                    await asyncio.gather(connecting, return_exceptions=True)
                    await self._client.shut()
            logger.warning("socket rebuilt", extra={"action": "slack.socket.rebuild"})

    async def _watch(self, client: Socket) -> None:
        """Return when the client has been unconnected for too long."""
        loop = asyncio.get_running_loop()
        seen = loop.time()
        while loop.time() - seen < self._rebuild:
            await asyncio.sleep(min(1.0, self._ping))
            if client.connected:
                seen = loop.time()


class Socket(SocketModeClient):
    """
    The SDK's client, with three things mended: it shares our session for its calls, it does not ask for an address
    in a tight loop while Slack is down, and it ends with all its tasks.
    """

    _app: AsyncApp
    _tally: Tally
    _handling: set[asyncio.Task[Any]]
    _answering: set[asyncio.Task[Any]]

    @classmethod
    async def make(
        cls, app: AsyncApp, app_token: str, api_url: str, ping: float, session: aiohttp.ClientSession, tally: Tally
    ) -> Socket:
        """A client over `session`, which stays the caller's to close."""
        client = cls(
            app_token=app_token,
            logger=sdk_logger("socket"),
            web_client=web_client(api_url, None, session),
            ping_interval=ping,
        )
        await client.aiohttp_client_session.close()
        client.aiohttp_client_session = session
        client.proxy = None
        client._app, client._tally = app, tally
        client._handling, client._answering = set(), set()
        client.socket_mode_request_listeners.append(client._handle)
        return client

    @property
    def connected(self) -> bool:
        session = self.current_session
        return not self.closed and not self.stale and session is not None and not session.closed

    async def reach(self) -> None:
        """Connect, however long it takes."""
        await self.connect()

    async def connect(self) -> None:
        """As the SDK does, also by itself when Slack renews the connection."""
        await super().connect()  # type: ignore[no-untyped-call]
        self._tally.opened()

    async def issue_new_wss_url(self) -> str:
        """A new address, however long it takes to get one."""
        failures = 0
        while True:
            try:
                response = await self.web_client.apps_connections_open(app_token=self.app_token)
                return str(response["url"])
            except SlackApiError as error:
                wait = self._wait_after(error, failures := failures + 1)
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                wait = backoff(failures := failures + 1, MOST_BACKOFF_SECONDS).total_seconds()
                self._tell(type(error).__name__, wait)
            await asyncio.sleep(wait)

    async def run_message_listeners(self, message: dict[str, object], raw_message: str) -> None:
        """As the SDK does, but known to `shut`."""
        with _listed(self._handling):
            await super().run_message_listeners(message, raw_message)

    async def drain(self, seconds: float) -> None:
        """Wait until what has been received is answered, at most so long."""
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=seconds)

    async def shut(self) -> None:
        """Close the connection and end every task."""
        self.closed, self.auto_reconnect_enabled = True, False
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver, *self._handling]
        ending = [task for task in tasks if task is not None]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        if self.current_session is not None:
            await self.current_session.close()

    async def _handle(self, _: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        with _listed(self._answering):
            began = time()
            response = await run_async_bolt_app(self._app, request)
            await send_async_response(self, request, response, began)
            self._tally.answered(request.type, time() - began)

    def _wait_after(self, error: SlackApiError, failures: int) -> float:
        headers = getattr(error.response, "headers", {})
        wait = backoff(failures, MOST_BACKOFF_SECONDS).total_seconds()
        if "Retry-After" in headers:
            wait = max(wait, retry_after(headers))
        self._tell("it refused", wait)
        return wait

    def _tell(self, why: str, wait: float) -> None:
        logger.warning(
            "Slack gave no address for a socket (%s); asking again in %.0f s", why, wait,
            extra={"action": "slack.socket.refused"},
        )  # fmt: skip


@contextmanager
def _listed(tasks: set[asyncio.Task[Any]]) -> Iterator[None]:
    """The current task is in the set meanwhile."""
    task = asyncio.current_task()
    assert task is not None
    tasks.add(task)
    try:
        yield
    finally:
        tasks.discard(task)
