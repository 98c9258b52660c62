"""Whoever comes late is caught up, privately, once in a while."""

from __future__ import annotations

import pytest

from bot.simulator import Channel
from tests.town import Town, acts


@pytest.fixture
async def room(town: Town) -> Channel:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.ben, room, "/incident task @chen fail over the database")
    await town.says(town.ben, room, "/incident update half of the payments work again")
    await town.says(town.ben, room, "/incident go drop the cache")
    await town.later(minutes=5)
    return room


def new(town: Town, person: object, before: int) -> list[str]:
    return [m.words for m in town.private(person)[before:]]


async def test_whoever_joins_later_is_caught_up_where_they_are(town: Town, room: Channel) -> None:
    before = len(town.private(town.eli))
    await town.eli.joins(room)
    await town.settle()

    [told] = new(town, town.eli, before)
    for said in ("checkout is failing", "half of the payments work again", "fail over the database", town.chen.mention,
                 town.ben.mention, "drop the cache", "The next update is due", "Commander"):  # fmt: skip
        assert said in told, said
    [whisper] = [m for m in room.messages.values() if m.ephemeral_to == town.eli.id]
    assert acts(whisper) >= {"timeline"}


async def test_those_whom_muster_seats_at_the_start_are_not(town: Town, room: Channel) -> None:
    for person in (town.ana, town.ben, town.chen, town.dana):
        assert not any("What is being done" in m.words for m in town.private(person))


async def test_it_comes_once_an_hour(town: Town, room: Channel) -> None:
    before = len(town.private(town.eli))
    for _ in range(2):
        await town.eli.joins(room)
        await town.settle()
        await town.eli.leaves(room)
    assert len(new(town, town.eli, before)) == 1

    await town.later(minutes=61)
    await town.eli.joins(room)
    await town.settle()
    assert len(new(town, town.eli, before)) == 2


async def test_whom_a_person_invites_is_caught_up_too(town: Town, room: Channel) -> None:
    before = len(town.private(town.eli))
    await town.ben.invites(room, town.eli)
    await town.settle()
    assert len(new(town, town.eli, before)) == 1


async def test_when_slack_does_not_show_it_it_is_written(town: Town, room: Channel) -> None:
    town.simulator.faults.fail("chat.postEphemeral", error="user_not_in_channel")
    await town.eli.joins(room)
    await town.settle()

    [told] = town.told(town.eli)
    assert "What is awaited" in told.words
    assert await town.troubles() == []


async def test_a_restart_in_the_middle_loses_nothing_and_says_it_once(town: Town, room: Channel) -> None:
    town.simulator.faults.hang("chat.postEphemeral", do_work=False)
    joined = town.eli.joins(room)
    await joined
    while not town.simulator.requests_open:
        await town.breath()
    await town.restarts()
    await town.later(seconds=30)

    assert len([m for m in town.private(town.eli) if "What is being done" in m.words]) == 1


async def test_it_can_be_asked_for(town: Town, room: Channel) -> None:
    told = await town.says(town.eli, "#general", "/incident catchup #1")
    assert "What is known" in told and "Who is who" in told
    assert "On call" in told

    await town.says(town.ben, room, "/incident resolve the pool is bigger")
    told = await town.says(town.eli, "#general", "/incident catchup #1")
    assert "the pool is bigger" in told and "What is awaited" not in told


async def test_a_channel_that_is_no_room_is_none_of_its_business(town: Town, room: Channel) -> None:
    shop = await town.ben.creates("shop")
    await town.eli.joins(shop)
    await town.settle()
    assert town.private(town.eli) == []
