"""The JSON shapes in which Slack shows its records."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.simulator.errors import Json
from bot.simulator.records import Channel, Message, Note, SlackFile, User, Usergroup
from bot.simulator.workspace import Workspace


def user(workspace: Workspace, one: User) -> Json:
    return {
        "id": one.id,
        "team_id": workspace.team_id,
        "name": one.name,
        "deleted": one.deleted,
        "color": one.color,
        "real_name": one.real_name,
        "tz": one.tz,
        "tz_label": one.tz,
        "tz_offset": _offset(one.tz, workspace.clock.now()),
        "profile": _profile(workspace, one),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": one.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def _profile(workspace: Workspace, one: User) -> Json:
    profile: Json = {
        "title": one.title,
        "real_name": one.real_name,
        "real_name_normalized": one.real_name,
        "display_name": one.name,
        "display_name_normalized": one.name,
        "phone": one.phone,
        "status_text": "",
        "status_emoji": "",
        "team": workspace.team_id,
    }
    if one.is_bot:
        return {**profile, "bot_id": one.bot_id, "api_app_id": workspace.app_id}
    if one.email:
        profile["email"] = one.email
    return profile


def _offset(tz: str, now: datetime) -> int:
    try:
        offset = now.astimezone(ZoneInfo(tz)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return int(offset.total_seconds()) if offset is not None else 0


def _note(note: Note) -> Json:
    return {"value": note.value, "creator": note.creator, "last_set": note.last_set}


def channel(workspace: Workspace, one: Channel, viewer: str) -> Json:
    if one.kind == "im":
        return _im(workspace, one, viewer)
    return {
        "id": one.id,
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": one.kind == "channel",
        "is_group": one.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": one.is_private,
        "created": one.created,
        "creator": one.creator,
        "is_archived": one.archived,
        "is_general": one.general,
        "unlinked": 0,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": workspace.team_id,
        "shared_team_ids": [workspace.team_id],
        "updated": one.created * 1000,
        "is_member": viewer in one.members,
        "topic": _note(one.topic),
        "purpose": _note(one.purpose),
        "previous_names": list(one.previous_names),
    }


def _im(workspace: Workspace, one: Channel, viewer: str) -> Json:
    return {
        "id": one.id,
        "created": one.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team_id,
        "user": next((member for member in one.members if member != viewer), viewer),
        "is_user_deleted": False,
    }


def message(workspace: Workspace, one: Message, *, metadata: bool = False) -> Json:
    """A message as history, events and the page show it."""
    shape: Json = {"type": "message", "user": one.user, "text": one.text, "ts": one.ts, "team": workspace.team_id}
    pairs = {
        "subtype": one.subtype,
        "client_msg_id": one.client_msg_id,
        "thread_ts": one.thread_ts,
        "edited": one.edited,
        "username": one.username,
        "icons": {"emoji": one.icon_emoji} if one.icon_emoji else None,
        "blocks": one.blocks or None,
        "attachments": one.attachments or None,
    }
    shape.update({key: value for key, value in pairs.items() if value is not None})
    shape.update(one.extra)
    if one.bot_id:
        shape.update(bot_id=one.bot_id, app_id=workspace.app_id, bot_profile=bot_profile(workspace))
    if one.metadata is not None and metadata:
        shape["metadata"] = one.metadata
    _decorate(workspace, one, shape)
    return shape


def _decorate(workspace: Workspace, one: Message, shape: Json) -> None:
    place = workspace.channels[one.channel]
    if one.reactions:
        shape["reactions"] = [{**row, "count": len(row["users"])} for row in one.reactions]
    if one.files:
        shape["files"] = [file(workspace, workspace.files[each]) for each in one.files if each in workspace.files]
        shape["upload"] = True
    if any(row["ts"] == one.ts for row in place.pins):
        shape["pinned_to"] = [one.channel]
    if one.is_reply:
        parent = place.messages.get(one.thread_ts or "")
        shape["parent_user_id"] = parent.user if parent is not None else ""
        return
    replies = place.threads.get(one.ts)
    if replies:
        people = list(dict.fromkeys(place.messages[ts].user for ts in replies))
        shape.update(
            thread_ts=one.ts,
            reply_count=len(replies),
            reply_users=people,
            reply_users_count=len(people),
            latest_reply=replies[-1],
            is_locked=False,
            subscribed=False,
        )


def bot_profile(workspace: Workspace) -> Json:
    return {
        "id": workspace.bot.bot_id,
        "app_id": workspace.app_id,
        "user_id": workspace.bot.id,
        "name": workspace.bot.real_name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": workspace.team_id,
    }


def file(workspace: Workspace, one: SlackFile) -> Json:
    public: Json = {}
    private: Json = {}
    for place, ts in one.shares:
        room = workspace.channels[place]
        (private if room.is_private else public).setdefault(place, []).append(
            {"ts": ts, "channel_name": room.name, "team_id": workspace.team_id, "share_user_id": one.user}
        )
    canvas = one.id in workspace.canvases
    address = f"{workspace.url}/files/{one.id}/{one.name}"
    return {
        "id": one.id,
        "created": one.created,
        "timestamp": one.created,
        "name": one.name,
        "title": one.title,
        "mimetype": one.mimetype,
        "filetype": one.filetype,
        "pretty_type": "Canvas" if canvas else one.filetype.upper(),
        "user": one.user,
        "user_team": workspace.team_id,
        "size": one.size,
        "mode": "quip" if canvas else "hosted",
        "is_public": bool(public),
        "is_external": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": f"{workspace.url}/docs/{workspace.team_id}/{one.id}" if canvas else address,
        "channels": list(public),
        "groups": [place for place in private if place.startswith("C")],
        "ims": [place for place in private if place.startswith("D")],
        "shares": {key: value for key, value in (("public", public), ("private", private)) if value},
        **({"preview": preview(one)} if one.mimetype.startswith("text/") else {}),
    }


def preview(one: SlackFile) -> str:
    return (one.content or b"")[:2000].decode("utf-8", "replace")


def group(workspace: Workspace, one: Usergroup, *, users: bool = False) -> Json:
    shape: dict[str, Any] = {
        "id": one.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "is_external": False,
        "name": one.name,
        "description": one.description,
        "handle": one.handle,
        "date_create": one.created,
        "date_update": one.updated,
        "date_delete": 0,
        "created_by": one.created_by,
        "updated_by": one.created_by,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(one.users),
    }
    if users:
        shape["users"] = list(one.users)
    return shape
