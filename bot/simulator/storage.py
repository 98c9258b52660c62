"""The workspace on disk: one JSON file, written whole and put in place at once."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.simulator.errors import Json
from bot.simulator.records import Canvas, Change, Channel, Message, Note, Scheduled, SlackFile, User, Usergroup
from bot.simulator.views import View, Views
from bot.simulator.workspace import Workspace

VERSION = 1
QUIET_SECONDS = 0.3
FLEETING = {"toast", "views"}


def dump(workspace: Workspace, views: Views) -> Json:
    """Everything that outlives a restart; open modals and deliveries do not."""
    return {
        "version": VERSION,
        "ids": workspace.ids.count,
        "users": [asdict(user) for user in workspace.users.values()],
        "groups": [asdict(group) for group in workspace.groups.values()],
        "channels": [_channel(channel) for channel in workspace.channels.values()],
        "files": [_file(file) for file in workspace.files.values()],
        "canvases": [vars(canvas) for canvas in workspace.canvases.values()],
        "scheduled": [asdict(one) for one in workspace.scheduled.values()],
        "homes": [{"id": view.id, "user": view.user, "body": view.body} for view in views.homes.values()],
    }


def _channel(channel: Channel) -> Json:
    row = {**vars(channel), "topic": asdict(channel.topic), "purpose": asdict(channel.purpose)}
    return {**row, "messages": [vars(message) for message in channel.messages.values()]}


def _file(file: SlackFile) -> Json:
    content = None if file.content is None else base64.b64encode(file.content).decode()
    return {**vars(file), "content": content}


def restore(workspace: Workspace, views: Views, data: Json) -> None:
    """Fill an empty workspace. ValueError if the file is of another version."""
    if data.get("version") != VERSION:
        raise ValueError(f"the saved workspace is of version {data.get('version')}; this is {VERSION}")
    workspace.ids.count = data["ids"]
    workspace.users = {row["id"]: User(**row) for row in data["users"]}
    workspace.bot = workspace.users.get(workspace.bot.id, workspace.bot)
    workspace.users.setdefault(workspace.bot.id, workspace.bot)
    workspace.groups = {row["id"]: Usergroup(**row) for row in data["groups"]}
    workspace.channels = {row["id"]: _restored(row) for row in data["channels"]}
    workspace.scheduled = {row["id"]: Scheduled(**row) for row in data["scheduled"]}
    for row in data["files"]:
        content = None if row["content"] is None else base64.b64decode(row["content"])
        shares = [(place, ts) for place, ts in row["shares"]]
        workspace.files[row["id"]] = SlackFile(**{**row, "content": content, "shares": shares})
    # not in what was saved before there were canvases
    workspace.canvases = {row["id"]: Canvas(**row) for row in data.get("canvases", [])}
    for row in data["homes"]:
        views.homes[row["user"]] = View(row["id"], row["user"], "home", row["body"], root_id=row["id"])


def _restored(row: Json) -> Channel:
    messages = {one["ts"]: Message(**one) for one in row["messages"]}
    notes: dict[str, Any] = {"topic": Note(**row["topic"]), "purpose": Note(**row["purpose"])}
    return Channel(**{**row, **notes, "messages": messages})


class Storage:
    """Saves a little after each change, and at the end."""

    def __init__(self, workspace: Workspace, views: Views, path: Path) -> None:
        self.workspace = workspace
        self.views = views
        self.path = path
        self._timer: asyncio.TimerHandle | None = None
        self._dirty = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def load(self) -> None:
        if self.path.exists():
            restore(self.workspace, self.views, json.loads(self.path.read_text("utf-8")))

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.workspace.listeners.append(self._heard)

    def _heard(self, change: Change) -> None:
        if change.kind in FLEETING and change.user not in self.views.homes:
            return
        self._dirty = True
        if self._timer is None and self._loop is not None:
            self._timer = self._loop.call_later(QUIET_SECONDS, self.save)

    def save(self) -> None:
        """Write the file beside its place, then put it there."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._dirty = False
        beside = self.path.with_name(f"{self.path.name}.new")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(dump(self.workspace, self.views)), "utf-8")
        os.replace(beside, self.path)

    def stop(self) -> None:
        self._loop = None
        if self._dirty or not self.path.exists():
            self.save()
