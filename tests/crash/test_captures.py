"""People mark messages, and Muster is killed: around each call that this brings, and around each event."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.simulator.calls import Call
from tests.crash.captures_story import BROUGHT, EVENTS, AtEvent, left, tell
from tests.crash.findings import Tally, named
from tests.crash.killers import AtCall, Point, points, rounds, seed, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab

MOST_UNREACHED = 0.1
#: points in one story, which are not near each other
TOGETHER = 3
#: how often for each event
TIMES = 2


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
        every = points(lab.simulator.calls, names.__getitem__)
        return [point for point in every if any(point.call.endswith(brought) for brought in BROUGHT)]


async def test_kill_around_every_call_that_marks_bring(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled")
    assert {brought for brought in BROUGHT if any(p.call.endswith(brought) for p in todo)} == set(BROUGHT)
    chance, tally = random.Random(seed()), Tally()
    unreached: list[str] = []
    failures: list[str] = []

    async def one(group: Sequence[Point]) -> None:
        nonlocal tally
        async with a_lab(nursery, tmp_path / str(group[0]).replace(" ", "-")) as lab:
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
    print(f"around calls of marks: {len(todo)} points, {len(unreached)} not reached; {tally}")
    assert not failures, "\n".join(failures)
    assert len(unreached) <= MOST_UNREACHED * len(todo), unreached


async def test_kill_around_every_event_about_a_mark(nursery: Nursery, tmp_path: Path) -> None:
    """Slack sends again what was not acknowledged: no mark is lost, and none counts twice."""
    chance, tally, reached, failures = random.Random(seed()), Tally(), 0, []

    async def one(nth: int, time: int) -> None:
        nonlocal tally, reached
        async with a_lab(nursery, tmp_path / f"{nth}-{time}") as lab:
            killer = AtEvent(lab, nth, chance)
            await lab.begin()
            await tell(lab)
            found = await left(lab)
            reached += killer.reached
            tally = tally.with_story(lab, found)
            if found:
                failures.append(f"event {nth}:\n{found}")

    todo = [(nth, time) for nth in range(1, EVENTS) for time in range(rounds(TIMES))]
    await side_by_side([lambda n=n, t=t: one(n, t) for n, t in todo], at_once=3)  # type: ignore[misc]
    print(f"around events about marks: {tally}")
    assert not failures, "\n".join(failures)
    assert reached == len(todo)
