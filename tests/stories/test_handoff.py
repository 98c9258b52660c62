"""A role passes on with words."""

from __future__ import annotations

import pytest

from bot.domain import facts
from bot.simulator import Channel
from tests.town import Town


@pytest.fixture
async def room(town: Town) -> Channel:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    await town.later(minutes=5)
    return room


async def test_the_new_lead_learns_all_of_it_and_the_room_is_told_once(town: Town, room: Channel) -> None:
    before = len(town.heard(room))
    told = await town.says(town.ben, room, "/incident handoff @dana the rollback runs, watch the queue")
    assert town.dana.mention in told

    [said] = town.heard(room)[before:]
    assert town.dana.mention in said.words and "the rollback runs, watch the queue" in said.words
    [*_, brief] = town.told(town.dana)
    for words in (town.ben.mention, "the rollback runs", "What is known", "What is awaited"):
        assert words in brief.words
    assert (await town.incident()).roles["commander"] == f"slack:{town.dana.id}"


async def test_it_is_one_decision_with_two_facts(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident handoff @dana the rollback runs")
    await town.repeats(town.ben)

    history = await town.muster.store.facts((await town.incident()).id)
    assert [type(fact.event) for fact in history[-2:]] == [facts.RoleTaken, facts.HandedOff]
    assert [fact.event.words for fact in history if fact.event.TYPE == "handed_off"] == ["the rollback runs"]
    assert sum("the rollback runs" in m.words for m in town.told(town.dana)) == 1


async def test_any_role_can_be_handed_off(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident handoff scribe @eli notes are up to date")

    assert (await town.incident()).roles["scribe"] == f"slack:{town.eli.id}"
    assert "eli" in town.people_in(room)
    assert len(town.private(town.eli)) == 1, "joining catches nobody up who was briefed"


async def test_without_a_name_it_asks(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident handoff")
    outcome = await town.submits(town.ben, person=town.dana, words="watch the queue")

    assert outcome.ok
    assert (await town.incident()).roles["commander"] == f"slack:{town.dana.id}"


async def test_the_roles_offer_it(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident roles")
    [*_, listed] = town.private(town.ben)
    await town.clicks(town.ben, listed, "Hand off")
    assert len(town.ben.views) == 1


async def test_it_goes_to_somebody_else_and_to_a_role_that_there_is(town: Town, room: Channel) -> None:
    assert "somebody else" in await town.says(town.ben, room, "/incident handoff @ben mine")
    assert "There is no role" in await town.says(town.ben, room, "/incident handoff juggler @dana here")
    assert "already" in await town.says(town.dana, room, "/incident handoff @ben you have it")


async def test_a_restart_in_the_middle_says_it_once(town: Town, room: Channel) -> None:
    before = len(town.heard(room))
    town.simulator.faults.drop("chat.postMessage", times=2)
    await town.ben.runs(room, "/incident handoff @dana the rollback runs")
    await town.restarts()
    await town.later(minutes=2)

    assert len(town.heard(room)) == before + 1
    assert sum("the rollback runs" in m.words for m in town.told(town.dana)) == 1
