"""What every Chat promises, over Slack (the simulator) and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.outcomes import Doubt, Gone, Key, Rejected
from bot.messages import Document, Sentence
from bot.ports import NameTaken
from tests.adapters.slack.wire import wired
from tests.contracts.worlds import ANA, BEN, NOBODY, InMemory, OverSlack
from tests.contracts.worlds import World as World

REPORT = Document("report.md", "Report", "# What happened\n\nIt broke.")


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
