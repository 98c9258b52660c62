"""Killed before, during and after each call that the unkilled story makes."""

from __future__ import annotations

import random
from pathlib import Path

from tests.crash.killers import AtCall, Point, points, seed, side_by_side
from tests.crash.lab import Nursery, a_lab
from tests.crash.story import Tally, findings, tell

#: The order of calls that go out side by side changes, and edits melt into one: some points exist in one run only.
MOST_UNREACHED = 0.15


async def unkilled(nursery: Nursery, folder: Path) -> list[Point]:
    async with a_lab(nursery, folder) as lab:
        await lab.begin()
        await tell(lab)
        found = await findings(lab)
        assert not found, found
        return points(lab.simulator.calls)


async def test_kill_around_every_call(nursery: Nursery, tmp_path: Path) -> None:
    chance = random.Random(seed())
    todo = await unkilled(nursery, tmp_path / "unkilled")
    tally, unreached, failures = Tally(), [], []

    async def one(point: Point) -> None:
        nonlocal tally
        async with a_lab(nursery, tmp_path / str(point)) as lab:
            killer = AtCall(lab, point, chance)
            await lab.begin()
            await tell(lab)
            found = await findings(lab)
            tally = tally.with_story(lab, found)
            if not killer.reached:
                unreached.append(str(point))
            if found:
                failures.append(f"{point}:\n{found}")

    await side_by_side([lambda point=point: one(point) for point in todo])  # type: ignore[misc]
    print(f"around every call: {len(todo)} points, {len(unreached)} not reached; {tally}")
    assert not failures, "\n".join(failures)
    assert len(unreached) <= MOST_UNREACHED * len(todo), unreached
