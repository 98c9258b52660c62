"""What becomes of rooms in a chat in memory: a part of `FakeChat`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.engine.outcomes import Key, Rejected
from bot.ports import NameTaken, RoomInfo


class FakeRooms:
    rooms: dict[str, Any]
    taken: set[str]
    _begin: Callable[..., Any]
    _end: Callable[[Any], None]

    async def people(self, room: str) -> tuple[str, ...]:
        self._end(self._begin("people", room=room))
        return tuple(self._known(room).people)

    async def room_info(self, room: str) -> RoomInfo:
        self._end(self._begin("room_info", room=room))
        found = self._known(room)
        return RoomInfo(found.name, found.private, found.archived, found.member)

    async def join(self, room: str) -> None:
        order = self._begin("join", room=room)
        if self._known(room).private and not self._known(room).member:
            raise Rejected("One must be invited there.")
        self._known(room).member = True
        self._end(order)

    async def rename_room(self, room: str, name: str) -> str:
        order = self._begin("rename_room", room=room, name=name)
        if name in self.taken | {other.name for ref, other in self.rooms.items() if ref != room}:
            raise NameTaken(f"Another channel is called #{name}.")
        self._known(room).name = name
        self._end(order)
        return name

    async def archive(self, room: str) -> None:
        order = self._begin("archive", room=room)
        self._known(room).archived = True
        self._end(order)

    async def unarchive(self, room: str) -> None:
        order = self._begin("unarchive", room=room)
        self._known(room).archived = False
        self._end(order)

    async def canvas(self, room: str, title: str, markdown: str, key: Key) -> tuple[str, str]:
        order = self._begin("canvas", room=room, title=title, key=key)
        if key.doubtful:
            raise Rejected("Nobody can see whether it was written.")
        written = self._known(room).canvases
        written.append((title, markdown))
        self._end(order)
        return f"{room}:canvas:{len(written)}", f"https://chat.example/{room}/canvas/{len(written)}"

    def _known(self, room: str) -> Any:
        if room not in self.rooms:
            raise Rejected("There is no such room.")
        return self.rooms[room]
