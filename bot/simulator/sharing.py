"""Files that people bring: kept in the workspace, and shared in a conversation with or without words."""

from __future__ import annotations

from pathlib import PurePath

from bot.simulator import shapes, talk
from bot.simulator.clock import seconds
from bot.simulator.core import Core
from bot.simulator.errors import GestureError, Json
from bot.simulator.people import Person
from bot.simulator.records import SlackFile
from bot.simulator.typed import as_message

#: bytes; Slack takes a gigabyte, and this workspace is kept in memory
LARGEST = 20_000_000


def bring(core: Core, person: Person, name: str, mimetype: str, content: bytes) -> SlackFile:
    """A new file of that person, shared nowhere yet. GestureError if it is empty or larger than LARGEST."""
    if not content or len(content) > LARGEST:
        raise GestureError(f"A file has between 1 and {LARGEST:,} bytes here.")
    name = PurePath(name).name or "file"
    kind = PurePath(name).suffix.removeprefix(".").lower() or "binary"
    workspace = core.workspace
    file = SlackFile(
        workspace.ids.new("F"), name, name, person.id, seconds(workspace.clock.now()), mimetype, kind,
        content=content, complete=True,
    )  # fmt: skip
    workspace.files[file.id] = file
    return file


def share(core: Core, person: Person, file: SlackFile, channel: str, text: str = "", thread: str = "") -> str:
    """Show a file in a conversation that the person is in; the ts of the message. GestureError otherwise."""
    place = core.workspace.channels.get(channel)
    if place is None or place.archived or person.id not in place.members:
        raise GestureError("Files are shared in conversations that one is in.")
    parent = core.workspace.message(place, thread) if thread else None
    message = talk.post(
        core.workspace, place, person.id, as_message(core.workspace, text), subtype="file_share", files=[file.id],
        thread_ts=None if parent is None else parent.thread_ts or parent.ts,
    )  # fmt: skip
    file.shares.append((place.id, message.ts))
    return message.ts


def shape(core: Core, file: SlackFile) -> Json:
    return shapes.file(core.workspace, file)
