"""Rules call the next level in their time, pages repeat until somebody answers, and Slack watches over all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import facts
from bot.simulator import Message
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts

LEVELS = """
levels:
  - {id: first, title: First on call, who: ["group:oncall"], tell: team}
  - {id: manager, title: Engineering Manager, who: ["group:managers"], tell: management, aliases: [em]}
  - {id: cto, title: CTO, who: ["group:executives"], tell: management}
notices: {team: incidents, management: management}
rules:
  - {id: late, severities: [sev1], after: 15m, to: manager, because: Nobody acknowledged it for 15 minutes.}
  - {id: long, severities: [sev1], after: 1h, to: cto, unless: over, because: A SEV1 lasts an hour.}
pages: {again_every: 5m, times: 2, quiet_after: 30m, answer_within: 5m}
triggers:
  - {id: breach, title: Data breach, when: Data is seen by the wrong people., who: ["group:executives"]}
"""
SEVERITIES = (Path(__file__).parents[2] / "bot/policy/policies/default/severities.yml").read_text()
PAGED = SEVERITIES.replace('"oncall:primary"', '"group:oncall"')


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", escalation=LEVELS, severities=PAGED, deadlines="deadlines: []")
    async with a_town(tmp_path / "data", policy) as town:
        workspace = town.simulator.workspace
        if workspace.channel_named("management") is None:
            workspace.add_channel("management", members=[town.eli.id], bot=True)
        group(town, "managers", "eli")
        group(town, "executives", "dana")
        yield town


def group(town: Town, handle: str, *people: str) -> None:
    workspace = town.simulator.workspace
    found = workspace.group_named(handle) or workspace.add_group(handle, name=handle, members=[])
    found.users = [getattr(town, name).id for name in people]


def pages(town: Town, name: str) -> list[Message]:
    return [m for m in town.told(getattr(town, name)) if "ack" in acts(m) or "needed" in m.words]


async def called(town: Town) -> list[str]:
    return [call.title for call in (await town.incident()).called]


def scheduled(town: Town) -> list[str]:
    return [one.fields["text"] for one in town.simulator.workspace.scheduled.values()]


async def test_nobody_answers_so_the_manager_is_called_and_then_the_cto(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=14, seconds=50)
    assert await called(town) == []

    await town.later(seconds=15)
    assert await called(town) == ["Engineering Manager"]
    assert "eli" in town.people_in(room)
    [page] = town.told(town.eli)[:1]
    assert "Nobody acknowledged it for 15 minutes" in page.words
    assert "Engineering Manager" in town.words(room)
    assert "checkout is failing" in town.words("management")

    await town.later(minutes=45)
    assert await called(town) == ["Engineering Manager", "CTO"]


async def test_its_channel_learns_of_a_call_whose_people_are_at_work_on_it_already(town: Town) -> None:
    await town.declares("sev1 checkout is failing", town.eli)
    await town.later(minutes=15, seconds=10)

    assert await called(town) == ["Engineering Manager"]
    assert "Nobody acknowledged it for 15 minutes" in town.words("management")
    assert not [m for m in town.told(town.eli) if "You are called because" in m.words]


async def test_an_acknowledgement_stops_what_it_stops(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    await town.says(town.ben, "#general", "/incident ack #1")

    await town.later(minutes=29)
    await town.says(town.ben, "#general", "/incident note #1 still looking")
    await town.later(minutes=29)
    assert await called(town) == []
    await town.later(minutes=2, seconds=30)
    assert await called(town) == ["CTO"]


async def test_pages_repeat_until_somebody_answers_and_then_no_more(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    before = len(town.told(town.chen))
    await town.later(minutes=5, seconds=10)
    assert len(town.told(town.chen)) == before + 1

    await town.says(town.ben, "#general", "/incident ack #1")
    await town.later(minutes=9)
    assert len(town.told(town.chen)) == before + 1


async def test_after_the_last_page_the_room_is_told_that_nobody_answered(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=14)
    assert len(town.told(town.chen)) == 3
    await town.later(minutes=2)
    assert "Nobody answered" in town.words(room)


async def test_an_acknowledgement_that_goes_quiet_is_asked_after_and_lapses(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, "#general", "/incident ack #1")
    await town.later(minutes=30, seconds=30)
    assert (await town.incident()).asked_at is not None

    await town.later(minutes=5)
    assert (await town.incident()).acknowledged_by is None
    assert "has not been heard of" in town.words(room)
    assert "Engineering Manager" in await called(town)


async def test_a_sign_of_life_keeps_the_acknowledgement(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    await town.says(town.ben, "#general", "/incident ack #1")
    await town.later(minutes=25)
    await town.says(town.ben, "#general", "/incident note #1 the database is slow")
    await town.later(minutes=20)
    assert (await town.incident()).asked_at is None


async def test_a_restart_calls_once_and_late(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.muster.stop()
    town.clock.advance(town.clock.now().replace(hour=5))
    for one in list(town.simulator.workspace.scheduled.values()):
        del town.simulator.workspace.scheduled[one.id]  # it would have spoken meanwhile; that is a story of its own
    await town.opens()
    await town.settle()

    assert sorted(await called(town)) == ["CTO", "Engineering Manager"]
    assert "late" in town.words(room)
    await town.later(minutes=30)
    assert sorted(await called(town)) == ["CTO", "Engineering Manager"]


async def test_a_new_severity_brings_its_rules_and_takes_the_old_ones(town: Town) -> None:
    await town.declares("sev2 checkout is failing")
    await town.later(minutes=20)
    assert await called(town) == []

    await town.says(town.ana, "#general", "/incident severity #1 sev1 it spreads")
    assert await called(town) == ["Engineering Manager"]

    await town.says(town.ana, "#general", "/incident severity #1 sev2 it shrinks")
    await town.later(hours=1)
    assert await called(town) == ["Engineering Manager"]


async def test_resolved_nobody_is_called_and_reopened_the_clocks_start_afresh(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident resolve fix it was the cache")
    await town.later(hours=2)
    assert await called(town) == [] and scheduled(town) == []

    await town.says(town.ana, room, "/incident reopen it fails again")
    await town.later(minutes=14)
    assert await called(town) == []
    await town.later(minutes=2)
    assert await called(town) == ["Engineering Manager"]


async def test_slack_itself_speaks_up_when_muster_is_gone(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    [text] = scheduled(town)
    assert text.startswith("#1: Muster may be down.")

    town.let_down = True
    await town.muster.stop()
    due = town.simulator.next_due()
    assert due
    town.clock.advance(due)
    await town.opens()
    assert any(text in m.words for m in town.heard(room))


async def test_while_muster_lives_slack_never_has_to_speak_up(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(hours=3)
    assert not any("may be down" in m.words for m in town.heard(room))
    assert len(scheduled(town)) == 1

    await town.says(town.ana, room, "/incident resolve fix it was the cache")
    assert scheduled(town) == []


async def test_what_was_sent_to_whom_is_on_the_record(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    incident = await town.incident()
    assert {(page.person, page.how, page.failed) for page in incident.pages} == {
        (f"slack:{who.id}", "direct message", "") for who in (town.ben, town.chen, town.dana)
    }
    history = await town.muster.store.facts(incident.id)
    assert sum(isinstance(f.event, facts.Paged) for f in history) == 3


@pytest.mark.parametrize("severity", ["sev1", "sev3"])
async def test_with_all_clocks_of_the_default_policy_slack_is_never_left_to_speak(
    tmp_path: Path, severity: str
) -> None:  # fmt: skip
    async with a_town(tmp_path) as town:
        await town.declares("sev1 checkout is failing") if severity == "sev1" else await town.announces("sev3 slow")
        await town.later(hours=1, minutes=20)
        await town.says(town.ben, "#general", "/incident ack #1")
        await town.says(town.ben, "#general", "/incident update #1 we look at it")
        await town.later(hours=2)
        await town.says(town.ana, "#general", "/incident pause #1 30m the vendor restarts it")
        await town.later(hours=1)
        await town.says(town.ana, "#general", "/incident resolve #1 fix it was the cache")
        await town.later(hours=1)
        assert scheduled(town) == []
