"""Resolved, cancelled, reopened, closed; and the postmortem that follows."""

from __future__ import annotations

import pytest

from bot.simulator import Channel
from tests.town import Town, acts


@pytest.fixture
async def room(town: Town) -> Channel:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    await town.later(minutes=4)
    return room


@pytest.mark.parametrize(
    ("typed", "how"),
    [("rollback the deploy was reverted", "rollback"), ("workaround the cache is off", "workaround"),
     ("fix the pool is bigger", "fix"), ("the pool is bigger", "fix")],
)  # fmt: skip
async def test_it_is_resolved_in_one_line(town: Town, room: Channel, typed: str, how: str) -> None:
    await town.says(town.ben, room, f"/incident resolve {typed}")
    await town.later(seconds=5)

    incident = await town.incident()
    assert incident.over
    assert incident.resolution.how == how
    summary = incident.resolution.summary
    for where in (room, "status-updates"):
        assert summary in town.words(where)
    assert "Resolved" in (await town.announcement()).words
    assert "Resolved" in room.topic.value
    assert summary in town.card(room).words
    assert acts(town.card(room)) >= {"reopen", "postmortem"}


async def test_it_is_resolved_in_a_dialog(town: Town, room: Channel) -> None:
    await town.clicks(town.ben, town.card(room), "Resolve")
    outcome = await town.submits(town.ben, how="rollback", summary="the deploy was reverted")

    assert outcome.ok
    assert (await town.incident()).resolution.how == "rollback"


async def test_without_a_word_on_what_happened_it_asks(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve")
    assert len(town.ben.views) == 1
    assert not (await town.incident()).over

    await town.ben.closes()
    await town.chooses(town.ben, town.card(room), "menu:status", "✅ Resolved")
    assert len(town.ben.views) == 1


async def test_whoever_resolves_second_is_told_who_was_first(town: Town, room: Channel) -> None:
    await town.says(town.dana, room, "/incident resolve")
    await town.says(town.ben, room, "/incident resolve the pool was too small")

    outcome = await town.submits(town.dana, how="fix", summary="me too")
    assert outcome.errors
    assert town.ben.mention in await town.says(town.ana, room, "/incident resolve it was me")
    assert len(town.files(room)) == 1


async def test_the_postmortem_is_a_file_in_the_room_made_from_the_record(town: Town, room: Channel) -> None:
    await town.says(town.chen, room, "/incident ack")
    await town.says(town.ben, room, "/incident update half of the payments work again")
    await town.says(town.ben, room, "/incident note @dana says error:E42: the pool has 5 connections")
    await town.says(town.ben, room, "/incident task later @chen write a runbook")
    await town.says(town.ben, room, "/incident status monitoring it holds")
    await town.later(minutes=7)
    await town.says(town.ben, room, "/incident resolve fix the pool was too small")

    [shared] = town.files(room)
    text = town.file(shared)
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "Summary", "Impact", "Measures", "Roles", "Timeline", "Decisions", "Root cause", "What went well",
        "What could be improved", "Where we got lucky", "Lessons learned", "Action items", "Updates sent",
    ]  # fmt: skip
    for words in (
        "checkout is failing", "the pool was too small", "half of the payments work again", "write a runbook",
        "says error:E42: the pool has 5 connections", "it holds", "Ben", "Chen", "Dana",
    ):  # fmt: skip
        assert words in text
    assert "slack:U" not in text
    assert "<@" not in text


async def test_the_postmortem_can_be_written_again_and_earlier(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident postmortem")
    assert len(town.files(room)) == 1, "also while it is open"

    await town.says(town.ben, room, "/incident resolve the pool was too small")
    await town.says(town.ben, room, "/incident note it was never sized")
    await town.clicks(town.dana, town.card(room), "Postmortem")

    newest = town.files(room)[-1]
    assert len(town.files(room)) == 3
    assert "it was never sized" in town.file(newest)


async def test_a_small_incident_has_its_postmortem_in_its_thread(town: Town) -> None:
    announcement = await town.announces("sev4 an icon is wrong")
    await town.says(town.ben, "#incidents", "/incident resolve drawn anew")
    await town.later(seconds=5)

    [shared] = town.files("incidents")
    assert shared.thread_ts == announcement.ts
    assert "Resolved" in announcement.words
    assert "drawn anew" in town.words(announcement)


async def test_reopened_its_clocks_start_afresh(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve the pool was too small")
    await town.says(town.ben, room, "/incident role commander none")
    await town.later(hours=1)
    spoken = len(town.heard(room))

    told = await town.says(town.dana, room, "/incident reopen it fails again")
    await town.later(seconds=5)

    assert "#1" in told
    incident = await town.incident()
    assert not incident.over
    assert incident.reopened == 1
    assert "it fails again" in town.words(room)
    assert "Investigating" in (await town.announcement()).words
    assert acts(town.card(room)) >= {"resolve", "update"}

    await town.later(minutes=16)
    assert len(town.heard(room)) > spoken + 2, "it asks for a commander and for the update"

    await town.says(town.dana, room, "/incident resolve now it really holds")
    assert "now it really holds" in town.file(town.files(room)[-1])


async def test_it_is_reopened_by_the_button_with_a_reason(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve the pool was too small")
    await town.later(seconds=5)
    await town.clicks(town.dana, town.card(room), "Reopen")
    await town.submits(town.dana, reason="it fails again")

    assert not (await town.incident()).over


async def test_reopened_at_a_graver_severity_it_gets_the_room_it_never_had(town: Town) -> None:
    await town.announces("sev4 an icon is wrong")
    await town.says(town.ana, "#general", "/incident resolve #1 drawn anew")
    await town.says(town.ana, "#general", "/incident severity #1 sev2 it hid the pay button")
    assert town.rooms() == []

    await town.says(town.ana, "#general", "/incident reopen #1 nobody can pay")

    [room] = town.rooms()
    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}


async def test_cancelled_it_was_no_incident(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident cancel it was a planned test")
    await town.later(seconds=5)
    spoken = len(town.heard(room))

    for where in (room, "status-updates"):
        assert "it was a planned test" in town.words(where)
    assert "Cancelled" in (await town.announcement()).words
    assert town.files(room) == []
    await town.later(hours=3)
    assert len(town.heard(room)) == spoken


async def test_closed_after_it_was_resolved(town: Town, room: Channel) -> None:
    assert "resolved" in await town.says(town.ben, room, "/incident status closed")
    await town.says(town.ben, room, "/incident resolve the pool was too small")
    await town.later(seconds=5)

    await town.clicks(town.ben, town.card(room), "Close")
    await town.later(seconds=5)

    assert (await town.incident()).status == "closed"
    assert "Closed" in town.card(room).words


async def test_what_is_over_is_not_acknowledged_nor_commanded(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident cancel it was a planned test")

    for typed in ("ack", "role scribe"):
        assert "reopen" in await town.says(town.dana, room, f"/incident {typed}")
    for page in town.told(town.chen):
        assert "ack" not in acts(page)


async def test_the_pages_of_an_incident_that_is_over_say_so(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve the pool was too small")
    await town.later(seconds=10)

    [page] = town.told(town.chen)
    assert "Resolved" in page.words
    assert acts(page) == set()
