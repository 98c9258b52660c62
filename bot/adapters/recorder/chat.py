"""A chat in which everything succeeds at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from bot.adapters.recorder.record import CHAT, Record, whom
from bot.engine.outcomes import Gone, Key, Rejected
from bot.messages import Attachment, Document, Message
from bot.ports import NameTaken, RoomInfo, Said

#: begins the place of a conversation between Muster and one person
WITH = "with:"


class RecordingChat:
    """Called twice with one key, it makes one thing, and writes that down once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._made: dict[str, str] = {}
        self._rooms: set[str] = set()
        self._numbers = count(1)

    async def create_room(self, name: str, key: Key, private: bool = False) -> str:
        if key.id not in self._made:
            if name in self._rooms:
                raise NameTaken(f"Another channel is called #{name}.")
            self._rooms.add(name)
            self._made[key.id] = CHAT + name
            self._record.add("create_room", CHAT + name, text=name)
        return self._made[key.id]

    async def invite(self, room: str, people: Sequence[str]) -> None:
        self._record.add("invite", room, people=tuple(people))

    async def remove(self, room: str, person: str) -> None:
        self._record.add("remove", room, people=(person,))

    async def topic(self, room: str, text: str) -> None:
        self._record.add("topic", room, text=text)

    async def purpose(self, room: str, text: str) -> None:
        self._record.add("purpose", room, text=text)

    async def post(self, place: str, message: Message, key: Key) -> str:
        if key.id not in self._made:
            self._made[key.id] = f"{place.partition('/')[0]}/{next(self._numbers)}"
            self._record.add("post", place, message, reached(place))
        return self._made[key.id]

    async def edit(self, posted: str, message: Message) -> None:
        """What is edited tells nobody anything: it is not written down."""

    async def home(self, person: str, message: Message) -> None:
        """What is shown without a sound tells nobody anything: it is not written down."""

    async def pin(self, posted: str) -> None:
        self._record.add("pin", posted)

    async def bookmark(self, room: str, title: str, link: str, key: Key, emoji: str | None = None) -> None:
        if key.id not in self._made:
            self._made[key.id] = link
            self._record.add("bookmark", room, text=title)

    async def link(self, posted: str) -> str:
        return f"https://chat.example/{posted.removeprefix(CHAT)}"

    async def message(self, posted: str) -> Said:
        """Nobody else speaks here."""
        raise Gone("There is no such message.")

    async def thread(self, posted: str, most: int) -> tuple[Said, ...]:
        raise Gone("There is no such message.")

    async def direct(self, person: str) -> str:
        return f"{CHAT}{WITH}{whom(person)}"

    async def stage_file(self, document: Document | Attachment) -> str:
        return document.title

    async def share_file(self, place: str, staged: str, title: str, comment: str, key: Key) -> str:
        if key.id not in self._made:
            self._made[key.id] = f"{place.partition('/')[0]}/{next(self._numbers)}"
            self._record.add("share_file", place, people=reached(place), text=comment or title)
        return self._made[key.id]

    async def watch(self, place: str, mark: str, text: str, at: datetime | None) -> None:
        """Said only if Muster were gone by then, which it is not here."""

    async def answer(self, hook: str, message: Message) -> None:
        self._record.add("answer", hook, message)

    async def whisper(self, place: str, person: str, message: Message) -> None:
        self._record.add("whisper", place, message, (person,))

    async def people(self, room: str) -> tuple[str, ...]:
        """Nobody comes who was not invited, and those are on record."""
        return ()

    async def room_info(self, room: str) -> RoomInfo:
        return RoomInfo(room.removeprefix(CHAT))

    async def join(self, room: str) -> None:
        """Tells nobody anything."""

    async def rename_room(self, room: str, name: str) -> str:
        self._record.add("rename_room", room, text=name)
        return name

    async def archive(self, room: str) -> None:
        self._record.add("archive", room)

    async def unarchive(self, room: str) -> None:
        self._record.add("unarchive", room)

    async def canvas(self, room: str, title: str, markdown: str, key: Key) -> tuple[str, str]:
        raise Rejected("Nothing is written on a stage.")


def reached(place: str) -> tuple[str, ...]:
    """Whom a direct message there is to; nobody in particular anywhere else."""
    name = place.removeprefix(CHAT)
    return (CHAT + name.removeprefix(WITH),) if name.startswith(WITH) else ()
