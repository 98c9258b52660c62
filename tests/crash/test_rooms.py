"""Muster is killed around each call by which incidents are merged, roles handed over, rooms renamed and archived."""

from __future__ import annotations

from pathlib import Path

from tests.crash.around import Tale, kill_around, unkilled
from tests.crash.lab import Nursery
from tests.crash.rooms_story import BROUGHT, left, tell

ROOMS = Tale(
    "about rooms", lambda lab, chance: tell(lab), left, lambda point: point.call in BROUGHT, together=4, unreached=0.05
)


async def test_kill_around_every_call_about_rooms(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled", ROOMS)
    assert {point.call for point in todo} == BROUGHT
    await kill_around(nursery, tmp_path, ROOMS, todo)
