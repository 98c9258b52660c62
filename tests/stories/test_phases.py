"""How far the response is, what others are told of it, and who may end it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Channel
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts, labels

LIFECYCLE = """
resolve_by: [commander]
phases:
  - {id: triage, title: Detection and triage}
  - {id: response, title: Investigation and response}
statuses:
  - {id: investigating, title: Investigating, phase: triage, emoji: "🔍", means: We look., stage: active,
     next: [mitigating, resolved, cancelled], word: Looking into it}
  - {id: mitigating, title: Mitigating, phase: response, emoji: "🔧", means: We repair., stage: active,
     next: [investigating, resolved, cancelled], word: Being repaired}
  - {id: resolved, title: Resolved, emoji: "✅", means: It works., stage: resolved, next: [closed, investigating]}
  - {id: closed, title: Closed, emoji: "📕", means: All is done., stage: closed, next: [investigating]}
  - {id: cancelled, title: Cancelled, emoji: "🚫", means: It was none., stage: cancelled, next: [investigating]}
"""
CHECKLISTS = "checklists: []\n"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", lifecycle=LIFECYCLE, checklists=CHECKLISTS)
    async with a_town(tmp_path / "data", policy) as town:
        yield town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


async def test_the_card_and_the_answer_say_which_phase_it_is(town: Town, room: Channel) -> None:
    assert "🔍 *Investigating* · phase 1 of 2: Detection and triage" in town.card(room).words

    await town.says(town.ana, room, "/incident status mitigating we take it back")
    await town.later(seconds=5)

    assert "🔧 *Mitigating* · phase 2 of 2: Investigation and response" in town.card(room).words
    assert "phase 2 of 2: Investigation and response" in await town.says(town.dana, "#general", "/incident status #1")


async def test_without_a_phase_none_is_named(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident cancel a test")
    await town.later(seconds=5)

    assert "phase" not in town.card(room).words


async def test_updates_say_the_word_that_others_understand(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident status mitigating we take it back")
    await town.says(town.ana, room, "/incident update half of the payments work again")

    assert "Being repaired" in town.words("status-updates")
    assert "Mitigating" not in town.words("status-updates")


async def test_while_nobody_commands_anyone_resolves(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident resolve fix the pool is bigger")

    assert (await town.incident()).over


@pytest.mark.parametrize("typed", ["resolve fix the pool is bigger", "status resolved the pool is bigger"])
async def test_while_somebody_commands_others_learn_who_resolves_and_ask(town: Town, room: Channel, typed: str) -> None:
    await town.says(town.ben, room, "/incident role commander")

    told = await town.says(town.dana, room, f"/incident {typed}")

    assert not (await town.incident()).over
    assert f"Only the Incident Commander resolves here, and that is {town.ben.mention}." in told
    await town.clicks(town.dana, town.private(town.dana)[-1], "Ask them")
    [question] = (await town.incident()).questions
    assert (question.text, question.asked_by) == ("resolve: the pool is bigger", f"slack:{town.dana.id}")
    asked = town.heard(room)[-1]
    assert town.ben.mention in asked.words

    await town.clicks(town.ben, asked, "GO")
    await town.later(seconds=5)
    await town.clicks(town.ben, asked, "Resolve")
    await town.submits(town.ben, how="fix", summary="the pool is bigger")
    assert (await town.incident()).resolved_by == f"slack:{town.ben.id}"


@pytest.mark.parametrize("way", ["resolve", "status resolved"])
async def test_whoever_may_not_resolve_gets_no_dialog_to_fill_in(town: Town, room: Channel, way: str) -> None:
    await town.says(town.ben, room, "/incident role commander")

    assert town.ben.mention in await town.says(town.dana, room, f"/incident {way}")
    assert town.dana.views == []
    await town.says(town.ben, room, f"/incident {way}")
    assert len(town.ben.views) == 1


async def test_a_commander_who_came_while_the_dialog_was_open_is_asked_and_no_word_is_lost(
    town: Town, room: Channel
) -> None:
    await town.says(town.dana, room, "/incident resolve")
    await town.says(town.ben, room, "/incident role commander")

    outcome = await town.submits(town.dana, how="fix", summary="the pool is bigger")

    assert outcome.ok
    assert not (await town.incident()).over
    await town.clicks(town.dana, town.private(town.dana)[-1], "Ask them")
    assert (await town.incident()).questions[0].text == "resolve: the pool is bigger"


async def test_whoever_comes_late_is_told_that_it_is_over(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.ben, room, "/incident resolve fix the pool is bigger")

    told = await town.says(town.dana, room, "/incident resolve it was me")

    assert f"{town.ben.mention} resolved it" in told
    assert "Ask them" not in labels(town.private(town.dana)[-1])


async def test_anyone_cancels_and_anyone_reopens(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.dana, room, "/incident cancel a test")
    assert (await town.incident()).status == "cancelled"
    await town.says(town.chen, room, "/incident reopen it was none")
    assert (await town.incident()).status == "investigating"
    await town.says(town.ben, room, "/incident resolve fix the pool is bigger")
    await town.says(town.dana, room, "/incident reopen it fails again")
    await town.later(seconds=5)
    assert "resolve" in acts(town.card(room))
