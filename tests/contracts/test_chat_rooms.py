"""What every Chat promises about rooms: whispers, who is there, names, the archive, canvases."""

from __future__ import annotations

import pytest

from bot.engine.outcomes import Doubt, Rejected
from bot.messages import Sentence
from bot.ports import NameTaken, RoomInfo
from tests.contracts.test_chat import ANA, BEN, World, key, room
from tests.contracts.test_chat import world as world


async def test_a_whisper_is_for_one_person_alone(world: World) -> None:
    place = await room(world)
    await world.chat.invite(place, [world.ref(ANA), world.ref(BEN)])
    await world.chat.whisper(place, world.ref(ANA), Sentence("You are late."))
    assert world.whispers(ANA) == ["You are late."]
    assert world.whispers(BEN) == world.texts(place) == []


async def test_whoever_is_not_there_hears_no_whisper(world: World) -> None:
    with pytest.raises(Rejected):
        await world.chat.whisper(await room(world), world.ref(ANA), Sentence("You are late."))
    assert world.whispers(ANA) == []


async def test_muster_is_nobody_among_the_people(world: World) -> None:
    place = await room(world)
    assert await world.chat.people(place) == ()
    await world.chat.invite(place, [world.ref(ANA), world.ref(BEN)])
    assert set(await world.chat.people(place)) == {world.ref(ANA), world.ref(BEN)}


async def test_a_room_is_known_as_it_is(world: World) -> None:
    place = await room(world)
    assert await world.chat.room_info(place) == RoomInfo("inc-1-checkout")
    await world.chat.archive(place)
    assert (await world.chat.room_info(place)).archived


async def test_an_open_room_can_be_joined_and_a_closed_one_not(world: World) -> None:
    place = world.open("shop")
    assert not (await world.chat.room_info(place)).member
    for _ in range(2):
        await world.chat.join(place)
    assert (await world.chat.room_info(place)).member
    with pytest.raises(Rejected):
        await world.chat.join(world.closed("secret"))


@pytest.mark.parametrize("landed", [True, False])
async def test_a_name_in_doubt_is_given_once_more(world: World, landed: bool) -> None:
    place = await room(world)
    world.lose("rename_room", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.rename_room(place, "inc-1-payments")
    assert await world.chat.rename_room(place, "inc-1-payments") == "inc-1-payments"
    assert (await world.chat.room_info(place)).name == "inc-1-payments"


async def test_a_name_of_others_is_not_taken(world: World) -> None:
    world.taken("inc-1-payments")
    place = await room(world)
    with pytest.raises(NameTaken, match="inc-1-payments"):
        await world.chat.rename_room(place, "inc-1-payments")
    assert (await world.chat.room_info(place)).name == "inc-1-checkout"


@pytest.mark.parametrize("landed", [True, False])
async def test_the_archive_and_back_can_be_said_again(world: World, landed: bool) -> None:
    place = await room(world)
    for verb, act in (("archive", world.chat.archive), ("unarchive", world.chat.unarchive)):
        world.lose(verb, landed=landed)
        with pytest.raises(Doubt):
            await act(place)
        for _ in range(2):
            await act(place)
        assert (await world.chat.room_info(place)).archived is (verb == "archive")


async def test_a_canvas_is_of_its_room(world: World) -> None:
    place = await room(world)
    canvas, link = await world.chat.canvas(place, "Postmortem #1", "# What happened", key("canvas"))
    assert canvas and link.startswith("http")
    assert [text.strip() for text in world.canvases(place)] == ["# What happened"]


@pytest.mark.parametrize("landed", [True, False])
async def test_a_canvas_in_doubt_is_never_written_twice(world: World, landed: bool) -> None:
    place = await room(world)
    world.lose("canvas", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.canvas(place, "Postmortem #1", "# What happened", key("canvas"))
    with pytest.raises(Rejected):
        await world.chat.canvas(place, "Postmortem #1", "# What happened", key("canvas", doubtful=True))
    assert len(world.canvases(place)) == int(landed)
