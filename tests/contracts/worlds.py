"""Chats to hold to their contract, with the eyes and hands of people in them: over Slack, and in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from bot.engine.outcomes import Doubt
from bot.messages import Sentence
from bot.ports import Chat, Said
from bot.simulator import talk
from tests.adapters.slack.wire import Wire
from tests.fakes import FakeChat, Room

ANA, BEN, NOBODY = "ana", "ben", "nobody"


class World(Protocol):
    """A chat, and the eyes and hands of people in it."""

    @property
    def chat(self) -> Chat: ...

    def ref(self, who: str) -> str: ...

    def lose(self, verb: str, *, landed: bool) -> None:
        """The next answer to that verb is lost; what was asked for has been done if `landed`."""

    def taken(self, name: str) -> None:
        """Somebody else has a room of that name."""

    def texts(self, place: str) -> list[str]: ...

    def files(self, place: str) -> list[str]: ...

    def inside(self, room: str) -> set[str]: ...

    def topic(self, room: str) -> str: ...

    def purpose(self, room: str) -> str: ...

    def pins(self, room: str) -> int: ...

    def bookmarks(self, room: str) -> list[str]: ...

    def delete(self, posted: str) -> None: ...

    def says(self, who: str, place: str, text: str, marks: str = "") -> str:
        """A person says that there, and marks it with that emoji themselves."""

    def hook(self) -> str: ...

    def answers(self) -> list[str]: ...

    def waiting(self) -> list[tuple[str, str, datetime]]:
        """Room, text and time of all that the chat is to say later by itself."""

    def whispers(self, who: str) -> list[str]:
        """What was shown to that person alone."""

    def closed(self, name: str) -> str:
        """A private room that Muster is not in."""

    def open(self, name: str) -> str:
        """A public room that Muster is not in."""

    def canvases(self, room: str) -> list[str]: ...


class InMemory:
    def __init__(self) -> None:
        self.chat = self.fake = FakeChat(unknown=[self.ref(NOBODY)])

    def ref(self, who: str) -> str:
        return f"fake:{who}"

    def lose(self, verb: str, *, landed: bool) -> None:
        self.fake.fails(verb, Doubt(), landed=landed)

    def taken(self, name: str) -> None:
        self.fake.taken.add(name)

    def texts(self, place: str) -> list[str]:
        return [posted.message.text for posted in self.fake.said(place) if isinstance(posted.message, Sentence)]

    def files(self, place: str) -> list[str]:
        return [posted.file.text for posted in self.fake.said(place) if posted.file]

    def inside(self, room: str) -> set[str]:
        return set(self.fake.rooms[room].people)

    def topic(self, room: str) -> str:
        return self.fake.rooms[room].topic

    def purpose(self, room: str) -> str:
        return self.fake.rooms[room].purpose

    def pins(self, room: str) -> int:
        return len(self.fake.rooms[room].pins)

    def bookmarks(self, room: str) -> list[str]:
        return [title for title, _, _ in self.fake.rooms[room].bookmarks]

    def delete(self, posted: str) -> None:
        self.fake.delete(posted)

    def says(self, who: str, place: str, text: str, marks: str = "") -> str:
        room, _, thread = place.partition("/")
        ref = f"{room}/{len(self.fake.said_by_people) + 100}"
        marked = {marks: (self.ref(who),)} if marks else {}
        self.fake.said_by_people[ref] = Said(
            ref, self.ref(who), text, datetime.now(UTC), f"https://chat.example/{ref}", place if thread else ref,
            marks=marked,
        )  # fmt: skip
        return ref

    def hook(self) -> str:
        return "https://chat.example/hook"

    def answers(self) -> list[str]:
        return [message.text for _, message in self.fake.answers if isinstance(message, Sentence)]

    def waiting(self) -> list[tuple[str, str, datetime]]:
        return list(self.fake.watches.values())

    def whispers(self, who: str) -> list[str]:
        heard = [message for _, person, message in self.fake.whispers if person == self.ref(who)]
        return [message.text for message in heard if isinstance(message, Sentence)]

    def closed(self, name: str) -> str:
        self.fake.rooms[f"fake:{name}"] = Room(name, private=True, member=False)
        return f"fake:{name}"

    def open(self, name: str) -> str:
        self.fake.rooms[f"fake:{name}"] = Room(name, member=False)
        return f"fake:{name}"

    def canvases(self, room: str) -> list[str]:
        return [text for _, text in self.fake.rooms[room].canvases]


METHODS = {
    "create_room": "conversations.create",
    "post": "chat.postMessage",
    "bookmark": "bookmarks.add",
    "share_file": "files.completeUploadExternal",
    "watch": "chat.scheduleMessage",
    "rename_room": "conversations.rename",
    "archive": "conversations.archive",
    "unarchive": "conversations.unarchive",
    "canvas": "canvases.create",
}


class OverSlack:
    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.chat = wire.chat

    def ref(self, who: str) -> str:
        return "slack:U0NOBODY" if who == NOBODY else f"slack:{self.wire.sim.person(who).id}"

    def lose(self, verb: str, *, landed: bool) -> None:
        self.wire.sim.faults.drop(METHODS[verb], before=not landed, lag=0)

    def taken(self, name: str) -> None:
        self.wire.sim.workspace.add_channel(name, members=[self.wire.sim.person(BEN)])

    def texts(self, place: str) -> list[str]:
        thread = place.partition("/")[2] or None
        shown = [m for m in self.wire.shown(place) if not (m.files or m.subtype or m.ephemeral)]
        return [m.text for m in shown if m.thread_ts == thread or (thread is None and not m.is_reply)]

    def files(self, place: str) -> list[str]:
        files = self.wire.sim.workspace.files
        return [(files[id].content or b"").decode() for m in self.wire.shown(place) for id in m.files]

    def inside(self, room: str) -> set[str]:
        bot = self.wire.sim.workspace.bot.id
        return {f"slack:{user}" for user in self.wire.channel(room).members if user != bot}

    def topic(self, room: str) -> str:
        return self.wire.channel(room).topic.value

    def purpose(self, room: str) -> str:
        return self.wire.channel(room).purpose.value

    def pins(self, room: str) -> int:
        return len(self.wire.channel(room).pins)

    def bookmarks(self, room: str) -> list[str]:
        return [one["title"] for one in self.wire.channel(room).bookmarks]

    def delete(self, posted: str) -> None:
        channel, _, ts = posted.removeprefix("slack:").partition("/")
        message = self.wire.sim.workspace.channels[channel].messages.pop(ts)
        message.deleted = True

    def says(self, who: str, place: str, text: str, marks: str = "") -> str:
        channel, _, thread = place.removeprefix("slack:").partition("/")
        user, workspace = self.wire.sim.person(who).id, self.wire.sim.workspace
        message = talk.post(workspace, workspace.channels[channel], user, text, thread_ts=thread or None)
        if marks:
            talk.react(workspace, message, marks, user)
        return f"slack:{channel}/{message.ts}"

    def hook(self) -> str:
        incidents = self.wire.sim.workspace.channel_named("incidents")
        assert incidents
        name = self.wire.sim.core.hooks.new(incidents.id, self.wire.sim.person(ANA).id)
        return f"{self.wire.sim.url}/hooks/{name}"

    def answers(self) -> list[str]:
        return [m.text for m in self.wire.sim.person(ANA).sees("#incidents") if m.ephemeral]

    def waiting(self) -> list[tuple[str, str, datetime]]:
        scheduled = self.wire.sim.workspace.scheduled.values()
        return [(f"slack:{s.channel}", s.fields["text"], datetime.fromtimestamp(s.post_at, UTC)) for s in scheduled]

    def whispers(self, who: str) -> list[str]:
        shown = [m for c in self.wire.sim.workspace.channels.values() for m in c.messages.values()]
        return [m.text for m in shown if m.ephemeral_to == self.wire.sim.person(who).id]

    def closed(self, name: str) -> str:
        return f"slack:{self.wire.sim.workspace.create(name, self.wire.sim.person(BEN).id, private=True).id}"

    def open(self, name: str) -> str:
        return f"slack:{self.wire.sim.workspace.create(name, self.wire.sim.person(BEN).id).id}"

    def canvases(self, room: str) -> list[str]:
        return [c.markdown for c in self.wire.sim.workspace.canvases.values() if f"slack:{c.channel}" == room]
