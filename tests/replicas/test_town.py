"""The whole bot on PostgreSQL, told as stories on a stopped clock are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.town import Town, a_town


@pytest.fixture
async def town(postgres: Server, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path, database=postgres.database()) as town:
        yield town


async def test_an_incident_is_opened_led_told_and_resolved(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.everything_stands()
    await town.says(town.chen, room, "/incident role commander")
    await town.restarts()
    await town.says(town.chen, room, "/incident update half of the checkouts fail")
    assert "half of the checkouts fail" in town.words("status-updates")
    await town.later(hours=2)
    await town.says(town.chen, room, "/incident resolve rollback the release was reverted")
    [file] = town.files(room)
    assert "the release was reverted" in town.file(file)
    assert await town.muster.store.verify((await town.incident()).id) == []


async def test_what_slack_refused_and_what_was_under_way_at_a_restart_is_done_once(town: Town) -> None:
    town.simulator.faults.drop("chat.postMessage")
    town.simulator.faults.fail("pins.add", times=2, status=429, retry_after=30)
    await town.declares("sev1 checkout is failing")
    await town.restarts()
    await town.later(minutes=2)
    await town.everything_stands()
    await town.repeats(town.ana)
    assert len(town.rooms()) == 1
