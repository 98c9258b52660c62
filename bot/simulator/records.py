"""What a workspace holds: people, channels, messages, user groups, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.errors import Json

Kind = Literal["channel", "private", "im"]


@dataclass
class User:
    id: str
    name: str
    real_name: str
    tz: str = "Etc/UTC"
    email: str = ""
    color: str = "4a6fa5"
    title: str = ""
    bot_id: str = ""
    deleted: bool = False
    presence: str = "active"
    phone: str = ""

    @property
    def is_bot(self) -> bool:
        return bool(self.bot_id)


@dataclass
class Note:
    """A topic or a purpose; `last_set` in unix seconds, 0 if never set."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass(eq=False)
class Message:
    """One message; edited in place, so a kept reference shows the newest state."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str = ""
    metadata: Json | None = None
    edited: Json | None = None
    reactions: list[Json] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    ephemeral_to: str | None = None
    client_msg_id: str | None = None
    broadcast: bool = False
    username: str | None = None
    icon_emoji: str | None = None
    deleted: bool = False
    extra: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def ephemeral(self) -> bool:
        return self.ephemeral_to is not None

    @property
    def words(self) -> str:
        """All that a reader sees: the text and every text in the blocks, line by line."""
        return "\n".join([self.text, *texts(self.blocks), *texts(self.attachments)]).strip("\n")


@dataclass(eq=False)
class Channel:
    id: str
    name: str
    kind: Kind
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: Note = field(default_factory=Note)
    purpose: Note = field(default_factory=Note)
    archived: bool = False
    general: bool = False
    previous_names: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    last_micros: int = 0

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"


@dataclass
class Usergroup:
    id: str
    handle: str
    name: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    created_by: str = ""


@dataclass(eq=False)
class SlackFile:
    id: str
    name: str
    title: str
    user: str
    created: int
    mimetype: str = "application/octet-stream"
    filetype: str = "binary"
    alt_text: str = ""
    content: bytes | None = None
    complete: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.content or b"")


@dataclass(eq=False)
class Canvas:
    """
    A document of markdown, which is a file of the same id too; `sections` have an id and their markdown.

    `channel` is the one that shows it in a tab, "" if none does; `access` is "read", "write" or "owner" by the id of a
    user or a channel; `updated` in unix seconds.
    """

    id: str
    channel: str
    updated: int
    sections: list[Json] = field(default_factory=list)
    access: dict[str, str] = field(default_factory=dict)

    @property
    def markdown(self) -> str:
        return "\n\n".join(section["markdown"] for section in self.sections)


@dataclass
class Scheduled:
    """A message waiting for its `post_at` (unix seconds); `fields` are those of the later message."""

    id: str
    channel: str
    post_at: int
    created: int
    fields: Json


@dataclass(frozen=True)
class Change:
    """Something that happened in the workspace, told to whoever listens."""

    kind: str
    channel: Channel | None = None
    message: Message | None = None
    user: str = ""
    extra: Json = field(default_factory=dict)


def texts(value: Any) -> list[str]:
    """Every text in a tree of blocks, in reading order."""
    if isinstance(value, list):
        return [line for item in value for line in texts(item)]
    if not isinstance(value, dict):
        return []
    found: list[str] = []
    for key, item in value.items():
        if key in {"text", "alt_text"} and isinstance(item, str):
            found.append(item)
        elif isinstance(item, list | dict):
            found += texts(item)
    return found
