"""What the page shows: the workspace as one person sees it."""

from __future__ import annotations

from bot.simulator import shapes
from bot.simulator.core import Core
from bot.simulator.errors import Json
from bot.simulator.records import Channel, Message, User
from bot.simulator.views import View
from bot.simulator.workspace import Workspace


def message_shape(workspace: Workspace, message: Message) -> Json:
    """Slack's shape of a message, with what only the page needs."""
    shape = shapes.message(workspace, message)
    shape["channel"] = message.channel
    if message.ephemeral:
        shape["ephemeral"] = True
    for file in shape.get("files", []):
        file.setdefault("preview", "")
    return shape


def view_shape(core: Core, view: View) -> Json:
    return {**core.views.shape(view), "errors": view.errors}


def view_shapes(core: Core, user: str) -> list[Json]:
    return [view_shape(core, view) for view in core.views.stacks.get(user, [])]


def state(core: Core, user: User) -> Json:
    """All that the page needs to draw itself for this person."""
    workspace, home = core.workspace, core.views.homes.get(user.id)
    return {
        "me": _person(user),
        "team": {"id": workspace.team_id, "name": workspace.team_name},
        "bot": {
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot.bot_id,
            "name": workspace.bot.name,
            "real_name": workspace.bot.real_name,
            "home_tab": core.manifest.home_tab,
        },
        "people": [_person(one) for one in workspace.people()],
        "groups": [{"id": one.id, "handle": one.handle, "name": one.name} for one in workspace.groups.values()],
        "commands": [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
            for one in core.manifest.commands
        ],
        "shortcuts": [
            {"name": one.name, "type": one.type, "callback_id": one.callback_id} for one in core.manifest.shortcuts
        ],
        "channels": [_channel(one, user.id) for one in workspace.channels.values() if workspace.sees(user.id, one)],
        "views": view_shapes(core, user.id),
        "home": view_shape(core, home) if home is not None else None,
        "panels": [{"title": one.title, "url": one.url} for one in core.panels],
    }


def _person(user: User) -> Json:
    return {"id": user.id, "name": user.name, "real_name": user.real_name, "color": user.color, "tz": user.tz}


def _channel(channel: Channel, user: str) -> Json:
    shape: Json = {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic.value,
        "purpose": channel.purpose.value,
        "member": user in channel.members,
        "members": list(channel.members),
        "unread": _unread(channel, user),
        "archived": channel.archived,
        "bookmarks": [
            {"id": one["id"], "title": one["title"], "link": one["link"], "emoji": one["emoji"]}
            for one in channel.bookmarks
        ],
        "pins": [pin["ts"] for pin in channel.pins],
    }
    if channel.kind == "im":
        shape["user"] = next((one for one in channel.members if one != user), user)
    return shape


def _unread(channel: Channel, user: str) -> int:
    if user not in channel.members:
        return 0
    read, count = channel.last_read.get(user, ""), 0
    for message in reversed(channel.messages.values()):
        if message.ts <= read:
            break
        count += not message.is_reply and message.user != user and message.ephemeral_to in (None, user)
    return count
