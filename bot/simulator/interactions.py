"""The payloads that gestures send to the app, https://docs.slack.dev/interactivity/."""

from __future__ import annotations

from typing import Any

from bot.simulator import shapes
from bot.simulator.core import Core
from bot.simulator.errors import Json
from bot.simulator.manifest import Command
from bot.simulator.records import Channel, Message, User
from bot.simulator.views import View

NAMELESS = {"im": "directmessage", "private": "privategroup"}


def _channel_name(channel: Channel) -> str:
    return NAMELESS.get(channel.kind, channel.name)


def _common(core: Core, user: User, kind: str) -> Json:
    workspace = core.workspace
    return {
        "type": kind,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.team_id},
        "api_app_id": workspace.app_id,
        "token": "practice",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def hook_url(core: Core, channel: str, user: str, source: Message | None = None) -> str:
    return f"{core.url}/hooks/{core.hooks.new(channel, user, source)}"


def command(core: Core, user: User, channel: Channel, row: Command, text: str) -> Json:
    workspace = core.workspace
    return {
        "token": "practice",
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": row.command,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": hook_url(core, channel.id, user.id),
        "trigger_id": core.triggers.new(user.id),
    }


def on_message(core: Core, user: User, message: Message, action: Json, values: Json) -> Json:
    """block_actions from a message."""
    channel = core.workspace.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        **_common(core, user, "block_actions"),
        "container": container,
        "trigger_id": core.triggers.new(user.id),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": {"values": values},
        "response_url": hook_url(core, channel.id, user.id, message),
        "actions": [action],
    }
    if not message.ephemeral:
        payload["message"] = shapes.message(core.workspace, message)
    return payload


def on_view(core: Core, user: User, view: View, action: Json) -> Json:
    """block_actions from a modal or the Home tab."""
    return {
        **_common(core, user, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": core.triggers.new(user.id, view.id),
        "view": core.views.shape(view),
        "actions": [action],
    }


def submission(core: Core, user: User, view: View) -> Json:
    return {
        **_common(core, user, "view_submission"),
        "trigger_id": core.triggers.new(user.id, view.id),
        "view": core.views.shape(view),
        "response_urls": list(_response_urls(core, user, view)),
    }


def _response_urls(core: Core, user: User, view: View) -> list[Json]:
    """One for each conversation chosen in a select that asks for it."""
    values: Json = core.views.values(view)
    rows = []
    for block in view.blocks:
        element: Json = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        place = state.get("selected_conversation") or state.get("selected_channel")
        if place in core.workspace.channels:
            where = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": place}
            rows.append({**where, "response_url": hook_url(core, place, user.id)})
    return rows


def closed(core: Core, user: User, view: View, cleared: bool = False) -> Json:
    payload = {**_common(core, user, "view_closed"), "view": core.views.shape(view)}
    return {**payload, "is_cleared": cleared}


def shortcut(core: Core, user: User, callback_id: str, message: Message | None) -> Json:
    """A global shortcut, or one on a message."""
    kind = "shortcut" if message is None else "message_action"
    payload = {
        **_common(core, user, kind),
        "callback_id": callback_id,
        "action_ts": _now(core),
        "trigger_id": core.triggers.new(user.id),
    }
    if message is None:
        return payload
    channel = core.workspace.channels[message.channel]
    return {
        **payload,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message_ts": message.ts,
        "message": shapes.message(core.workspace, message),
        "response_url": hook_url(core, channel.id, user.id, message),
    }


def action(core: Core, block: Json, element: Json, state: Json | None) -> Json:
    """One entry of `actions`: the element, and what was chosen in it."""
    row: dict[str, Any] = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": _now(core),
    }
    kept = ("text", "value", "style", "url") if element["type"] == "button" else ("placeholder",)
    row.update({key: element[key] for key in kept if key in element})
    row.update(state or {})
    return row


def _now(core: Core) -> str:
    return f"{core.clock.now().timestamp():.6f}"
