"""A room that people had already, another title, and the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator import Channel
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts, labels

# adopting


async def test_a_channel_becomes_the_room_of_a_new_incident(town: Town) -> None:
    shop = await town.ben.creates("shop-checkout")
    told = await town.says(town.ben, shop, "/incident adopt sev1 checkout is failing")

    incident = await town.incident()
    assert (incident.room, incident.room_name) == (f"slack:{shop.id}", "shop-checkout")
    assert "#1 is declared" in told and town.rooms() == []
    assert acts(town.card(shop)) >= {"menu:severity"} and len(shop.pins) == 1
    assert {"ana", "ben", "chen", "dana"} - {"ana"} <= town.people_in(shop)
    assert f"<#{shop.id}>" in (await town.announcement()).words
    assert shop.topic.value == "", "what people wrote over their channel stays"
    assert await town.troubles() == []


async def test_where_muster_may_not_be_another_room_opens_and_it_is_said_why(town: Town) -> None:
    secret = await town.ben.creates("secret", private=True)
    await town.says(town.ben, secret, "/incident adopt sev1 checkout is failing")
    await town.later(seconds=5)

    [room] = town.rooms()
    assert (await town.incident()).room == f"slack:{room.id}"
    assert any("invite Muster there with /invite" in m.words for m in town.told(town.ben))


async def test_the_channel_of_all_incidents_is_nobodys(town: Town) -> None:
    await town.says(town.ben, "incidents", "/incident adopt sev1 checkout is failing")
    await town.later(seconds=5)
    assert len(town.rooms()) == 1
    assert any("nobody's room" in m.words for m in town.told(town.ben))


async def test_one_that_lives_in_a_thread_moves_in(town: Town) -> None:
    shop = await town.ben.creates("shop-checkout")
    announced = await town.announces("sev3 the newsletter is late", town.ben)
    await town.says(town.ben, shop, "/incident adopt #1")
    await town.later(seconds=5)

    assert (await town.incident()).room == f"slack:{shop.id}"
    assert acts(town.card(shop)) >= {"menu:severity"}
    assert "in its room now" in town.words(announced)


async def test_a_room_belongs_to_one_incident(town: Town) -> None:
    shop = await town.ben.creates("shop-checkout")
    await town.says(town.ben, shop, "/incident adopt sev1 checkout is failing")
    assert "another incident" in await town.says(town.ana, shop, "/incident adopt sev2 search is empty")

    await town.announces("sev3 the newsletter is late", town.ben)
    assert "another incident" in await town.says(town.ben, shop, "/incident adopt #2")
    assert (await town.incident(2)).room is None


async def test_a_channel_is_named_from_anywhere(town: Town) -> None:
    shop = await town.ben.creates("shop-checkout")
    await town.announces("sev3 the newsletter is late", town.ben)
    await town.says(town.ben, "#general", "/incident #1 adopt #shop-checkout")
    await town.later(seconds=5)
    assert (await town.incident()).room == f"slack:{shop.id}"


async def test_a_restart_in_the_middle_of_adopting(town: Town) -> None:
    shop = await town.ben.creates("shop-checkout")
    town.simulator.faults.fail("conversations.info", status=500)
    await town.ben.runs(shop, "/incident adopt sev1 checkout is failing")
    await town.restarts()
    await town.later(minutes=1)

    assert (await town.incident()).room == f"slack:{shop.id}"
    assert sum("menu:severity" in acts(m) for m in town.heard(shop)) == 1
    assert await town.troubles() == []


# renaming


async def test_another_title_is_shown_everywhere(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    before = len(town.heard(room))
    await town.says(town.ben, room, "/incident rename payments fail in the EU")
    await town.later(seconds=5)

    assert "payments fail in the EU" in town.card(room).words
    assert "payments fail in the EU" in (await town.announcement()).words
    assert room.name == "inc-1-checkout-is-failing"
    assert len(town.heard(room)) == before + 1


async def test_the_room_follows_when_asked(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident rename payments fail in the EU")
    offer = next(m for m in reversed(town.private(town.ben)) if "Rename the room, too" in labels(m))
    await town.clicks(town.ben, offer, "Rename the room, too")

    assert room.name == (await town.incident()).room_name == "inc-1-payments-fail-in-the-eu"
    assert "called #inc-1-payments-fail-in-the-eu already" in await town.says(town.ben, room, "/incident rename room")


async def test_a_taken_name_gets_an_ending(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.ben.creates("inc-1-payments-fail")
    await town.says(town.ben, room, "/incident rename payments fail")
    town.simulator.faults.drop("conversations.rename")
    await town.says(town.ben, room, "/incident rename room")
    await town.later(minutes=1)

    assert room.name == (await town.incident()).room_name == "inc-1-payments-fail-2"
    assert await town.troubles() == []


async def test_an_adopted_channel_keeps_its_name(town: Town) -> None:
    shop = await town.ben.creates("shop-checkout")
    await town.says(town.ben, shop, "/incident adopt sev1 checkout is failing")
    assert "was there before" in await town.says(town.ben, shop, "/incident rename room")


# the archive


@pytest.fixture
async def room(town: Town) -> Channel:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident resolve the pool is bigger")
    await town.later(minutes=1)
    return room


async def test_the_room_of_an_ended_incident_goes_to_the_archive_after_its_last_words(
    town: Town, room: Channel
) -> None:
    await town.says(town.ben, room, "/incident archive")
    await town.repeats(town.ben)

    assert room.archived and (await town.incident()).archived_at
    assert sum("archived now" in m.words for m in town.heard(room)) == 1
    assert "archived already" in await town.says(town.ben, "#general", "/incident archive #1")
    await town.says(town.ben, "#general", "/incident note #1 the vendor called back")
    await town.later(minutes=10)
    assert await town.troubles() == []


async def test_an_open_one_keeps_its_room(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert "is open; its room stays" in await town.says(town.ben, room, "/incident archive")
    assert not room.archived


async def test_reopening_brings_it_back(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident archive")
    await town.says(town.ben, "#general", "/incident reopen #1 it fails again")
    await town.later(seconds=10)

    assert not room.archived and (await town.incident()).archived_at is None
    assert "it fails again" in town.words(room)
    assert "Acknowledge" in town.card(room).words or "Resolve" in town.card(room).words
    assert await town.troubles() == []


async def test_where_slack_does_not_let_a_bot_do_that_another_room_opens(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident archive")
    town.simulator.faults.fail("conversations.unarchive", error="not_in_channel")
    await town.says(town.ben, "#general", "/incident reopen #1 it fails again")
    await town.later(seconds=30)

    [_, another] = town.rooms()
    assert room.archived and another.name == "inc-1-checkout-is-failing-2"
    assert (await town.incident()).room == f"slack:{another.id}"
    assert "menu:severity" in acts(town.card(another))
    assert await town.troubles() == []


async def test_what_slack_refuses_is_said_to_whoever_asked(town: Town, room: Channel) -> None:
    town.simulator.faults.fail("conversations.archive", error="restricted_action")
    await town.says(town.ben, room, "/incident archive")
    await town.later(seconds=5)

    assert not room.archived
    assert any("Archiving the room failed" in m.words for m in town.told(town.ben))


async def test_a_restart_in_the_middle_of_archiving(town: Town, room: Channel) -> None:
    town.simulator.faults.drop("conversations.archive")
    await town.ben.runs(room, "/incident archive")
    await town.restarts()
    await town.later(minutes=2)

    assert room.archived and (await town.incident()).archived_at
    assert sum("archived now" in m.words for m in town.heard(room)) == 1
    assert await town.troubles() == []


async def test_the_policy_archives_by_itself_and_not_what_was_reopened(tmp_path: Path) -> None:
    rules = a_policy(tmp_path / "rules", retention="archive: 3d")
    async with a_town(tmp_path, rules) as town:
        room = await town.declares("sev1 checkout is failing")
        other = await town.declares("sev1 search is empty", town.chen)
        await town.says(town.ben, room, "/incident resolve the pool is bigger")
        await town.says(town.ben, other, "/incident resolve the index is whole")
        await town.later(days=1)
        await town.says(town.ben, other, "/incident reopen it is empty again")
        await town.restarts()
        await town.later(days=2, hours=1)

        assert room.archived and not other.archived
        assert "by the policy" in town.words(room)
        await town.says(town.ben, other, "/incident resolve now it is whole")
        await town.later(days=3, hours=1)
        assert other.archived
