"""What is done to messages: posting, editing, deleting, reacting, pinning."""

from __future__ import annotations

import copy
from typing import Any

from bot.simulator.clock import seconds
from bot.simulator.records import Channel, Message
from bot.simulator.workspace import Workspace


def post(workspace: Workspace, channel: Channel, user: str, text: str, **fields: Any) -> Message:
    """Add a message; `fields` are those of Message. A thread_ts makes it a reply."""
    message = Message(channel.id, workspace.next_ts(channel), user, text, **fields)
    channel.messages[message.ts] = message
    if message.is_reply and message.thread_ts is not None and not message.ephemeral:
        channel.threads.setdefault(message.thread_ts, []).append(message.ts)
    workspace.tell("message", channel, message=message, user=user)
    return message


def edit(workspace: Workspace, message: Message, by: str, *, mark: bool = True, **fields: Any) -> None:
    """Change a message in place; `mark` adds Slack's edited marker."""
    previous = copy.copy(message)
    for name, value in fields.items():
        setattr(message, name, value)
    channel = workspace.channels[message.channel]
    if mark:
        message.edited = {"user": by, "ts": workspace.next_ts(channel)}
    workspace.tell("changed", channel, message=message, user=by, extra={"previous": previous})


def delete(workspace: Workspace, message: Message, by: str) -> None:
    """Take a message away; a parent with replies leaves a tombstone, as in Slack."""
    channel = workspace.channels[message.channel]
    previous = copy.copy(message)
    channel.pins = [pin for pin in channel.pins if pin["ts"] != message.ts]
    if channel.threads.get(message.ts):
        message.subtype, message.text = "tombstone", "This message was deleted."
        message.blocks, message.attachments, message.files, message.metadata = [], [], [], None
        workspace.tell("changed", channel, message=message, user=by, extra={"previous": previous})
        return
    message.deleted = True
    del channel.messages[message.ts]
    if message.is_reply and message.thread_ts is not None:
        replies = channel.threads.get(message.thread_ts, [])
        if message.ts in replies:
            replies.remove(message.ts)
    workspace.tell("deleted", channel, message=message, user=by, extra={"previous": previous})


def react(workspace: Workspace, message: Message, name: str, user: str) -> bool:
    """Add a reaction; False if this user already had."""
    row = next((one for one in message.reactions if one["name"] == name), None)
    if row is None:
        row = {"name": name, "users": []}
        message.reactions.append(row)
    if user in row["users"]:
        return False
    row["users"].append(user)
    _reacted(workspace, message, name, user, "reaction_added")
    return True


def unreact(workspace: Workspace, message: Message, name: str, user: str) -> bool:
    """Take a reaction back; False if this user had none of that name."""
    row = next((one for one in message.reactions if one["name"] == name), None)
    if row is None or user not in row["users"]:
        return False
    row["users"].remove(user)
    if not row["users"]:
        message.reactions.remove(row)
    _reacted(workspace, message, name, user, "reaction_removed")
    return True


def _reacted(workspace: Workspace, message: Message, name: str, user: str, kind: str) -> None:
    channel = workspace.channels[message.channel]
    workspace.tell(kind, channel, message=message, user=user, extra={"reaction": name})


def pin(workspace: Workspace, message: Message, user: str) -> bool:
    """Pin a message; False if it was pinned already."""
    channel = workspace.channels[message.channel]
    if any(row["ts"] == message.ts for row in channel.pins):
        return False
    channel.pins.append({"ts": message.ts, "by": user, "created": seconds(workspace.clock.now())})
    workspace.tell("pin_added", channel, message=message, user=user)
    return True


def unpin(workspace: Workspace, message: Message, user: str) -> bool:
    channel = workspace.channels[message.channel]
    kept = [row for row in channel.pins if row["ts"] != message.ts]
    if len(kept) == len(channel.pins):
        return False
    channel.pins = kept
    workspace.tell("pin_removed", channel, message=message, user=user)
    return True


def history(channel: Channel, viewer: str | None = None) -> list[Message]:
    """Top-level messages, oldest first; ephemerals only of `viewer` (None: none)."""
    return [
        message
        for message in channel.messages.values()
        if (not message.is_reply or message.broadcast) and _shown(message, viewer)
    ]


def thread(channel: Channel, ts: str, viewer: str | None = None) -> list[Message]:
    """The parent and its replies, oldest first."""
    return [
        message
        for message in channel.messages.values()
        if (message.ts == ts or message.thread_ts == ts) and _shown(message, viewer)
    ]


def _shown(message: Message, viewer: str | None) -> bool:
    return message.ephemeral_to is None or message.ephemeral_to == viewer
