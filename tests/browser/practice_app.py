"""A little Slack app for the tests of the page: it answers one command and keeps what people do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Muster"},
    "features": {
        "bot_user": {"display_name": "muster", "always_online": True},
        "slash_commands": [
            {
                "command": "/incident",
                "description": "Declare and run incidents",
                "usage_hint": "declare sev1 checkout is failing",
                "should_escape": False,
            }
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "channels:manage",
                "channels:read",
                "channels:write.invites",
                "files:write",
                "groups:write",
            ]
        }
    },
    "settings": {"socket_mode_enabled": True, "interactivity": {"is_enabled": True}},
}


#: with a Home tab, shortcuts and the events of messages
WHOLE: dict[str, Any] = {
    **MANIFEST,
    "features": {
        **MANIFEST["features"],
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "shortcuts": [
            {"name": "Declare an incident", "type": "global", "callback_id": "declare", "description": "Open the form"},
            {"name": "Put on the timeline", "type": "message", "callback_id": "to_timeline", "description": "Keep it"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *MANIFEST["oauth_config"]["scopes"]["bot"],
                "bookmarks:write",
                "canvases:write",
                "channels:history",
                "pins:write",
                "reactions:write",
            ]
        }
    },
    "settings": {
        **MANIFEST["settings"],
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.channels"]},
    },
}


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))


@asynccontextmanager
async def a_square(manifest: dict[str, Any], *at_random: str) -> AsyncIterator[Simulator]:
    """A workspace with ana and ben, both in #incidents with the app; in #random are those who are named."""
    simulator = Simulator(WallClock(), manifest)
    workspace = simulator.workspace
    people = {
        "ana": workspace.add_person("ana", real_name="Ana Lima", tz="Europe/Lisbon"),
        "ben": workspace.add_person("ben", real_name="Ben Okafor", tz="Europe/London"),
    }
    workspace.add_channel("incidents", members=list(people.values()), bot=True)
    workspace.add_channel("random", members=[people[name] for name in at_random], bot=False)
    await simulator.start()
    yield simulator
    await simulator.stop()


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "declare",
    "title": plain("Declare an incident"),
    "submit": plain("Declare"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": plain("What is failing"),
            "element": {"type": "plain_text_input", "action_id": "title"},
        },
        {
            "type": "input",
            "block_id": "severity",
            "label": plain("Severity"),
            "element": {"type": "static_select", "action_id": "severity", "options": options("Sev1", "Sev2")},
        },
    ],
}


async def _nothing(payload: dict[str, Any]) -> None: ...


class PracticeApp:
    """Connects like any app; `form` is opened by the command, `judge` answers a submission with errors or None,
    `on_action` hears of each block action before it is acknowledged."""

    def __init__(self, simulator: Any) -> None:
        self.web = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
        self.socket = SocketModeClient(app_token=simulator.app_token, web_client=self.web)
        self.socket.socket_mode_request_listeners.append(self._take)
        self.form = FORM
        self.actions: list[dict[str, Any]] = []
        self.submissions: list[dict[str, Any]] = []
        self.commands: list[dict[str, Any]] = []
        self.shortcuts: list[dict[str, Any]] = []
        self.judge: Callable[[dict[str, Any]], dict[str, str] | None] = lambda values: None
        self.on_action: Callable[[dict[str, Any]], Awaitable[object]] = _nothing
        self.slow = 0.0

    async def start(self) -> None:
        await self.socket.connect()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        await self.socket.close()  # type: ignore[no-untyped-call]

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        payload = request.payload
        reply: dict[str, Any] | None = None
        if request.type == "slash_commands":
            self.commands.append(payload)
            reply = await self._command(payload)
        elif payload.get("type") == "block_actions":
            self.actions.append(payload["actions"][0])
            await self.on_action(payload)
            await asyncio.sleep(self.slow)
        elif payload.get("type") in {"shortcut", "message_action"}:
            self.shortcuts.append(payload)
        elif payload.get("type") == "view_submission":
            reply = self._submitted(payload["view"]["state"]["values"])
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, reply))

    async def _command(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        if payload["text"] == "":
            await self.web.views_open(trigger_id=payload["trigger_id"], view=self.form)
            return None
        return {"response_type": "ephemeral", "text": f"You said: {payload['text']}"}

    def _submitted(self, values: dict[str, Any]) -> dict[str, Any] | None:
        self.submissions.append(values)
        errors = self.judge(values)
        return {"response_action": "errors", "errors": errors} if errors else None
