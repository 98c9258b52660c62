"""Muster is killed around each call by which an incident disappears from public sight."""

from __future__ import annotations

from pathlib import Path

from tests.crash.around import Tale, kill_around, unkilled
from tests.crash.lab import Nursery
from tests.crash.restricted_story import brought, left, tell

RESTRICTED = Tale("of restricting", lambda lab, chance: tell(lab), left, brought, together=3, unreached=0.1)


async def test_kill_around_every_call_of_restricting(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled", RESTRICTED)
    assert {"conversations.create", "conversations.rename", "chat.postMessage seclude farewell"} <= {
        point.call for point in todo
    }
    await kill_around(nursery, tmp_path, RESTRICTED, todo)
