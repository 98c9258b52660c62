"""Killed before, during and after each call that the unkilled story makes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from tests.crash.diagnosis_story import DIAGNOSED, LOOKED
from tests.crash.findings import Tally, findings, named
from tests.crash.killers import AtCall, Name, Point, method, points, seed, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab
from tests.crash.long_story import LONG, NEW
from tests.crash.story import SHORT, Story, tell

#: The order of calls that go out side by side changes, and edits melt into one: some points exist in one run only.
MOST_UNREACHED = 0.15

#: what a call is called in that lab
Naming = Callable[[Lab], Name]


async def unkilled(nursery: Nursery, folder: Path, story: Story, naming: Naming) -> list[Point]:
    async with a_lab(nursery, folder, story.policy) as lab:
        names, name = {}, naming(lab)
        lab.simulator.on_call.append(lambda call, phase: names.setdefault(call, name(call)) and None)
        await lab.begin()
        await tell(lab, story)
        found = await findings(lab, story)
        assert not found, found
        return points(lab.simulator.calls, names.__getitem__)


async def kill_at_each(
    nursery: Nursery, folder: Path, story: Story, todo: Iterable[Point], naming: Naming
) -> None:  # fmt: skip
    """The story once for each point."""
    chance, todo = random.Random(seed()), list(todo)
    tally, unreached, failures = Tally(), [], []

    async def one(point: Point) -> None:
        nonlocal tally
        async with a_lab(nursery, folder / str(point), story.policy) as lab:
            killer = AtCall(lab, point, chance, naming(lab))
            await lab.begin()
            await tell(lab, story)
            found = await findings(lab, story)
            tally = tally.with_story(lab, found)
            if not killer.reached:
                unreached.append(str(point))
            if found:
                failures.append(f"{point}:\n{found}")

    await side_by_side([lambda point=point: one(point) for point in todo])  # type: ignore[misc]
    print(f"around every call: {len(todo)} points, {len(unreached)} not reached; {tally}")
    assert not failures, "\n".join(failures)
    assert len(unreached) <= MOST_UNREACHED * len(todo), unreached


def by_method(lab: Lab) -> Name:
    return method


def by_what(lab: Lab) -> Name:
    return partial(named, lab)


async def test_kill_around_every_call(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled", SHORT, by_method)
    await kill_at_each(nursery, tmp_path, SHORT, todo, by_method)


async def test_kill_around_every_call_that_other_policies_bring(nursery: Nursery, tmp_path: Path) -> None:
    there = await unkilled(nursery, tmp_path / "unkilled", LONG, by_what)
    todo = [point for point in there if (point.call, point.nth) in NEW]
    assert {(point.call, point.nth) for point in todo} == NEW
    await kill_at_each(nursery, tmp_path, LONG, todo, by_what)


async def test_kill_around_every_call_of_a_diagnosis(nursery: Nursery, tmp_path: Path) -> None:
    there = await unkilled(nursery, tmp_path / "unkilled", DIAGNOSED, by_what)
    todo = [point for point in there if (point.call, point.nth) in LOOKED]
    assert {(point.call, point.nth) for point in todo} == LOOKED
    await kill_at_each(nursery, tmp_path, DIAGNOSED, todo, by_what)
