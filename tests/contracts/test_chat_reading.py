"""What every Chat promises about reading what people say."""

from __future__ import annotations

import pytest

from bot.engine.outcomes import Gone
from tests.contracts.test_chat import ANA, BEN, World, room
from tests.contracts.test_chat import world as world


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
