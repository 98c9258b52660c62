"""What every Chat promises about private rooms."""

from __future__ import annotations

import pytest

from bot.engine.outcomes import Doubt
from tests.contracts.test_chat import ANA, BEN, World, key
from tests.contracts.test_chat import world as world


async def test_a_room_can_be_private_from_the_start(world: World) -> None:
    place = await world.chat.create_room("inc-1-restricted", key("room"), private=True)
    found = await world.chat.room_info(place)
    assert found.private and found.member and found.name == "inc-1-restricted"


@pytest.mark.parametrize("landed", [True, False])
async def test_a_private_room_in_doubt_is_made_once(world: World, landed: bool) -> None:
    world.lose("create_room", landed=landed)
    with pytest.raises(Doubt):
        await world.chat.create_room("inc-1-restricted", key("k1"), private=True)
    place = await world.chat.create_room("inc-1-restricted", key("k1", doubtful=True), private=True)
    assert (await world.chat.room_info(place)).private


async def test_whoever_is_taken_out_is_out_however_often_it_is_said(world: World) -> None:
    place = await world.chat.create_room("inc-1-restricted", key("room"), private=True)
    await world.chat.invite(place, [world.ref(ANA), world.ref(BEN)])
    for _ in range(2):
        await world.chat.remove(place, world.ref(ANA))
    assert world.inside(place) == {world.ref(BEN)}
