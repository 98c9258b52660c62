"""A chat, a directory and a prober in memory, for tests. The chat keeps the same contract as the one over Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from bot.domain.observation import Fault, Reading
from bot.engine.outcomes import Gone, Key, Rejected
from bot.messages import Attachment, Document, Message
from bot.policy.diagnosis import Probe, Target
from bot.ports import Contact, NameTaken, Said
from tests.fakes_rooms import FakeRooms

T = TypeVar("T")


@dataclass
class Room:
    name: str
    people: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    pins: list[str] = field(default_factory=list)
    bookmarks: list[tuple[str, str, str | None]] = field(default_factory=list)
    private: bool = False
    archived: bool = False
    member: bool = True
    canvases: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Posted:
    """A message as it is shown now; a shared file has `file` in place of `message`."""

    place: str
    message: Message | None
    key: Key
    file: Document | Attachment | None = None
    comment: str = ""
    edits: int = 0


@dataclass(frozen=True)
class Done:
    """One call: its verb and what it was given."""

    verb: str
    arguments: Mapping[str, Any]


@dataclass
class _Order:
    failure: Exception
    times: int
    landed: bool


class Orders:
    """What a test ordered to go wrong, and everything that was called."""

    def __init__(self) -> None:
        self.done: list[Done] = []
        self._orders: dict[str, list[_Order]] = {}

    def fails(self, verb: str, failure: Exception, times: int = 1, *, landed: bool = False) -> None:
        """The next calls of `verb` raise `failure`; with `landed` what they ask for is done all the same."""
        self._orders.setdefault(verb, []).append(_Order(failure, times, landed))

    def verbs(self) -> list[str]:
        return [done.verb for done in self.done]

    def _begin(self, verb: str, **arguments: Any) -> _Order | None:
        self.done.append(Done(verb, arguments))
        orders = self._orders.get(verb)
        if not orders:
            return None
        order = orders[0]
        order.times -= 1
        if order.times <= 0:
            orders.pop(0)
        if not order.landed:
            raise order.failure
        return order

    @staticmethod
    def _end(order: _Order | None) -> None:
        if order:
            raise order.failure


class FakeChat(FakeRooms, Orders):
    """`rooms` and `messages` by reference; `taken` are names of rooms that others have."""

    def __init__(self, *, unknown: Sequence[str] = (), taken: Sequence[str] = ()) -> None:
        super().__init__()
        self.rooms: dict[str, Room] = {}
        self.messages: dict[str, Posted] = {}
        self.said_by_people: dict[str, Said] = {}
        self.staged: dict[str, Document | Attachment] = {}
        self.answers: list[tuple[str, Message]] = []
        self.whispers: list[tuple[str, str, Message]] = []
        self.watches: dict[str, tuple[str, str, datetime]] = {}
        self.homes: dict[str, Message] = {}
        self.unknown = set(unknown)
        self.taken = set(taken)
        self._made: dict[str, str] = {}
        self._numbers = count(1)

    def said(self, place: str) -> list[Posted]:
        """What was posted there, oldest first."""
        return [posted for posted in self.messages.values() if posted.place == place]

    def delete(self, posted: str) -> None:
        """Somebody deletes that message."""
        del self.messages[posted]

    async def create_room(self, name: str, key: Key, private: bool = False) -> str:
        order = self._begin("create_room", name=name, key=key, **({"private": True} if private else {}))
        if key.id not in self._made:
            if name in self.taken | {room.name for room in self.rooms.values()}:
                raise NameTaken(f"Another channel is called #{name}.")
            self._made[key.id] = f"fake:{name}"
            self.rooms[f"fake:{name}"] = Room(name, private=private)
        self._end(order)
        return self._made[key.id]

    async def invite(self, room: str, people: Sequence[str]) -> None:
        order = self._begin("invite", room=room, people=tuple(people))
        inside = self._room(room).people
        inside.extend(p for p in dict.fromkeys(people) if p not in inside and p not in self.unknown)
        if strangers := [person for person in people if person in self.unknown]:
            raise Rejected(f"Could not invite {', '.join(strangers)}: there are no such people.")
        self._end(order)

    async def remove(self, room: str, person: str) -> None:
        order = self._begin("remove", room=room, person=person)
        inside = self._room(room).people
        if person in inside:
            inside.remove(person)
        self._end(order)

    async def topic(self, room: str, text: str) -> None:
        order = self._begin("topic", room=room, text=text)
        self._room(room).topic = text
        self._end(order)

    async def purpose(self, room: str, text: str) -> None:
        order = self._begin("purpose", room=room, text=text)
        self._room(room).purpose = text
        self._end(order)

    async def post(self, place: str, message: Message, key: Key) -> str:
        order = self._begin("post", place=place, message=message, key=key)
        ref = self._show(key, Posted(place, message, key))
        self._end(order)
        return ref

    async def edit(self, posted: str, message: Message) -> None:
        order = self._begin("edit", posted=posted, message=message)
        if posted not in self.messages:
            raise Gone("The message was deleted.")
        self.messages[posted].message = message
        self.messages[posted].edits += 1
        self._end(order)

    async def home(self, person: str, message: Message) -> None:
        order = self._begin("home", person=person, message=message)
        self.homes[person] = message
        self._end(order)

    async def pin(self, posted: str) -> None:
        order = self._begin("pin", posted=posted)
        pins = self._room(self.messages[posted].place).pins
        if posted not in pins:
            pins.append(posted)
        self._end(order)

    async def bookmark(self, room: str, title: str, link: str, key: Key, emoji: str | None = None) -> None:
        order = self._begin("bookmark", room=room, title=title, link=link, key=key, emoji=emoji)
        if key.id not in self._made:
            self._made[key.id] = link
            self._room(room).bookmarks.append((title, link, emoji))
        self._end(order)

    async def link(self, posted: str) -> str:
        self._end(self._begin("link", posted=posted))
        return f"https://chat.example/{posted}"

    async def message(self, posted: str) -> Said:
        self._end(self._begin("message", posted=posted))
        if posted not in self.said_by_people:
            raise Gone("The message was deleted.")
        return self.said_by_people[posted]

    async def thread(self, posted: str, most: int) -> tuple[Said, ...]:
        self._end(self._begin("thread", posted=posted, most=most))
        if posted not in self.said_by_people:
            raise Gone("The message was deleted.")
        root = self.said_by_people[posted].thread or posted
        first, *rest = [s for s in self.said_by_people.values() if (s.thread or s.message) == root]
        return (first, *rest[-(most - 1) :]) if most > 1 else (first,)

    async def direct(self, person: str) -> str:
        self._end(self._begin("direct", person=person))
        if person in self.unknown:
            raise Rejected(f"There is no {person}.")
        place = f"fake:with:{person}"
        self.rooms.setdefault(place, Room(f"with {person}", True, [person]))
        return place

    async def stage_file(self, document: Document | Attachment) -> str:
        order = self._begin("stage_file", document=document)
        staged = f"fake:file:{next(self._numbers)}"
        self.staged[staged] = document
        self._end(order)
        return staged

    async def share_file(self, place: str, staged: str, title: str, comment: str, key: Key) -> str:
        order = self._begin("share_file", place=place, staged=staged, title=title, comment=comment, key=key)
        ref = self._show(key, Posted(place, None, key, self.staged[staged], comment))
        self._end(order)
        return ref

    async def watch(self, place: str, mark: str, text: str, at: datetime | None) -> None:
        order = self._begin("watch", place=place, mark=mark, text=text, at=at)
        self.watches.pop(mark, None)
        if at:
            self.watches[mark] = (place, text, at)
        self._end(order)

    async def answer(self, hook: str, message: Message) -> None:
        order = self._begin("answer", hook=hook, message=message)
        self.answers.append((hook, message))
        self._end(order)

    async def whisper(self, place: str, person: str, message: Message) -> None:
        order = self._begin("whisper", place=place, person=person, message=message)
        if person not in self._room(place).people:
            raise Rejected(f"{person} is not in the room.")
        self.whispers.append((place, person, message))
        self._end(order)

    def _show(self, key: Key, posted: Posted) -> str:
        if key.id not in self._made:
            self._made[key.id] = f"{posted.place.partition('/')[0]}/{next(self._numbers)}"
            self.messages[self._made[key.id]] = posted
        return self._made[key.id]

    def _room(self, place: str) -> Room:
        """A room that nobody made here, such as the announcement channel, is there when first used."""
        room = place.partition("/")[0]
        return self.rooms.setdefault(room, Room(room))


class FakeDirectory(Orders):
    """`channels` by name, `groups` by handle, `people` by id or e-mail address, `called` by reference."""

    def __init__(
        self,
        *,
        channels: Mapping[str, str] | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
        people: Mapping[str, str] | None = None,
        called: Mapping[str, str] | None = None,
        contacts: Mapping[str, Contact] | None = None,
    ) -> None:
        super().__init__()
        self.channels = dict(channels or {})
        self.groups = {handle: tuple(members) for handle, members in (groups or {}).items()}
        self.people = dict(people or {})
        self.called = dict(called or {})
        self.contacts = dict(contacts or {})

    async def channel(self, name: str) -> str:
        self._end(self._begin("channel", name=name))
        return _found(self.channels, name.lstrip("#"), f"There is no public channel #{name.lstrip('#')}.")

    async def members(self, group: str) -> tuple[str, ...]:
        self._end(self._begin("members", group=group))
        return _found(self.groups, group.lstrip("@"), f"There is no user group @{group.lstrip('@')}.")

    async def person(self, name: str) -> str:
        self._end(self._begin("person", name=name))
        return _found(self.people, name, f"There is no person {name}.")

    async def names(self, people: Sequence[str]) -> dict[str, str]:
        self._end(self._begin("names", people=tuple(people)))
        return {person: self.called.get(person, person) for person in people}

    async def contact(self, person: str) -> Contact:
        self._end(self._begin("contact", person=person))
        return _found(self.contacts, person, f"There is no person {person}.")

    async def group(self, handle: str) -> str:
        self._end(self._begin("group", handle=handle))
        _found(self.groups, handle.lstrip("@"), f"There is no user group @{handle.lstrip('@')}.")
        return f"fake:@{handle.lstrip('@')}"

    async def groups(self) -> dict[str, str]:
        self._end(self._begin("groups"))
        return {handle: f"fake:@{handle}" for handle in self.groups}

    async def staff(self, group: str, people: Sequence[str]) -> None:
        order = self._begin("staff", group=group, people=tuple(people))
        _found(self.groups, group.lstrip("@"), f"There is no user group @{group.lstrip('@')}.")
        if not people:
            raise Rejected(f"@{group.lstrip('@')} keeps its members.")
        self.groups[group.lstrip("@")] = tuple(people)
        self._end(order)


def _found(known: Mapping[str, T], name: str, sentence: str) -> T:
    if name not in known:
        raise Rejected(sentence)
    return known[name]


class FakeProber:
    """
    What each probe finds by its id, by turns: the last one from then on, WELL when nothing is scripted. `hangs` never
    answer before their time-out, `slow` take so many seconds, `broken` raise; `unset` targets have no address.
    """

    def __init__(self, **readings: Sequence[Reading]) -> None:
        self.readings = {probe.replace("_", "-"): list(found) for probe, found in readings.items()}
        self.hangs: set[str] = set()
        self.slow: dict[str, float] = {}
        self.broken: set[str] = set()
        self.unset: set[str] = set()
        self.gates: dict[str, asyncio.Event] = {}
        self.asked: list[str] = []
        self.busy = self.busiest = 0

    def sees(self, target: Target | None) -> bool:
        return target is None or target.id not in self.unset

    async def read(self, probe: Probe, target: Target | None) -> Reading:
        if not self.sees(target):
            return Reading(Fault.UNSET, "no address here")
        self.asked.append(probe.id)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            return await self._read(probe)
        finally:
            self.busy -= 1

    async def _read(self, probe: Probe) -> Reading:
        if probe.id in self.broken:
            raise ValueError("a bug")
        if probe.id in self.hangs:
            await asyncio.sleep(probe.time_out.total_seconds())
            return Reading(Fault.TIME_OUT, "no answer in time")
        await asyncio.sleep(self.slow.get(probe.id, 0))
        if probe.id in self.gates:
            await self.gates[probe.id].wait()
        script = self.readings.get(probe.id, [])
        found = script.pop(0) if len(script) > 1 else next(iter(script), None)
        return found or Reading(Fault.NONE, "all is well")
