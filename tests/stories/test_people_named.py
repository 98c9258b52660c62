"""People are named by mention, by e-mail address, or by the handle of a user group."""

from __future__ import annotations

import pytest

from tests.town import Town

BEN = "ben@practice.example"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (f"role commander {BEN}", "is Incident Commander of #1 now"),
        (f"handoff {BEN} the database is next", "is Incident Commander of #1 now, and has your words"),
        (f"escalate {BEN} we need you", "is called for #1"),
        (f"task {BEN} roll back", "Task 1 of #1 is written down"),
        (f"admit {BEN}", "knows of #1 now"),
        (f"oncall override {BEN} 2h", "is on call for Primary until"),
    ],
)
async def test_an_address_is_a_person(town: Town, typed: str, told: str) -> None:
    room = await town.declares("sev1 checkout is failing")
    said = await town.says(town.ana, room, f"/incident {typed}")

    assert told in said, said
    assert BEN not in said
    if typed.startswith("task"):
        [task] = (await town.incident()).tasks
        assert (task.owner, task.text) == (f"slack:{town.ben.id}", "roll back")


async def test_an_address_elsewhere_in_a_task_stays_what_it_is(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, f"/incident task write to {BEN} about it")

    [task] = (await town.incident()).tasks
    assert (task.owner, task.text) == (None, f"write to {BEN} about it")


async def test_a_group_is_called_as_a_whole(town: Town) -> None:
    await town.announces("sev3 the report page is slow")
    said = await town.says(town.ana, "#general", "/incident #1 escalate @incident-commanders it spreads")

    assert said.startswith("@incident-commanders is called for #1")
    assert f"slack:{town.dana.id}" in {page.person for page in (await town.incident()).pages}


async def test_of_a_group_one_is_named_where_one_is_wanted(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    said = await town.says(town.ana, room, "/incident role scribe @oncall")

    assert f"@oncall is <@{town.ben.id}>, <@{town.chen.id}>. Name one of them." in said


async def test_an_address_that_nobody_has_is_said(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    said = await town.says(town.ana, room, "/incident role scribe nobody@practice.example")

    assert "Nobody in this Slack workspace has the e-mail address nobody@practice.example" in said
    assert "scribe" not in (await town.incident()).roles


async def test_while_slack_does_not_answer_nothing_is_guessed(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    town.simulator.faults.fail("users.lookupByEmail", times=5, status=503)
    said = await town.says(town.ana, room, f"/incident role scribe {BEN}")

    assert "Slack cannot say just now who ben@practice.example is" in said
    assert "scribe" not in (await town.incident()).roles
