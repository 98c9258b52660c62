"""What needs no room lives in a thread of #incidents, and can outgrow it."""

from __future__ import annotations

import pytest

from tests.town import Town, acts


@pytest.mark.parametrize("severity", ["sev3", "sev4"])
async def test_a_small_incident_lives_in_the_thread_of_its_announcement(town: Town, severity: str) -> None:
    announcement = await town.announces(f"{severity} a report is late")

    card, checklist = town.heard(announcement)
    assert acts(card) >= {"ack", "update", "resolve", "room"}
    assert "checklist:tick" in acts(checklist)
    assert town.simulator.workspace.find("incidents").pins == []


async def test_a_sev3_pages_who_is_on_call_and_a_sev4_nobody(town: Town) -> None:
    await town.announces("sev4 an icon is wrong")
    assert [len(town.told(p)) for p in (town.ben, town.chen, town.dana)] == [0, 0, 0]

    await town.says(town.ana, "#general", "/incident declare sev3 a report is late")
    assert [len(town.told(p)) for p in (town.ben, town.chen, town.dana)] == [1, 1, 0]


async def test_whoever_declares_is_told_where_it_lives(town: Town) -> None:
    told = await town.says(town.ana, "#general", "/incident declare sev4 an icon is wrong")

    assert "thread" in told
    assert f"<#{town.simulator.workspace.find('incidents').id}>" in told


async def test_commands_name_it_by_number(town: Town) -> None:
    announcement = await town.announces("sev4 an icon is wrong")

    for typed in ("ack #1", "#1 note it is the favicon", "update #1 we know which icon", "task #1 draw it anew"):
        assert "#1" in await town.says(town.ben, "#general", f"/incident {typed}")
    await town.later(seconds=5)

    assert town.ben.mention in town.card(announcement).words
    assert "we know which icon" in town.words(announcement)
    assert "draw it anew" in town.words(announcement)


async def test_where_two_are_open_the_answer_lists_them(town: Town) -> None:
    await town.announces("sev4 an icon is wrong")
    assert "#1" in await town.says(town.ben, "#incidents", "/incident ack")

    await town.announces("sev4 a link is broken")
    told = await town.says(town.ben, "#incidents", "/incident note who noticed")

    assert "#1" in told
    assert "#2" in told
    assert "a link is broken" in told
    assert "who noticed" not in str([await town.timeline(1), await town.timeline(2)])


async def test_it_is_given_a_room_when_somebody_asks_for_one(town: Town) -> None:
    announcement = await town.announces("sev4 an icon is wrong")
    first = town.card(announcement)

    told = await town.says(town.ben, "#general", "/incident room #1")

    [room] = town.rooms()
    await town.later(seconds=5)
    assert f"<#{room.id}>" in told
    assert f"<#{room.id}>" in announcement.words
    assert town.people_in(room) >= {"ben"}
    assert [pin["ts"] for pin in room.pins] == [town.card(room).ts]
    assert "checklist:tick" in acts(town.checklist(room))
    assert "room" not in acts(town.card(room))

    await town.says(town.ben, room, "/incident status mitigating")
    await town.later(seconds=5)
    assert "Mitigating" in town.card(room).words
    assert acts(first) == set(), "the card in the thread has moved and can do nothing more"
    assert f"<#{room.id}>" in first.words


async def test_it_is_given_one_room_only(town: Town) -> None:
    await town.announces("sev4 an icon is wrong")
    await town.says(town.ben, "#general", "/incident room #1")

    told = await town.says(town.ana, "#general", "/incident room #1")

    assert town.rooms()[0].name in told or f"<#{town.rooms()[0].id}>" in told
    assert len(town.rooms()) == 1


async def test_two_who_ask_for_a_room_at_once_get_the_same(town: Town) -> None:
    announcement = await town.announces("sev4 an icon is wrong")
    card = town.card(announcement)
    town.simulator.faults.fail("conversations.create", status=429, retry_after=30)
    await town.clicks(town.ana, card, "Open a room")
    await town.clicks(town.ben, card, "Open a room")
    await town.later(minutes=1)

    assert len(town.rooms()) == 1
    assert len([m for m in town.heard(town.rooms()[0]) if "menu:severity" in acts(m)]) == 1


async def test_graver_it_gets_a_room_and_people_are_paged(town: Town) -> None:
    announcement = await town.announces("sev3 a report is late")
    assert town.told(town.dana) == []

    await town.chooses(town.ana, town.card(announcement), "menu:severity", "🔴 SEV1 Critical")

    [room] = town.rooms()
    assert town.people_in(room) >= {"ana", "ben", "chen", "dana"}
    assert len(town.told(town.dana)) == 1
    assert "SEV1" in town.card(room).words
    assert "First minutes" in town.checklist(room).words
    await town.later(seconds=5)
    assert "SEV1" in announcement.words


async def test_less_grave_its_room_stays(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")

    await town.says(town.ana, room, "/incident severity sev3 only the test shop")
    await town.later(seconds=5)

    assert "SEV3" in town.card(room).words
    assert "only the test shop" in town.words(room)
    assert "SEV3" in room.topic.value
    assert len(town.told(town.ben)) == 1, "nobody is paged for good news"
