"""What every Chat promises, over Slack (the simulator) and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bot.engine.outcomes import Doubt, Gone, Key, Rejected
from bot.messages import Document, Sentence
from bot.ports import Chat, NameTaken, Said
from bot.simulator import talk
from tests.adapters.slack.wire import Wire, wired
from tests.fakes import FakeChat, Room

ANA, BEN, NOBODY = "ana", "ben", "nobody"
REPORT = Document("report.md", "Report", "# What happened\n\nIt broke.")


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


@pytest.fixture(params=["memory", "slack"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "memory":
        yield InMemory()
        return
    async with wired() as wire:
        yield OverSlack(wire)


def key(name: str, *, doubtful: bool = False) -> Key:
    return Key(f"01JD0000000000000000000000:{name}", datetime.now(UTC), doubtful)


async def room(world: World, name: str = "inc-1-checkout") -> str:
    return await world.chat.create_room(name, key(f"room:{name}"))


async def test_a_room_whose_answer_was_lost_is_adopted(world: World) -> None:
    world.lose("create_room", landed=True)
    with pytest.raises(Doubt):
        await world.chat.create_room("inc-1-checkout", key("room"))
    found = await world.chat.create_room("inc-1-checkout", key("room", doubtful=True))
    await world.chat.post(found, Sentence("hello"), key("card"))
    assert world.texts(found) == ["hello"]


async def test_a_room_that_was_not_made_is_made_in_doubt(world: World) -> None:
    world.lose("create_room", landed=False)
    with pytest.raises(Doubt):
        await world.chat.create_room("inc-1-checkout", key("room"))
    assert await world.chat.create_room("inc-1-checkout", key("room", doubtful=True))


@pytest.mark.parametrize("doubtful", [False, True])
async def test_the_room_of_others_is_never_adopted(world: World, doubtful: bool) -> None:
    world.taken("inc-1-checkout")
    with pytest.raises(NameTaken, match="inc-1-checkout"):
        await world.chat.create_room("inc-1-checkout", key("room", doubtful=doubtful))


@pytest.mark.parametrize("landed", [True, False])
async def test_a_message_in_doubt_is_there_once(world: World, landed: bool) -> None:
    place = await room(world)
    world.lose("post", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.post(place, Sentence("Sev 1"), key("card"))
    first = await world.chat.post(place, Sentence("Sev 1"), key("card", doubtful=True))
    again = await world.chat.post(place, Sentence("Sev 1"), key("card", doubtful=True))
    assert first == again
    assert world.texts(place) == ["Sev 1"]


@pytest.mark.parametrize("landed", [True, False])
async def test_a_reply_in_doubt_is_in_the_thread_once(world: World, landed: bool) -> None:
    place = await room(world)
    thread = await world.chat.post(place, Sentence("Sev 1"), key("card"))
    world.lose("post", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.post(thread, Sentence("details"), key("details"))
    await world.chat.post(thread, Sentence("details"), key("details", doubtful=True))
    assert world.texts(thread) == ["details"]
    assert world.texts(place) == ["Sev 1"]


async def test_two_keys_are_two_messages(world: World) -> None:
    place = await room(world)
    await world.chat.post(place, Sentence("again"), key("one"))
    await world.chat.post(place, Sentence("again"), key("two", doubtful=True))
    assert world.texts(place) == ["again", "again"]


async def test_an_edit_shows_the_newest_words(world: World) -> None:
    place = await room(world)
    posted = await world.chat.post(place, Sentence("Sev 2"), key("card"))
    await world.chat.edit(posted, Sentence("Sev 1"))
    await world.chat.edit(posted, Sentence("Sev 1"))
    assert world.texts(place) == ["Sev 1"]


async def test_what_was_deleted_is_gone(world: World) -> None:
    posted = await world.chat.post(await room(world), Sentence("Sev 2"), key("card"))
    world.delete(posted)
    with pytest.raises(Gone):
        await world.chat.edit(posted, Sentence("Sev 1"))


async def test_a_message_is_read_as_it_stands(world: World) -> None:
    place = await room(world)
    first = world.says(ANA, place, "it is slow", "pushpin")
    said = await world.chat.message(first)
    assert (said.message, said.author, said.text) == (first, world.ref(ANA), "it is slow")
    assert said.marks == {"pushpin": (world.ref(ANA),)} and said.thread == first and said.link.startswith("http")
    answer = world.says(BEN, first, "very")
    assert (await world.chat.message(answer)).thread == first


async def test_a_thread_is_read_from_its_first_message_to_its_newest(world: World) -> None:
    first = world.says(ANA, await room(world), "it is slow")
    answers = [world.says(BEN, first, f"answer {n}") for n in range(4)]
    assert [said.text for said in await world.chat.thread(first, 3)] == ["it is slow", "answer 2", "answer 3"]
    assert [said.message for said in await world.chat.thread(answers[1], 50)] == [first, *answers]
    assert [said.message for said in await world.chat.thread(answers[0], 1)] == [first]


async def test_what_nobody_said_cannot_be_read(world: World) -> None:
    place = await room(world)
    for read in (world.chat.message(f"{place}/1.000000"), world.chat.thread(f"{place}/1.000000", 5)):
        with pytest.raises(Gone):
            await read


async def test_repeating_is_harmless(world: World) -> None:
    place = await room(world)
    posted = await world.chat.post(place, Sentence("Sev 2"), key("card"))
    for _ in range(2):
        await world.chat.pin(posted)
        await world.chat.topic(place, "Sev 2: checkout")
        await world.chat.purpose(place, "Response to #2")
        await world.chat.invite(place, [world.ref(ANA), world.ref(BEN)])
    assert world.pins(place) == 1
    assert world.topic(place) == "Sev 2: checkout"
    assert world.purpose(place) == "Response to #2"
    assert world.inside(place) == {world.ref(ANA), world.ref(BEN)}


async def test_whoever_cannot_be_invited_is_named_and_the_others_are_in(world: World) -> None:
    place = await room(world)
    await world.chat.invite(place, [world.ref(ANA)])
    with pytest.raises(Rejected, match=world.ref(NOBODY)) as refusal:
        await world.chat.invite(place, [world.ref(ANA), world.ref(NOBODY), world.ref(BEN)])
    assert world.ref(BEN) not in refusal.value.sentence
    assert world.inside(place) == {world.ref(ANA), world.ref(BEN)}


@pytest.mark.parametrize("landed", [True, False])
async def test_a_bookmark_in_doubt_is_there_once(world: World, landed: bool) -> None:
    place = await room(world)
    world.lose("bookmark", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.bookmark(place, "Runbook", "https://runbooks.example/1", key("book"), ":book:")
    await world.chat.bookmark(place, "Runbook", "https://runbooks.example/1", key("book", doubtful=True), ":book:")
    assert world.bookmarks(place) == ["Runbook"]


async def test_a_link_opens_the_message(world: World) -> None:
    posted = await world.chat.post(await room(world), Sentence("Sev 2"), key("card"))
    assert (await world.chat.link(posted)).startswith("http")


async def test_a_direct_conversation_is_always_the_same(world: World) -> None:
    place = await world.chat.direct(world.ref(ANA))
    assert await world.chat.direct(world.ref(ANA)) == place
    await world.chat.post(place, Sentence("You lead."), key("duties"))
    assert world.texts(place) == ["You lead."]


@pytest.mark.parametrize("landed", [True, False])
async def test_a_file_in_doubt_is_shared_once(world: World, landed: bool) -> None:
    place = await room(world)
    staged = await world.chat.stage_file(REPORT)
    world.lose("share_file", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.share_file(place, staged, REPORT.title, "Read this.", key("report"))
    shared = await world.chat.share_file(place, staged, REPORT.title, "Read this.", key("report", doubtful=True))
    await world.chat.pin(shared)
    assert world.files(place) == [REPORT.text]


async def test_an_answer_reaches_whoever_asked(world: World) -> None:
    await world.chat.answer(world.hook(), Sentence("Done."))
    assert world.answers() == ["Done."]


# what the chat says by itself, should Muster be gone

MARK = "#1: Muster may be down."
DOWN = f"{MARK} Calling the manager was due at 03:15 UTC."


def ahead(minutes: float) -> datetime:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).replace(microsecond=0)


async def test_one_message_stands_however_often_it_is_wished(world: World) -> None:
    place, at = await room(world), ahead(20)
    for _ in range(3):
        await world.chat.watch(place, MARK, DOWN, at)
    assert world.waiting() == [(place, DOWN, at)]


async def test_a_new_wish_takes_the_place_of_the_old_one(world: World) -> None:
    place, later = await room(world), ahead(40)
    await world.chat.watch(place, MARK, DOWN, ahead(20))
    await world.chat.watch(place, MARK, f"{DOWN} See to it.", later)
    assert world.waiting() == [(place, f"{DOWN} See to it.", later)]
    await world.chat.watch(place, MARK, DOWN, later)
    assert world.waiting() == [(place, DOWN, later)]


async def test_withdrawn_it_is_never_said(world: World) -> None:
    place = await room(world)
    await world.chat.watch(place, MARK, "", None)
    await world.chat.watch(place, MARK, DOWN, ahead(20))
    for _ in range(2):
        await world.chat.watch(place, MARK, "", None)
    assert world.waiting() == []


async def test_marks_do_not_touch_each_other(world: World) -> None:
    place, other = await room(world), "#12: Muster may be down."
    await world.chat.watch(place, other, f"{other} Look.", ahead(30))
    await world.chat.watch(place, MARK, DOWN, ahead(20))
    await world.chat.watch(place, MARK, "", None)
    assert [text for _, text, _ in world.waiting()] == [f"{other} Look."]


async def test_a_watch_follows_into_the_room(world: World) -> None:
    first, then, at = await room(world), await room(world, "inc-1-more"), ahead(20)
    thread = await world.chat.post(first, Sentence("Sev 1"), key("card"))
    await world.chat.watch(thread, MARK, DOWN, at)
    await world.chat.watch(then, MARK, DOWN, at)
    assert world.waiting() == [(then, DOWN, at)]


@pytest.mark.parametrize("landed", [True, False])
async def test_a_watch_in_doubt_stands_once(world: World, landed: bool) -> None:
    place, at = await room(world), ahead(20)
    world.lose("watch", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.watch(place, MARK, DOWN, at)
    await world.chat.watch(place, MARK, DOWN, at)
    assert world.waiting() == [(place, DOWN, at)]


async def test_a_time_too_close_is_put_off_a_little(world: World) -> None:
    place, at = await room(world), ahead(0)
    await world.chat.watch(place, MARK, DOWN, at)
    [(_, _, said)] = world.waiting()
    assert at <= said <= ahead(2)
