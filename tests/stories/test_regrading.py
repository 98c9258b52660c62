"""A new severity plans everything again, and nothing that ran is lost or done twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import facts
from bot.simulator import Channel, Message
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts

COMMUNICATIONS = """
incidents_channel: incidents
audiences:
  - {channel: status-updates, severities: [sev1, sev2], what: [declared, update, resolved]}
  - {channel: leadership, severities: [sev1], what: [declared]}
  - {channel: incidents, severities: [sev1, sev2], what: [declared]}
bridge: {title: War room call, link: "https://meet.example.com/{{ incident.number }}", severities: [sev1]}
bookmarks:
  - {title: Dashboards, link: "https://grafana.example.com/d/overview"}
  - {title: Fallback, link: "https://wiki.example.com/fallback", severities: [sev1]}
  - {title: Announcement, link: "https://wiki.example.com/announce"}
"""


@pytest.fixture
async def talkative(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "talkative", communications=COMMUNICATIONS)) as town:
        yield town


def reminders(town: Town, room: object) -> list[Message]:
    return [m for m in town.heard(room) if "snooze" in acts(m)]


def titles(room: Channel) -> list[str]:
    return sorted(mark["title"] for mark in room.bookmarks)


# audiences


async def test_audiences_hear_of_it_when_it_is_declared_and_the_incidents_channel_once(talkative: Town) -> None:
    town = talkative
    await town.declares("sev1 checkout is failing")

    for channel in ("status-updates", "leadership"):
        [said] = town.heard(channel)
        assert "checkout is failing" in said.words
    assert len([m for m in town.heard("incidents") if "ack" not in acts(m)]) == 1
    told = [f.event.channel for f in await town.muster.store.facts((await town.incident()).id)
            if isinstance(f.event, facts.AudienceTold)]  # fmt: skip
    assert sorted(told) == ["leadership", "status-updates"]
    assert sorted((await town.incident()).told) == sorted(told)


async def test_a_graver_severity_tells_those_who_did_not_know_and_nobody_twice(talkative: Town) -> None:
    town = talkative
    room = await town.declares("sev2 checkout is failing")
    assert (len(town.heard("status-updates")), len(town.heard("leadership"))) == (1, 0)

    for severity in ("sev1", "sev2", "sev1"):
        await town.says(town.ana, room, f"/incident severity {severity}")
    assert (len(town.heard("status-updates")), len(town.heard("leadership"))) == (1, 1)


async def test_two_changes_in_one_breath_tell_an_audience_once(talkative: Town) -> None:
    town = talkative
    await town.says(town.ana, "#general", "/incident declare sev3 a report is late")
    town.simulator.faults.fail("chat.postMessage", times=1, status=429, retry_after=20)
    for severity in ("sev2", "sev1"):
        await town.says(town.ana, "#general", f"/incident severity #1 {severity}")
    await town.later(minutes=2)

    [room] = town.rooms()
    assert (len(town.heard("status-updates")), len(town.heard("leadership"))) == (1, 1)
    assert titles(room) == ["Announcement", "Dashboards", "Fallback", "War room call"]


# the room


async def test_the_room_says_what_it_is_for(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    assert room.purpose.value == "Response to #1 SEV2 checkout is failing"

    await town.says(town.ana, room, "/incident severity sev1")
    assert room.purpose.value == "Response to #1 SEV1 checkout is failing"


async def test_links_and_the_bridge_of_the_new_severity_join_those_that_are_there(talkative: Town) -> None:
    town = talkative
    room = await town.declares("sev2 checkout is failing")
    assert titles(room) == ["Announcement", "Dashboards"]

    for severity in ("sev1", "sev2", "sev1"):
        await town.says(town.ana, room, f"/incident severity {severity}")
    assert titles(room) == ["Announcement", "Dashboards", "Fallback", "War room call"]
    assert "https://meet.example.com/1" in [mark["link"] for mark in room.bookmarks]


async def test_a_graver_severity_brings_its_people_and_sends_nobody_away(town: Town) -> None:
    await town.announces("sev3 a report is late")
    await town.says(town.eli, "#general", "/incident role #1 commander")
    await town.says(town.ana, "#general", "/incident severity #1 sev1")

    [room] = town.rooms()
    assert town.people_in(room) >= {"ana", "ben", "chen", "dana"}
    await town.says(town.ana, room, "/incident severity sev3")
    assert town.people_in(room) >= {"ana", "ben", "chen", "dana"}


async def test_a_lesser_severity_pages_nobody(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    paged = {p: len(town.told(p)) for p in (town.ben, town.chen, town.dana)}
    await town.says(town.ana, room, "/incident severity sev2")
    assert {p: len(town.told(p)) for p in paged} == paged


# clocks


@pytest.mark.parametrize(
    ("before", "after", "minutes"),
    [("sev1", "sev2", 15), ("sev2", "sev1", 15), ("sev3", "sev2", 30), ("sev4", "sev2", 30), ("sev2", "sev4", 30)],
)
async def test_the_next_update_is_promised_at_the_earlier_of_both(
    town: Town, before: str, after: str, minutes: int
) -> None:
    await town.says(town.ana, "#general", f"/incident declare {before} checkout is failing")
    at = town.clock.now()
    await town.says(town.ana, "#general", f"/incident severity #1 {after}")

    assert (await town.incident()).next_update == at + timedelta(minutes=minutes)


async def test_a_graver_one_late_in_the_hour_counts_from_now_unless_sooner_was_promised(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    promised = (await town.incident()).next_update
    await town.later(minutes=20)
    await town.says(town.ana, room, "/incident severity sev1")

    assert (await town.incident()).next_update == promised


async def test_a_missed_update_goes_on_being_asked_for_as_it_was(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ana, room, "/incident role commander")
    await town.later(minutes=36)
    asked = len(reminders(town, room))
    await town.says(town.ana, room, "/incident severity sev1")
    assert len(reminders(town, room)) == asked, "nothing begins from the start"

    await town.later(minutes=5)
    assert len(reminders(town, room)) == asked + 1


async def test_a_snoozed_reminder_stays_put_off_until_its_time(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident role commander")
    await town.later(minutes=11)
    await town.says(town.ana, room, "/incident snooze")
    asked = len(reminders(town, room))
    await town.says(town.ana, room, "/incident severity sev2")
    await town.later(minutes=9)
    assert len(reminders(town, room)) == asked
    await town.later(minutes=2)
    assert len(reminders(town, room)) == asked + 1


async def test_the_prompt_for_a_commander_comes_no_later_than_it_would_have(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=1)
    await town.says(town.ana, room, "/incident severity sev2")
    await town.later(minutes=1, seconds=5)

    asked = [m for m in town.heard(room) if "role:take" in acts(m) and "menu:severity" not in acts(m)]
    assert len(asked) == 1
