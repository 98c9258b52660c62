"""Muster is stopped in the middle, and Slack says things twice; nothing is lost and nothing happens twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import app
from tests.town import Town, acts


@pytest.mark.parametrize("method", ["conversations.create", "chat.postMessage", "conversations.invite", "pins.add"])
async def test_work_that_waits_goes_on_after_a_restart(town: Town, method: str) -> None:
    town.simulator.faults.fail(method, times=3, status=429, retry_after=30)
    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")

    await town.restarts()
    await town.later(minutes=1, seconds=59)

    await town.everything_stands()


@pytest.mark.parametrize("method", ["conversations.create", "chat.postMessage", "conversations.invite", "chat.update"])
async def test_work_that_was_cut_off_is_finished_once(town: Town, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while Slack has done it, but not yet said so."""
    monkeypatch.setattr(app, "GRACE_SECONDS", 0.05)
    town.simulator.faults.hang(method, times=1)
    asked = asyncio.Event()
    town.simulator.on_call.append(lambda call, phase: asked.set() if call.method == method else None)
    await town.ana.runs("#general", "/incident declare sev1 checkout is failing")
    await asyncio.wait_for(asked.wait(), 5)

    await town.restarts()
    await town.later(minutes=1, seconds=59)

    await town.everything_stands()


async def test_clocks_go_on_after_a_restart(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=1)
    await town.muster.stop()
    town.let_down = True
    town.clock.advance(town.clock.now() + timedelta(minutes=13))
    await town.opens()
    await town.later(seconds=10)

    said = [acts(m) for m in town.heard(room)[2:]]
    assert said.count({"role:take"}) == 1, "what fell due meanwhile is said once"
    assert said.count({"update", "snooze"}) == 1

    await town.later(minutes=2)
    assert [acts(m) for m in town.heard(room)[2:]].count({"update", "snooze"}) == 2


async def test_after_a_restart_buttons_still_act(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.restarts()

    await town.clicks(town.ben, town.card(room), "Take command")
    await town.later(seconds=5)

    assert town.ben.mention in town.card(room).words


async def test_a_command_that_comes_twice_acts_once(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    [declared] = [e for e in town.simulator.envelopes if e.type == "slash_commands"]
    again = await town.simulator.redeliver(declared)
    await town.settle()
    assert again.reply["text"] == declared.reply["text"]

    await town.says(town.ben, room, "/incident update half of the payments work again")
    await town.repeats()
    await town.later(minutes=1)

    await town.everything_stands()
    assert [u.number for u in (await town.incident()).updates] == [1]
    assert len(town.heard("status-updates")) == 1


async def test_a_button_that_comes_twice_acts_once(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    first = await town.clicks(town.ben, town.card(room), "Take command")
    told = len(town.told(town.ben))

    second = await town.repeats(town.ben)
    await town.later(minutes=1)

    assert second.splitlines()[-1] == first.splitlines()[-1]
    assert len(town.told(town.ben)) == told
    assert len([e for e in await town.timeline() if e.kind == "role_taken"]) == 1


async def test_a_dialog_that_comes_twice_acts_once(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident")
    await town.submits(town.ana, title="checkout is failing", severity="sev1")

    await town.repeats()
    await town.later(minutes=1)

    await town.everything_stands()


async def test_two_clicks_of_a_nervous_finger_are_one(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    card = town.card(room)
    await asyncio.gather(*(town.ben.clicks(card, "Acknowledge") for _ in range(5)))
    await town.settle()

    assert len([e for e in await town.timeline() if e.kind == "acknowledged"]) == 1
    assert len(town.words(room).split("acknowledged this and is looking")) <= 3


async def test_many_incidents_at_once_keep_apart(town: Town) -> None:
    """Five people shout at the same moment: five incidents, each with its own room, card and number."""
    people = [town.ana, town.ben, town.chen, town.dana, town.eli]
    await asyncio.gather(*(p.runs("#general", f"/incident declare sev1 part {n} fails") for n, p in enumerate(people)))
    await town.later(minutes=5)

    assert len(town.rooms()) == 5
    for number in range(1, 6):
        incident = await town.incident(number)
        [room] = [room for room in town.rooms() if room.name == incident.room_name]
        assert f"#{number} " in town.card(room).words
        assert incident.title in town.card(room).words
        assert town.people_in(room) >= {"ben", "chen", "dana", "ana"}
        assert await town.troubles(number) == []
