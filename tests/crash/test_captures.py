"""People mark messages, and Muster is killed: around each call that this brings, and around each event."""

from __future__ import annotations

import random
from pathlib import Path

from tests.crash.around import Tale, kill_around, unkilled
from tests.crash.captures_story import BROUGHT, EVENTS, AtEvent, left, tell
from tests.crash.findings import Tally
from tests.crash.killers import Point, rounds, seed, side_by_side
from tests.crash.lab import Nursery, a_lab

#: how often for each event
TIMES = 2


def brought(point: Point) -> bool:
    return any(point.call.endswith(each) for each in BROUGHT)


MARKS = Tale("of marks", lambda lab, chance: tell(lab), left, brought, together=3, unreached=0.1)


async def test_kill_around_every_call_that_marks_bring(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled", MARKS)
    assert {each for each in BROUGHT if any(point.call.endswith(each) for point in todo)} == set(BROUGHT)
    await kill_around(nursery, tmp_path, MARKS, todo)


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
