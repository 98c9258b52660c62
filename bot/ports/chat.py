"""The chat people work in, and who and what there is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.engine.outcomes import Key, Rejected
from bot.messages import Attachment, Document, Message


class NameTaken(Rejected):
    """Another room has that name."""


@dataclass(frozen=True)
class Contact:
    """
    How a person is reached outside the chat; "" where nothing is known.

    `zone` is the IANA name of their time zone, `phone` a number in E.164 as far as whoever typed it kept to that.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    zone: str = ""


@dataclass(frozen=True)
class RoomInfo:
    """What a room is like now; `member` is whether Muster is in it."""

    name: str
    private: bool = False
    archived: bool = False
    member: bool = True


@dataclass(frozen=True)
class Said:
    """
    A message as it stands in the chat now.

    `author` is a person, `muster`, or what another program calls itself; `at` when it was said, `edited` when it was
    last said otherwise. `thread` is the message whose thread it is in, or would begin. `files` are addresses by name,
    `marks` who put which emoji on it (by name, without colons or skin tones), Muster's own left out.
    """

    message: str
    author: str
    text: str
    at: datetime
    link: str = ""
    thread: str = ""
    edited: datetime | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pinned: bool = False


class Chat(Protocol):
    """
    The chat people work in.

    A place is a room, or a message whose thread is meant. Every verb raises Busy, Doubt or Rejected; those that
    change what is there (`edit`, `pin`, `topic`, `purpose`, `invite`, `join`, `rename_room`, `archive`, `unarchive`)
    may be called again without harm.
    """

    async def create_room(self, name: str, key: Key, private: bool = False) -> str:
        """
        The new room; a private one is seen by those alone who are invited.

        NameTaken if another has that name (and it is not ours from an earlier try).
        """

    async def invite(self, room: str, people: Sequence[str]) -> None:
        """Whoever is in already stays. Rejected names those who cannot be invited; the others are in."""

    async def remove(self, room: str, person: str) -> None:
        """Whoever is not in stays out. May be called again without harm."""

    async def topic(self, room: str, text: str) -> None:
        """One line over the room; cut to what the chat allows."""

    async def purpose(self, room: str, text: str) -> None:
        """What the room is for, in a line; cut to what the chat allows."""

    async def post(self, place: str, message: Message, key: Key) -> str:
        """The posted message."""

    async def edit(self, posted: str, message: Message) -> None:
        """Gone (of the engine) if it was deleted."""

    async def home(self, person: str, message: Message) -> None:
        """Show it as that person's Home, in place of what was there. May be called again without harm."""

    async def pin(self, posted: str) -> None: ...

    async def bookmark(self, room: str, title: str, link: str, key: Key, emoji: str | None = None) -> None: ...

    async def link(self, posted: str) -> str:
        """A web address that opens the message."""

    async def message(self, posted: str) -> Said:
        """Gone if there is no such message any more, Rejected where Muster may not look."""

    async def thread(self, posted: str, most: int) -> tuple[Said, ...]:
        """The thread that the message is in or begins: its first message and the newest others, oldest first."""

    async def direct(self, person: str) -> str:
        """The place of the conversation between Muster and that person."""

    async def stage_file(self, document: Document | Attachment) -> str:
        """Bring a file (of at least one byte) to the chat, seen by nobody yet. The staged file."""

    async def share_file(self, place: str, staged: str, title: str, comment: str, key: Key) -> str:
        """Show a staged file there. The file's message."""

    async def watch(self, place: str, mark: str, text: str, at: datetime | None) -> None:
        """
        Have the chat itself say `text` there at `at`, whatever becomes of Muster; None for no such message.

        `text` begins with `mark`, which nothing else scheduled begins with. Whatever else the chat was to say under
        that mark, there or elsewhere, is withdrawn. May be called again without harm.
        """

    async def answer(self, hook: str, message: Message) -> None:
        """Answer privately through the one-time address that came with a gesture. Perishable."""

    async def whisper(self, place: str, person: str, message: Message) -> None:
        """Show it there to that person alone. Perishable, and Rejected when they are not in the room."""

    async def people(self, room: str) -> tuple[str, ...]:
        """Who is in the room besides Muster."""

    async def room_info(self, room: str) -> RoomInfo:
        """Rejected when there is no such room, or Muster may not know of it."""

    async def join(self, room: str) -> None:
        """Rejected for a room that one must be invited to."""

    async def rename_room(self, room: str, name: str) -> str:
        """The name that it has now, which may differ a little. NameTaken if another room has it."""

    async def archive(self, room: str) -> None:
        """Nobody can write there any more."""

    async def unarchive(self, room: str) -> None:
        """Rejected where a bot may not do that."""

    async def canvas(self, room: str, title: str, markdown: str, key: Key) -> tuple[str, str]:
        """
        Write a document that everybody in the room can edit: its reference, and a web address that opens it.

        Rejected where the chat has no such thing, and in doubt, for nobody can look whether it was written.
        """


class Directory(Protocol):
    """Who and what there is in the chat. Rejected says what is missing and how to mend it."""

    async def channel(self, name: str) -> str:
        """The public channel of that name."""

    async def members(self, group: str) -> tuple[str, ...]:
        """The people of a user group, by its handle."""

    async def person(self, name: str) -> str:
        """The person with that id or e-mail address."""

    async def names(self, people: Sequence[str]) -> dict[str, str]:
        """What people call them; a person not found keeps the reference."""

    async def contact(self, person: str) -> Contact:
        """What the chat knows of how to reach them."""

    async def group(self, handle: str) -> str:
        """
        A user group as a reference, which becomes a mention where it is shown; "" when people stand in for it.
        """

    async def groups(self) -> dict[str, str]:
        """Every user group of the chat as a reference, by its handle."""

    async def staff(self, group: str, people: Sequence[str]) -> None:
        """Make these people (at least one), and nobody else, the members of that user group."""
