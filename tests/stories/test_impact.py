"""What is known of the harm: asked in a dialog, said in a line, shown on the card."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import facts
from tests.stories.test_classifying import a_policy, values
from tests.town import Town, a_town, labels

FIELDS = """
fields:
  - {id: users, title: Users, kind: number, on_card: true}
  - {id: revenue, title: Revenue, kind: choice, choices: [None, Some, A lot]}
"""


async def recorded(town: Town) -> list[dict[str, str]]:
    history = await town.muster.store.facts((await town.incident()).id)
    return [dict(fact.event.values) for fact in history if isinstance(fact.event, facts.ImpactRecorded)]


async def test_the_dialog_is_filled_with_what_is_known_and_keeps_what_changed(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.chooses(town.ana, town.card(room), "menu:more", "Impact")
    view = town.ana.views[-1]
    assert labels(view)[:3] == ["Users (estimated)", "Users (confirmed)", "Regions"]

    assert (await town.submits(town.ana, users="about 1,200", regions="EU\u2009& US", services="checkout")).ok
    await town.later(seconds=5)

    assert "Users (estimated): about 1,200 · Regions: EU &amp; US · Services: checkout" in town.card(room).words
    await town.says(town.ben, room, "/incident impact")
    view = town.ben.views[-1]
    assert values(town, view)["users"] == "about 1,200"
    assert (await town.submits(town.ben, users="3000", complaints="4", services="")).ok
    await town.later(seconds=5)

    assert (await recorded(town))[1] == {"users": "3000", "complaints": "4", "services": ""}
    card = town.card(room).words
    assert "Users (estimated): 3000 · Regions" in card
    assert "checkout ·" not in card
    assert "Complaints" not in card, "not a field of the card"
    told = [entry.text for entry in await town.timeline()][-1]
    assert all(part in told for part in ("recorded the impact", "Users (estimated): 3000", "Services: taken back"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("users 1200", {"users": "1200"}),
        ("users confirmed: 900", {"users-confirmed": "900"}),
        ("#1 regions EU and  US", {"regions": "EU and US"}),
    ],
)
async def test_one_field_is_said_in_a_line(town: Town, typed: str, expected: dict[str, str]) -> None:
    room = await town.declares("sev1 checkout is failing")

    told = await town.says(town.ben, room, f"/incident impact {typed.replace('confirmed:', '(confirmed):')}")

    assert await recorded(town) == [expected]
    assert next(iter(expected.values())) in told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("people 1200", "Which field? This team records users, users-confirmed, regions"),
        ("users lots of them", "Users (estimated) takes a number, for example 1200"),
    ],
)
async def test_what_will_not_do_is_a_sentence(town: Town, typed: str, told: str) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert told in await town.says(town.ben, room, f"/incident impact {typed}")
    assert await recorded(town) == []


async def test_the_same_again_is_no_news(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident impact users 1200")
    assert "already" in await town.says(town.ana, room, "/incident impact users 1200")
    assert len(await recorded(town)) == 1


async def test_a_field_without_a_value_opens_the_dialog(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident impact users")
    assert town.ben.views[-1].title.startswith("Impact of")


async def test_wrong_values_are_refused_each_under_its_field(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident impact")

    refused = await town.submits(town.ben, users="many", complaints="some", regions="EU")

    assert set(refused.errors) == {"users", "complaints"}
    assert "has no digit in it" in refused.errors["users"]
    assert values(town, town.ben.views[-1])["regions"] == "EU"
    assert (await town.submits(town.ben, users="10", complaints="")).ok
    assert await recorded(town) == [{"users": "10", "regions": "EU"}]


async def test_the_next_update_speaks_of_it(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident impact users 1200")
    await town.says(town.ben, room, "/incident update")
    assert values(town, town.ben.views[-1])["impact"] == "Users (estimated): 1200"


async def test_it_can_be_recorded_after_the_end(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident resolve fix the pool is larger")
    assert "is recorded" in await town.says(town.ana, room, "/incident impact users-confirmed 931")
    assert (await town.incident()).impact == {"users-confirmed": "931"}


async def test_a_choice_is_made_in_any_case_and_taken_back(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", impact=FIELDS)) as town:
        room = await town.declares("sev1 checkout is failing")
        await town.says(town.ben, room, "/incident impact revenue a LOT")
        assert (await town.incident()).impact == {"revenue": "A lot"}
        assert "is one of None, Some, A lot" in await town.says(town.ben, room, "/incident impact revenue heaps")

        await town.says(town.ben, room, "/incident impact")
        assert (await town.submits(town.ben, revenue="Not known")).ok
        assert (await town.incident()).impact == {}


async def test_a_policy_without_fields_says_where_it_goes_instead(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", impact="fields: []\n")) as town:
        room = await town.declares("sev1 checkout is failing")
        assert "keeps no impact record" in await town.says(town.ben, room, "/incident impact users 5")
        assert "Impact" not in str(town.card(room).blocks)
