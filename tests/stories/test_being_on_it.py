"""Somebody acknowledges, somebody commands; everybody learns who."""

from __future__ import annotations

import asyncio

import pytest

from bot.simulator import Channel, Message
from tests.town import Town, acts


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


async def test_the_first_to_acknowledge_counts_and_the_next_is_told_who_it_was(town: Town, room: Channel) -> None:
    [to_ben], [to_chen] = town.told(town.ben), town.told(town.chen)

    await asyncio.gather(town.ben.clicks(to_ben, "Acknowledge"), town.chen.clicks(to_chen, "Acknowledge"))
    await town.settle()

    first = (await town.incident()).acknowledged_by.removeprefix("slack:")
    [late] = [person for person in (town.ben, town.chen) if person.id != first]
    assert f"<@{first}>" in town.private(late)[-1].words
    assert f"<@{first}>" in await town.says(town.dana, room, "/incident ack")


async def test_every_page_shows_who_acknowledged(town: Town, room: Channel) -> None:
    [to_ben], [to_chen] = town.told(town.ben), town.told(town.chen)
    await town.clicks(town.ben, to_ben, "Acknowledge")
    await town.later(seconds=10)

    for page in (to_ben, to_chen):
        assert town.ben.mention in page.words
        assert "ack" not in acts(page)
    assert town.ben.mention in town.card(room).words
    assert town.ben.mention in town.words(room)


@pytest.mark.parametrize("way", ["the card", "the mention", "a command there", "a command elsewhere"])
async def test_there_are_many_ways_to_acknowledge(town: Town, room: Channel, way: str) -> None:
    match way:
        case "the card":
            await town.clicks(town.ben, town.card(room), "Acknowledge")
        case "the mention":
            await town.clicks(town.ben, town.heard("incidents")[-1], "Acknowledge")
        case "a command there":
            await town.says(town.ben, room, "/incident ack")
        case _:
            await town.says(town.ben, "#general", "/incident ack #1")

    assert (await town.incident()).acknowledged_by == f"slack:{town.ben.id}"


async def test_of_two_who_take_command_at_once_one_has_it_and_the_other_is_told(town: Town, room: Channel) -> None:
    card = town.card(room)
    await asyncio.gather(town.ben.clicks(card, "Take command"), town.chen.clicks(card, "Take command"))
    await town.settle()

    holder = (await town.incident()).roles["commander"].removeprefix("slack:")
    [loser] = [person for person in (town.ben, town.chen) if person.id != holder]
    assert f"<@{holder}>" in town.private(loser)[-1].words
    duties = [person for person in (town.ben, town.chen) if "You are" in "".join(m.words for m in town.told(person))]
    assert [person.id for person in duties] == [holder]


async def test_the_commander_learns_the_duties_privately_and_the_room_who_commands(town: Town, room: Channel) -> None:
    await town.clicks(town.eli, town.heard("incidents")[-1], "Take command")

    assert "Incident Commander" in town.told(town.eli)[-1].words
    assert "eli" in town.people_in(room), "whoever takes a role is brought in"
    assert town.eli.mention in town.heard(room)[-1].words
    await town.later(seconds=5)
    assert "nobody commands" not in room.topic.value
    assert town.eli.mention in town.card(room).words
    assert not any("role:take" in acts(page) for page in town.told(town.ben))


async def test_a_handover_is_announced_and_the_new_holder_briefed(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role commander")

    await town.says(town.ben, room, "/incident role ic @dana")
    await town.later(seconds=5)

    said = town.heard(room)[-1].words
    assert town.dana.mention in said
    assert town.ben.mention in said
    assert "Incident Commander" in town.told(town.dana)[-1].words
    assert (await town.incident()).roles == {"commander": f"slack:{town.dana.id}"}


async def test_a_role_left_is_vacant_and_the_room_is_asked_again(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role commander")
    await town.later(minutes=4)
    assert prompts(town, room) == []

    await town.says(town.ben, room, "/incident role commander none")
    await town.later(minutes=2, seconds=5)

    assert (await town.incident()).roles == {}
    assert len(prompts(town, room)) == 1


async def test_roles_are_listed_and_other_ones_taken(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role scribe")

    listed = await town.says(town.ana, room, "/incident role")

    assert town.ben.mention in listed
    assert "nobody" in listed
    assert "tech" in await town.says(town.ana, room, "/incident role wizard")


async def test_while_nobody_commands_the_room_is_asked_again_and_again(town: Town, room: Channel) -> None:
    await town.later(minutes=1, seconds=59)
    assert prompts(town, room) == []

    await town.later(seconds=2)
    assert len(prompts(town, room)) == 1

    await town.later(minutes=5)
    first, second = prompts(town, room)
    assert "role:take" in acts(second)

    await town.clicks(town.dana, second, "Take command")
    await town.later(minutes=30)

    assert len(prompts(town, room)) == 2
    assert town.ana.mention not in first.words


async def test_nobody_is_asked_to_command_for_ever(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident update still working on it")
    await town.later(hours=3)

    assert len(prompts(town, room)) == 6


async def test_a_severity_that_needs_no_commander_asks_for_none(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident severity sev3")
    await town.later(minutes=30)

    assert prompts(town, room) == []


def prompts(town: Town, room: Channel) -> list[Message]:
    return [m for m in town.heard(room) if "role:take" in acts(m) and "menu:severity" not in acts(m)]
