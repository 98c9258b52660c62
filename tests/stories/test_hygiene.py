"""Muster says little: few messages stand in a room, what changes is edited, and every message can be read anywhere."""

from __future__ import annotations

import pytest

from benchmarks.messages import hour, opening
from bot.policy.book import bundled
from tests.town import Town

#: that stand in a room before a person speaks there
MOST = 3
#: of a grave incident that lasts an hour: what is said, and how much of it in the room
MOST_POSTS, MOST_IN_ROOM = 45, 30


@pytest.mark.parametrize("town", bundled(), indirect=True)
async def test_a_room_opens_with_three_messages_at_most(town: Town) -> None:
    room = await opening(town)
    assert 0 < len(town.on_top(room)) <= MOST, [m.words[:80] for m in town.on_top(room)]


@pytest.mark.parametrize("town", bundled(), indirect=True)
async def test_a_room_where_nobody_speaks_stays_as_short(town: Town) -> None:
    """What the clock says stands under the card."""
    room = await opening(town)
    stood = len(town.on_top(room))
    await town.later(minutes=40)

    assert len(town.on_top(room)) <= MOST, [m.words[:80] for m in town.on_top(room)]
    assert len(town.heard(room)) > stood


async def test_from_the_first_word_on_it_speaks_in_the_room(town: Town) -> None:
    room = await opening(town)
    await town.later(minutes=20)
    before = len(town.on_top(room))
    await town.ben.says(room, "what is going on?")
    await town.ben.says(room, "anybody?")
    await town.settle()
    await town.later(minutes=20)

    assert len(town.on_top(room)) > before
    said = [entry for entry in await town.timeline() if entry.kind == "spoke"]
    assert [entry.text for entry in said] == ["said the first word in the room"]


async def test_an_hour_is_told_in_few_messages_that_can_all_be_read(town: Town) -> None:
    counted = await hour(town)
    assert counted.opened <= MOST
    assert counted.posts.total() <= MOST_POSTS and counted.posts["room"] <= MOST_IN_ROOM, counted.told()
    assert counted.edits > 0
    seen = [m for c in town.simulator.workspace.channels.values() for m in c.messages.values()]
    with_blocks = [m for m in seen if m.blocks and m.user == town.simulator.workspace.bot.id]
    assert with_blocks and all(m.text.strip() for m in with_blocks)
    [room] = town.rooms()
    cards = [m for m in town.heard(room) if m.ts in {pin["ts"] for pin in room.pins}]
    assert len(cards) == 1, "one card, edited"
