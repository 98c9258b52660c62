"""An incident keeps the policy it was opened under, until somebody decides otherwise."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Stage
from bot.simulator import Channel, Message
from bot.workflows import adopt
from bot.workflows.desk import Gesture
from tests.stories.policies import DEFAULT, a_policy, priorities
from tests.town import Town, a_town, acts

HURRIED = "severities: {sev1: {update_every: 6m, remind_before: 1m}}"


def reminders(town: Town, room: object) -> list[Message]:
    return [m for m in town.heard(room) if "snooze" in acts(m)]


async def moves_to(town: Town, policy: str) -> None:
    town.runs_under(policy)
    await town.restarts()


async def test_another_policy_at_the_next_start_moves_no_clock_of_what_runs(town: Town, tmp_path: Path) -> None:
    old = await town.declares("sev1 checkout is failing")
    await moves_to(town, a_policy(tmp_path / "hurried", cadence=HURRIED))
    new = await town.declares("sev1 search is failing")

    await town.later(minutes=6)
    assert (len(reminders(town, old)), len(reminders(town, new))) == (0, 2)

    await town.says(town.ana, old, "/incident update half of it works")
    promised = (await town.incident(1)).next_update
    assert promised == town.clock.now() + timedelta(minutes=15)


async def test_edited_files_change_only_what_is_opened_after_them(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "ours", cadence=HURRIED)
    async with a_town(tmp_path / "data", policy) as town:
        old = await town.declares("sev1 checkout is failing")
        a_policy(tmp_path / "ours", cadence=HURRIED.replace("6m", "30m"))
        await town.restarts()
        new = await town.declares("sev1 search is failing")
        await town.later(minutes=7)

        assert (len(reminders(town, old)), len(reminders(town, new))) == (2, 0)


async def test_each_speaks_in_its_own_words(town: Town, tmp_path: Path) -> None:
    old = await town.declares("sev1 checkout is failing")
    await moves_to(town, priorities(tmp_path / "other"))
    new = await town.declares("p1 search is failing")

    assert "no status" in await town.says(town.ana, old, "/incident status looking")
    assert "no status" in await town.says(town.ana, new, "/incident status investigating")
    assert "SEV2" in await town.says(town.ana, old, "/incident severity sev2")
    assert "P2" in await town.says(town.ana, new, "/incident severity p2")
    told = await town.says(town.ana, "#general", "/incident list")
    assert "SEV2" in told and "P2" in told
    assert "Investigating" in town.card(old).words and "Looking" in town.card(new).words

    await town.says(town.ana, old, "/incident resolve rollback the deploy was reverted")
    await town.says(town.ana, old, "/incident reopen it fails again")
    assert (await town.incident(1)).status == "investigating"
    assert await town.troubles(1) == []


async def test_its_announcement_stays_in_its_own_channel_though_muster_restarts_before_it(
    town: Town, tmp_path: Path
) -> None:
    town.simulator.faults.fail("chat.postMessage", times=1, status=429, retry_after=30)
    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await moves_to(town, a_policy(tmp_path / "moved", communications="incidents_channel: elsewhere"))
    await town.later(minutes=2)

    assert town.heard("elsewhere") == []
    assert (await town.announcement()).channel == town.simulator.workspace.find("incidents").id
    assert any(town.ben.mention in m.words for m in town.heard("incidents"))


# a policy that cannot be read


@pytest.fixture
async def stranded(town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Channel:
    """The room of an incident whose kept policy is of no use to this release."""
    caplog.set_level(logging.WARNING, "bot")
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    with closing(sqlite3.connect(tmp_path / "muster.db")) as file:
        file.execute("""UPDATE policies SET layers = '[{"name":"gone","files":{"severities.yml":"nothing: here"}}]'""")
        file.commit()
    await moves_to(town, priorities(tmp_path / "other"))
    return room


async def test_todays_policy_stands_in_for_one_that_cannot_be_read_and_people_see_it(
    town: Town, stranded: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    told = await town.says(town.ana, stranded, "/incident status")

    assert "cannot be read" in told and "other" in told and "/incident policy adopt" in told
    assert [r for r in caplog.records if getattr(r, "action", "") == "policy.unreadable"]


async def test_nothing_stops_while_it_stands_in(town: Town, stranded: Channel) -> None:
    for typed in ("ack", "update we are on it", "list", "timeline", "status mitigating", "severity p1",
                  "task write it up", "note it spreads", "checklist", "role", "snooze"):  # fmt: skip
        told = await town.says(town.ana, stranded, f"/incident {typed}")
        assert "could not" not in told, typed
    await town.later(hours=2)
    await town.says(town.ben, stranded, "/incident resolve fix it holds")
    await town.says(town.ben, stranded, "/incident reopen it does not")
    await town.says(town.ana, stranded, "/incident cancel a test")

    incident = await town.incident()
    assert (incident.severity, incident.stage) == ("p1", Stage.CANCELLED)
    assert await town.troubles() == []


async def test_an_unknown_status_behaves_like_the_first_of_its_stage(town: Town, stranded: Channel) -> None:
    assert (await town.incident()).status == "investigating"
    await town.says(town.ben, stranded, "/incident resolve fix it holds")
    assert (await town.incident()).stage is Stage.RESOLVED


# adopting


async def adopts(town: Town, severity: str | None, status: str | None = None) -> str:
    incident = await town.incident()
    gesture = Gesture(incident.declared_by, town.clock.now(), f"{severity} {status}")
    answer = await adopt.adopt(town.muster.desk, gesture, incident.id, severity, status)
    await town.settle()
    return answer.text


async def test_a_newer_version_of_the_policy_is_adopted_in_one_word(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "ours")
    async with a_town(tmp_path / "data", policy) as town:
        room = await town.declares("sev2 checkout is failing")
        await town.says(town.ben, room, "/incident status mitigating")
        a_policy(tmp_path / "ours", cadence="severities: {sev2: {update_every: 10m}}")
        await town.restarts()
        told = await adopts(town, None)
        incident = await town.incident()

        assert "ours" in told
        assert (incident.severity, incident.status) == ("sev2", "mitigating")
        assert any("ours" in m.words and town.ana.mention in m.words for m in town.heard(room))
        assert "already" in await town.says(town.ana, room, "/incident policy adopt sev2")
        await town.later(minutes=6)
        assert len(reminders(town, room)) == 1


async def test_another_policy_asks_which_severity_it_is_and_finds_the_status_by_its_stage(
    town: Town, tmp_path: Path
) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident status monitoring")
    await moves_to(town, priorities(tmp_path / "other"))

    with pytest.raises(Refused, match="p1, p2, p3, p4"):
        await adopts(town, None)
    with pytest.raises(Refused, match=r"no severity \*sev2\*"):
        await adopts(town, "sev2")
    with pytest.raises(Refused, match="looking, identified"):
        await adopts(town, "p1", "resolved")

    await town.says(town.ana, room, "/incident policy adopt p1 it is as grave as that")
    adopted = await town.incident()
    assert (adopted.severity, adopted.status, adopted.stage) == ("p1", "monitoring", Stage.MITIGATED)
    assert adopted.policy == town.muster.desk.book.hash
    history = await town.muster.store.facts(adopted.id)
    [event] = [fact.event for fact in history if isinstance(fact.event, facts.PolicyAdopted)]
    assert (event.name, event.reason) == ("other", "it is as grave as that")
    await town.later(seconds=5)
    assert "P1" in town.card(room).words
    assert town.people_in(room) >= {"dana"}


async def test_an_active_incident_begins_where_the_new_policy_starts(town: Town, tmp_path: Path) -> None:
    room = await town.declares("sev2 checkout is failing")
    await moves_to(town, priorities(tmp_path / "other"))
    await town.says(town.ana, room, "/incident policy adopt p2")
    assert (await town.incident()).status == "looking"

    assert "already" in await town.says(town.ana, room, "/incident policy adopt p2")


async def test_the_dialog_asks_in_the_words_of_the_new_policy(town: Town, tmp_path: Path) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident role tech")
    await moves_to(town, priorities(tmp_path / "other"))
    await town.says(town.ana, room, "/incident policy adopt")

    outcome = await town.submits(town.ana, severity="p3", status="identified", reason="we moved house")
    incident = await town.incident()
    assert not outcome.errors
    assert (incident.severity, incident.status) == ("p3", "identified")
    assert incident.room, "the room stays, though p3 needs none"
    assert incident.roles, "who holds a role holds it still"


async def test_what_was_promised_stays_promised(town: Town, tmp_path: Path) -> None:
    room = await town.declares("sev1 checkout is failing")
    promised = (await town.incident()).next_update
    await moves_to(town, priorities(tmp_path / "other"))
    await town.later(minutes=1)
    await town.says(town.ana, room, "/incident policy adopt p3")

    assert (await town.incident()).next_update == promised


NEW_CHANNELS = """
incidents_channel: elsewhere
audiences:
  - {channel: incidents, severities: [sev1], what: [declared]}
  - {channel: status-updates, severities: [sev1], what: [declared]}
"""


async def test_a_policy_with_another_incidents_channel_does_not_announce_twice_in_the_old_one(
    town: Town, tmp_path: Path
) -> None:
    room = await town.declares("sev1 checkout is failing")
    before = town.heard("incidents")
    await moves_to(town, a_policy(tmp_path / "moved", communications=NEW_CHANNELS))
    await town.says(town.ana, room, "/incident policy adopt sev1")

    assert town.heard("incidents") == before
    assert "checkout is failing" in town.words("status-updates")


async def test_a_newer_version_wakes_nobody_for_a_severity_that_stays(town: Town, tmp_path: Path) -> None:
    await moves_to(town, a_policy(tmp_path / "ours", severities=severities(0, 1, 2, 3)))
    room = await town.declares("sev2 checkout is failing")
    woken = [len(town.told(person)) for person in (town.ben, town.chen)]
    a_policy(tmp_path / "ours", severities=severities(1, 2, 3, 0))
    await town.restarts()
    await town.says(town.ana, room, "/incident policy adopt because it ranks them anew")

    assert (await town.incident()).policy == town.muster.desk.book.hash
    assert [len(town.told(person)) for person in (town.ben, town.chen)] == woken == [1, 1]


def severities(*order: int) -> str:
    """Those of the default, ranked anew."""
    known = yaml.safe_load((DEFAULT / "severities.yml").read_text())
    return yaml.safe_dump({**known, "severities": [known["severities"][n] for n in order]})


async def test_an_ended_incident_keeps_the_policy_it_ended_under(town: Town, tmp_path: Path) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ana, room, "/incident resolve fix it holds")
    await moves_to(town, priorities(tmp_path / "other"))

    assert "over" in await town.says(town.ana, room, "/incident policy adopt p2")
    assert (await town.incident()).severity == "sev2"
    assert "Resolved" in await town.says(town.ana, room, "/incident status")
