"""A small town on a clock turned by hand, the real Slack SDK, and an app that answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator

SCOPES = [
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "canvases:read",
    "canvases:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "usergroups:write",
    "users:read",
    "users:read.email",
]
EVENTS = [
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "pin_added",
    "reaction_added",
    "reaction_removed",
]
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Muster"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "bot_user": {"display_name": "muster"},
        "slash_commands": [
            {"command": "/incident", "description": "Run an incident", "usage_hint": "help", "should_escape": True},
            {"command": "/raw", "description": "Unescaped", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Declare", "type": "global", "callback_id": "declare", "description": "d"},
            {"name": "Note", "type": "message", "callback_id": "note", "description": "n"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": EVENTS},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


class HandClock:
    """A clock that only moves when told to; who sleeps is woken when the time has come."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, instant: datetime) -> None:
        if instant <= self._now:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((instant, future))
        await future

    def move(self, **by: float) -> datetime:
        self._now += timedelta(**by)
        for instant, future in self._sleepers:
            if instant <= self._now and not future.done():
                future.set_result(None)
        self._sleepers = [row for row in self._sleepers if not row[1].done()]
        return self._now


Reply = Callable[[SocketModeRequest], Any]


@dataclass
class App:
    """The app's side of Socket Mode: keeps what it got and acknowledges with what `reply` gives.

    `reply` returns None (no payload), a payload, or `SILENT` for no acknowledgement at all.
    """

    sim: Simulator
    web: AsyncWebClient
    got: list[SocketModeRequest] = field(default_factory=list)
    reply: Reply = lambda request: None
    clients: list[SocketModeClient] = field(default_factory=list)

    async def connect(self) -> SocketModeClient:
        client = SocketModeClient(app_token=self.sim.app_token, web_client=self.web, ping_interval=0.2)
        client.socket_mode_request_listeners.append(self._heard)
        self.clients.append(client)
        await client.connect()  # type: ignore[no-untyped-call]
        await until(lambda: self.sim.sockets >= 1)
        return client

    async def _heard(self, client: Any, request: SocketModeRequest) -> None:
        self.got.append(request)
        answer = self.reply(request)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer is not SILENT:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        return [request.payload for request in self.got if request.payload.get("type") == kind]

    def events(self, kind: str) -> list[dict[str, Any]]:
        rows = [payload["event"] for payload in self.payloads("event_callback")]
        return [row for row in rows if row["type"] == kind]

    async def close(self) -> None:
        for client in self.clients:
            await client.close()  # type: ignore[no-untyped-call]


SILENT = object()


async def until(true: Callable[[], Any], seconds: float = 2.0) -> None:
    """Wait, in real time, for something to become so."""
    for _ in range(int(seconds / 0.01)):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become so in time")


async def refused(call: Any) -> dict[str, Any]:
    """The refusal that an SDK call meets."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return dict(caught.value.response.data)


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def section(text: str = "words", **rest: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **rest}


def button(text: str = "Press", action_id: str = "press", **rest: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, **rest}


def actions(*elements: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **rest}


def entry(label: str = "What", action_id: str = "what", **rest: Any) -> dict[str, Any]:
    element = rest.pop("element", {"type": "plain_text_input", "action_id": action_id})
    return {"type": "input", "label": plain(label), "element": element, "block_id": f"{action_id}_block", **rest}


def modal(*blocks: dict[str, Any], **rest: Any) -> dict[str, Any]:
    base = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return {**base, "blocks": list(blocks) or [entry()], **rest}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def sim(clock: HandClock) -> AsyncIterator[Simulator]:
    simulator = Simulator(clock, MANIFEST)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def web(sim: Simulator, http: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(token=sim.bot_token, base_url=sim.api_url, session=http, retry_handlers=[])


@pytest.fixture
def ana(sim: Simulator) -> Person:
    return sim.workspace.add_person("ana", real_name="Ana Lima", tz="Europe/Lisbon")


@pytest.fixture
def ben(sim: Simulator) -> Person:
    return sim.workspace.add_person("ben", real_name="Ben Okafor", email="ben@example.org")


@pytest.fixture
def room(sim: Simulator, ana: Person, ben: Person) -> Channel:
    """#ops, a public channel with ana, ben and the bot."""
    return sim.workspace.add_channel("ops", members=[ana, ben], bot=True)


@pytest.fixture
async def app(sim: Simulator, web: AsyncWebClient) -> AsyncIterator[App]:
    one = App(sim, web)
    await one.connect()
    yield one
    await one.close()
