"""What happens while something else is under way stands once all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.workflows.declare import Order, declare
from bot.workflows.desk import Gesture
from tests.stories.policies import a_policy, priorities
from tests.town import a_town, acts

CHECKLISTS = """
checklists:
  - {id: grave, title: What is grave, severities: [sev1, sev3], items: [{id: look, text: Look at it}]}
"""


@pytest.mark.parametrize("severity", ["sev3", "sev1"])
async def test_a_list_that_a_new_severity_brings_while_the_thread_opens_stands_once(
    tmp_path: Path, severity: str
) -> None:
    policy = a_policy(tmp_path / "ours", checklists=CHECKLISTS)
    async with a_town(tmp_path / "data", policy) as town:
        town.simulator.faults.slow("chat.postMessage", 0.1)
        await town.ana.runs("#general", "/incident declare sev4 reports are late")
        while not (await town.incident()).announcement:
            await town.breath()
        await town.ana.runs("#general", f"/incident severity #1 {severity} they are wrong too")
        await town.settle()

        home = town.rooms()[0] if town.rooms() else await town.announcement()
        assert sum("checklist:tick" in acts(m) for m in town.heard(home)) == 1
        assert sum("checklist:tick" in acts(m) for m in town.everything()) == 1


async def test_a_declaration_that_comes_again_under_another_policy_gets_its_first_answer(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data") as town:
        gesture = Gesture("slack:U1", town.clock.now(), "view:1")
        first = await declare(town.muster.desk, gesture, Order("checkout is failing", "sev1"))
        town.runs_under(priorities(tmp_path / "other"))
        await town.restarts()

        assert await declare(town.muster.desk, gesture, Order("checkout is failing", "sev1")) == first
        assert len(await town.muster.store.incidents()) == 1
