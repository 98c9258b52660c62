"""What release 0.1.0 left in the middle (record.py says what it was) is finished by this one."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator import Channel, Message
from tests.town import NIGHT, Town, a_town, acts
from tests.upgrade.record import DATABASE, WORKSPACE

KEPT = Path(__file__).parent / "0_1_0"
STOPPED = NIGHT + timedelta(minutes=6)


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[Town]:
    """Muster has started on what 0.1.0 left, and Slack asked it to wait some minutes more."""
    with closing(sqlite3.connect(tmp_path / "muster.db")) as file:
        file.executescript(gzip.decompress((KEPT / DATABASE).read_bytes()).decode())
    workspace = tmp_path / "workspace.json"
    workspace.write_bytes(gzip.decompress((KEPT / WORKSPACE).read_bytes()))
    async with a_town(tmp_path, at=STOPPED, workspace=workspace) as town:
        town.let_down = True  # while it may not speak it cannot withdraw what Slack is to say
        yield town
        for number in range(1, 5):
            assert await town.muster.store.verify((await town.incident(number)).id) == []


@pytest.fixture
async def town(started: Town) -> Town:
    """Slack answers again, and what was in flight has come down."""
    await started.later(minutes=12)
    return started


def room(town: Town, name: str) -> Channel:
    return next(room for room in town.rooms() if room.name == name)


def lists(town: Town, where: object) -> list[Message]:
    return [m for m in town.heard(where) if {"checklist:tick", "checklist:untick"} & acts(m)]


def saying(town: Town, where: object, words: str) -> int:
    return sum(words in m.words for m in town.heard(where))


async def test_nothing_waits_any_more_and_no_message_came_twice(town: Town) -> None:
    for number in range(1, 5):
        assert await town.troubles(number) == []
    keys = [str(m.metadata["event_payload"]) for m in town.everything() if m.metadata]
    assert len(set(keys)) == len(keys)


async def test_an_update_whose_answer_was_lost_is_said_once_everywhere(town: Town) -> None:
    for where in (room(town, "inc-1-checkout-is-failing"), "status-updates"):
        assert saying(town, where, "*Update 2*") == 1


async def test_a_role_that_was_given_is_told_to_everybody(town: Town) -> None:
    checkout = room(town, "inc-1-checkout-is-failing")
    assert "dana" in town.people_in(checkout)
    assert (await town.incident(1)).roles == {
        "commander": f"slack:{town.chen.id}",
        "scribe": f"slack:{town.dana.id}",
    }
    assert sum("Scribe" in m.words for m in town.told(town.dana)) == 1


async def test_a_new_severity_gets_its_room_with_one_card_and_one_list(town: Town) -> None:
    reports = room(town, "inc-2-reports-are-late")
    assert "SEV2" in town.card(reports).words
    assert [m.words.splitlines()[0] for m in lists(town, reports)] == ["First minutes: 0 of 7 done."]
    thread = town.heard(await town.announcement(2))
    assert sum("is in its room now" in m.words for m in thread) == 2
    assert saying(town, reports, "customers wait for them") + saying(town, await town.announcement(2), "customers") == 1


async def test_what_was_declared_last_stands_whole(town: Town) -> None:
    search = room(town, "inc-3-search-is-down")
    assert town.people_in(search) == {"ana", "ben", "chen", "dana", "eli"}
    assert len(lists(town, search)) == 1 and len(search.pins) == len(search.bookmarks) == 1
    for person in (town.ana, town.ben, town.chen, town.dana):
        assert sum("search is down" in m.words for m in town.told(person)) == 1
    assert saying(town, search, "Nobody commands") > 0


async def test_what_was_resolved_has_its_postmortem(town: Town) -> None:
    announcement = await town.announcement(4)
    [file] = [m for m in town.files("incidents") if m.thread_ts == announcement.ts]
    assert "the new cache was too small" in town.file(file)


async def test_the_card_says_that_todays_policy_stands_in(town: Town) -> None:
    checkout = room(town, "inc-1-checkout-is-failing")
    await town.says(town.ben, checkout, "/incident note the graphs look better")
    await town.says(town.chen, checkout, "/incident status mitigating")
    assert "*default* stands in for it" in town.card(checkout).words


async def test_it_goes_on_to_its_end(town: Town) -> None:
    checkout = room(town, "inc-1-checkout-is-failing")
    before = len(lists(town, checkout))
    for typed in ("severity sev2 fewer than we thought", "severity sev1 more again", "status monitoring"):
        await town.says(town.chen, checkout, f"/incident {typed}")
    titles = [m.words.splitlines()[0].partition(":")[0] for m in lists(town, checkout)]
    assert (before, titles) == (1, ["First minutes", "Before we call it over"])
    assert len(checkout.bookmarks) == 1

    await town.says(town.chen, checkout, "/incident resolve rollback the release was reverted")
    [file] = town.files(checkout)
    assert "half of the checkouts fail" in town.file(file) and "the release was reverted" in town.file(file)
    assert "Before everyone leaves" in town.checklist(checkout).words


async def test_it_can_be_moved_to_the_policy_of_today(town: Town) -> None:
    checkout = room(town, "inc-1-checkout-is-failing")
    assert "Which severity" in await town.says(town.chen, checkout, "/incident policy adopt because we upgraded")
    await town.says(town.chen, checkout, "/incident policy adopt sev1 because we upgraded")
    assert (await town.incident(1)).policy == town.muster.desk.book.hash
    assert "stands in" not in town.card(checkout).words
    assert len(lists(town, checkout)) == 1 and len(checkout.bookmarks) == 1


async def test_a_page_still_calls_whom_it_was_for_when_the_severity_is_another_by_now(started: Town) -> None:
    await started.says(started.eli, "#general", "/incident severity #3 sev4 nobody uses it at night")
    await started.later(minutes=12)

    assert started.ringing() == []
    for person in (started.ben, started.chen, started.dana):
        assert sum("search is down" in m.words for m in started.told(person)) == 1
