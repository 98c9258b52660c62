"""The first hour in a workspace that has nothing of what the policy names: everything is chosen in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.policy import book
from bot.simulator.views import View
from tests.stories.test_home import opens_home, words
from tests.town import Town, a_town, labels

ONCALL, COMMANDERS, SECONDARY = "people.oncall", "people.incident-commanders", "people.oncall-secondary"


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[Town]:
    """People and #general, and a channel of another name; no user group."""
    async with a_town(tmp_path) as town:
        workspace = town.simulator.workspace
        for name in ("incidents", "status-updates"):
            channel = workspace.channel_named(name)
            assert channel
            del workspace.channels[channel.id]
        workspace.groups.clear()
        workspace.add_channel("ops-alarms", members=[user.id for user in workspace.people()])
        for kept in ("slack:channel:incidents", "slack:channel:status-updates", "slack:group:oncall",
                     "slack:group:incident-commanders", "slack:group:oncall-secondary", "setup:looked"):  # fmt: skip
            await town.muster.store.transact(lambda books, kept=kept: books.remember(kept, None), town.clock.now())  # type: ignore[misc]
        await town.restarts()
        yield town


async def dialog(town: Town) -> View:
    home = await opens_home(town, town.ana)
    await town.clicks(town.ana, home, "Set up")
    return town.ana.views[-1]


async def sets_up(town: Town) -> None:
    await dialog(town)
    outcome = await town.submits(
        town.ana,
        **{
            "channel.incidents": town.simulator.workspace.channel_named("ops-alarms"),
            ONCALL: [town.ben, town.chen],
            COMMANDERS: [town.dana],
        },
    )
    assert not outcome.errors


def heard(town: Town) -> str:
    return town.words("ops-alarms")


async def test_home_says_what_is_missing_and_the_dialog_asks_for_just_that(bare: Town) -> None:
    home = await opens_home(bare, bare.ana)
    assert "Not set up yet" in words(home)
    for name in ("#incidents", "#status-updates", "@oncall", "@incident-commanders", "@oncall-secondary"):
        assert f"`{name}`" in words(home)

    view = await dialog(bare)
    asked = labels(view)
    assert "Where are incidents announced?" in asked
    assert "Which channel is #status-updates?" in asked
    assert "Who is @oncall?" in asked
    assert not any("user group" in each for each in asked), "the workspace has none"


async def test_what_was_chosen_is_used_at_once(bare: Town) -> None:
    await sets_up(bare)
    await bare.later(seconds=3)
    home = bare.ana.home
    assert home
    assert "`#incidents`" not in words(home) and "`@oncall`" not in words(home)
    assert "`#status-updates`" in words(home)
    assert bare.ben.mention in words(home), "who is on call"

    room = await bare.declares("sev1 checkout is failing")

    assert bare.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert "checkout is failing" in heard(bare)
    assert len(bare.told(bare.ben)) == 1


async def test_the_policy_stays_as_it_is(bare: Town) -> None:
    await sets_up(bare)
    await bare.declares("sev1 checkout is failing")
    assert (await bare.incident()).policy == book.load("default").hash


async def test_it_lasts_over_a_restart(bare: Town) -> None:
    await sets_up(bare)
    await bare.restarts()
    room = await bare.declares("sev1 checkout is failing")

    assert bare.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert "checkout is failing" in heard(bare)
    view = await dialog(bare)
    blocks = {block.get("block_id"): block.get("element", {}) for block in view.blocks}
    assert blocks[ONCALL]["initial_users"] == [bare.ben.id, bare.chen.id]


async def test_who_chose_what_is_on_record(bare: Town) -> None:
    await sets_up(bare)
    [line] = [each for each in await bare.muster.store.logged() if each.what == "set_up"]
    assert line.by == f"slack:{bare.ana.id}"
    assert "#incidents is #ops-alarms" in line.text
    assert f"@oncall is slack:{bare.ben.id} slack:{bare.chen.id}" in line.text
    assert await bare.muster.store.verify_log() == []


async def test_it_is_saved_once_however_often_slack_sends_it(bare: Town) -> None:
    await sets_up(bare)
    await bare.repeats()
    assert len([each for each in await bare.muster.store.logged() if each.what == "set_up"]) == 1


async def test_an_archived_channel_is_refused_and_nothing_is_lost(bare: Town) -> None:
    workspace = bare.simulator.workspace
    old = workspace.add_channel("old-alarms", members=[bare.ana.id])
    workspace.archive(old, bare.ana.id)
    view = await dialog(bare)

    outcome = await bare.submits(bare.ana, **{"channel.incidents": old, ONCALL: [bare.ben]})

    assert "#old-alarms is archived" in outcome.errors["channel.incidents"]
    assert bare.ana.views[-1] is view
    assert (await bare.submits(bare.ana, **{"channel.incidents": workspace.channel_named("ops-alarms")})).errors == {}
    assert (await bare.muster.desk.directory.members("oncall")) == (f"slack:{bare.ben.id}",)


async def test_a_channel_that_muster_cannot_see_is_refused_with_the_remedy(bare: Town) -> None:
    hidden = bare.simulator.workspace.add_channel("war-council", private=True, members=[bare.ana.id])
    await dialog(bare)
    outcome = await bare.submits(bare.ana, **{"channel.incidents": hidden})
    assert "/invite @Muster" in outcome.errors["channel.incidents"]


async def test_while_slack_does_not_answer_nothing_is_saved_blindly(bare: Town) -> None:
    await dialog(bare)
    bare.simulator.faults.fail("conversations.info", times=3)
    outcome = await bare.submits(
        bare.ana, **{"channel.incidents": bare.simulator.workspace.channel_named("ops-alarms")}
    )
    assert "Press Save again" in outcome.errors["channel.incidents"]
    assert await bare.muster.store.recall("whereabouts") is None


async def test_a_user_group_of_another_name_will_do(bare: Town) -> None:
    workspace = bare.simulator.workspace
    workspace.add_group("sre", name="SRE", members=[bare.eli.id])
    await bare.later(minutes=1)
    await opens_home(bare, bare.ana)
    await dialog(bare)
    both = await bare.submits(bare.ana, **{ONCALL: [bare.ben], "group.oncall": "@sre"})
    assert "not both" in both.errors["group.oncall"]
    assert (await bare.submits(bare.ana, **{ONCALL: [], "group.oncall": "@sre"})).errors == {}

    await bare.says(bare.ana, "#general", "/incident declare sev2 checkout is failing")
    assert any("checkout is failing" in m.words for m in bare.told(bare.eli))


async def test_a_chosen_channel_that_is_archived_later_is_missing_again(bare: Town) -> None:
    await sets_up(bare)
    workspace = bare.simulator.workspace
    chosen = workspace.channel_named("ops-alarms")
    assert chosen
    workspace.archive(chosen, bare.ana.id)
    await bare.later(minutes=11)
    await opens_home(bare, bare.ana)
    await bare.later(seconds=3)
    assert bare.ana.home and "`#incidents`" in words(bare.ana.home)


async def test_the_words_open_it_too(bare: Town) -> None:
    await bare.says(bare.eli, "#general", "/incident setup")
    assert bare.eli.views[-1].title == "Set up Muster"


async def test_the_doctor_goes_by_what_was_chosen(bare: Town) -> None:
    checks = bare.muster.desk.checks
    assert checks
    assert any("#incidents" in found.says for found in await checks.look())
    await sets_up(bare)
    told = "\n".join(found.says for found in await checks.look())
    assert "#incidents" not in told and "@oncall," not in told
    assert "#status-updates" in told
