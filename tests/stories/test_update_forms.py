"""Updates with the fields that the policy asks for, in its order and its words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Channel
from tests.policy.conftest import outline
from tests.stories.test_classifying import a_policy, values
from tests.town import Town, a_town, labels

COMMUNICATIONS = """
incidents_channel: incidents
audiences:
  - {channel: status-updates, severities: [sev1, sev2], what: [update, resolved]}
update_fields:
  - {id: eta, title: Back by, hint: A time or a guess.}
  - {id: state, title: Situation}
  - {id: impact, title: Impact}
  - {id: workaround, title: Way around it}
"""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", communications=COMMUNICATIONS)) as town:
        yield town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


async def test_the_dialog_asks_what_the_policy_asks(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident update")

    assert labels(town.ben.views[-1])[:5] == ["Back by", "Situation", "Impact", "Way around it", "Next update"]
    [eta, state, *_] = town.ben.views[-1].blocks
    assert eta["optional"] is True and eta["hint"]["text"] == "A time or a guess."
    assert state["optional"] is False and "hint" not in state

    assert (await town.submits(town.ben, eta="10:00 & later", state="payments fail")).ok
    update = (await town.incident()).update
    assert update and update.more == {"eta": "10:00 & later", "workaround": ""}
    for where in (room, "status-updates"):
        said = town.heard(where)[-1].words
        assert "*Back by:* 10:00 &amp; later" in said and "payments fail" in said and "Way around" not in said


async def test_without_the_state_it_is_refused_at_its_field(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident update")

    outcome = await town.submits(town.ben, eta="noon", state="  ")

    assert set(outcome.errors) == {"state"}
    assert (await town.incident()).updates == ()


async def test_said_in_one_line_it_is_the_state(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident update half of the payments work again")

    update = (await town.incident()).update
    assert update and update.state == "half of the payments work again"
    assert update.more == {"eta": "", "workaround": ""}


async def test_the_dialog_remembers_every_field(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident update")
    await town.submits(town.ben, eta="noon", state="payments fail", impact="nobody can pay", workaround="by card")
    await town.says(town.ben, room, "/incident impact users 1200")

    await town.says(town.ben, room, "/incident update")

    held = values(town, town.ben.views[-1])
    assert {name: held[name] for name in ("eta", "state", "impact", "workaround")} == {
        "eta": "noon", "state": "payments fail", "impact": "nobody can pay", "workaround": "by card",
    }  # fmt: skip


async def test_what_is_known_of_the_impact_need_not_be_typed_again(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident impact users 1200")
    await town.says(town.ben, room, "/incident impact regions eu")

    await town.says(town.ben, room, "/incident update")

    assert values(town, town.ben.views[-1])["impact"] == "Users (estimated): 1200 · Regions: eu"


async def test_the_record_and_the_postmortem_use_the_titles(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident update")
    await town.submits(town.ben, eta="noon", state="payments fail")
    await town.says(town.ben, room, "/incident postmortem")

    assert any("payments fail · Back by: noon" in entry.text for entry in await town.timeline())
    text = town.file(town.files(room)[-1])
    assert "- **Back by:** noon\n- **Situation:** payments fail\n" in text
    assert outline(text)[-1] == (3, "Update 1, 2026-11-21 03:00 UTC, Ben Okafor")
