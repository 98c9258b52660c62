"""Muster is killed around each call by which incidents are merged, roles handed over, rooms renamed and archived."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.simulator.calls import Call
from tests.crash.findings import Tally, named
from tests.crash.killers import AtCall, Point, points, seed, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab
from tests.crash.rooms_story import BROUGHT, left, tell

#: a kill may leave a look-up nothing to find
MOST_UNREACHED = 0.05
#: points in one story, which are not near each other
TOGETHER = 4


def naming(lab: Lab) -> Callable[[Call], str]:
    return lambda call: named(lab, call)


async def unkilled(nursery: Nursery, folder: Path) -> list[Point]:
    async with a_lab(nursery, folder) as lab:
        names: dict[Call, str] = {}

        def hook(call: Call, phase: str) -> None:
            names.setdefault(call, named(lab, call))

        lab.simulator.on_call.append(hook)
        await lab.begin()
        await tell(lab)
        found = await left(lab)
        assert not found, found
        return [point for point in points(lab.simulator.calls, names.__getitem__) if point.call in BROUGHT]


async def test_kill_around_every_call_about_rooms(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled")
    assert {point.call for point in todo} == BROUGHT
    chance, tally = random.Random(seed()), Tally()
    unreached: list[str] = []
    failures: list[str] = []

    async def one(group: Sequence[Point]) -> None:
        nonlocal tally
        async with a_lab(nursery, tmp_path / str(group[0])) as lab:
            killers = [AtCall(lab, point, chance, naming(lab)) for point in group]
            await lab.begin()
            await tell(lab)
            found = await left(lab)
            tally = tally.with_story(lab, found)
            unreached.extend(str(point) for point, killer in zip(group, killers, strict=True) if not killer.reached)
            if found:
                failures.append(f"{', '.join(map(str, group))}:\n{found}")

    apart = -(-len(todo) // TOGETHER)
    await side_by_side([lambda n=n: one(todo[n::apart]) for n in range(apart)])  # type: ignore[misc]
    print(f"around calls about rooms: {len(todo)} points, {len(unreached)} not reached; {tally}")
    assert not failures, "\n".join(failures)
    assert len(unreached) <= MOST_UNREACHED * len(todo), unreached
