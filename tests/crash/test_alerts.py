"""Monitoring speaks, and Muster is killed: around each call that only this story makes, and around each delivery."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.simulator.calls import Call
from tests.crash.alerts_story import NEW, TOLD, Moment, Teller, left, tell
from tests.crash.findings import Tally, named
from tests.crash.killers import AtCall, Point, points, rounds, seed, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab

#: a kill may take with it the answer to a button, or leave an edit nothing to say
MOST_UNREACHED = 0.05
#: points in one story, which are not near each other
TOGETHER = 3
#: how often for each moment of a delivery
TIMES: dict[Moment, int] = {"sent": 2, "kept": 3, "answered": 1}
DELIVERIES = 3
#: how often more, until a kill falls between the opening of the incident and the answer
MORE = 6


async def unkilled(nursery: Nursery, folder: Path) -> list[Point]:
    async with a_lab(nursery, folder, TOLD.policy) as lab:
        names: dict[Call, str] = {}

        def hook(call: Call, phase: str) -> None:
            names.setdefault(call, named(lab, call))

        lab.simulator.on_call.append(hook)
        teller = Teller(lab, random.Random(0))
        await lab.begin()
        await tell(lab, teller)
        found = await left(lab)
        assert not found, found
        return [p for p in points(lab.simulator.calls, names.__getitem__) if (p.call, p.nth) in NEW]


async def test_kill_around_every_call_that_alerts_bring(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled")
    assert {(point.call, point.nth) for point in todo} == NEW
    chance, tally = random.Random(seed()), Tally()
    unreached: list[str] = []
    failures: list[str] = []

    async def one(group: Sequence[Point]) -> None:
        nonlocal tally
        async with a_lab(nursery, tmp_path / str(group[0]), TOLD.policy) as lab:
            teller, killers = Teller(lab, chance), [AtCall(lab, point, chance, naming(lab)) for point in group]
            await lab.begin()
            await tell(lab, teller)
            found = await left(lab)
            tally = tally.with_story(lab, found)
            unreached.extend(str(point) for point, killer in zip(group, killers, strict=True) if not killer.reached)
            if found:
                failures.append(f"{', '.join(map(str, group))}:\n{found}")

    apart = -(-len(todo) // TOGETHER)
    await side_by_side([lambda n=n: one(todo[n::apart]) for n in range(apart)])  # type: ignore[misc]
    print(f"around calls of alerts: {len(todo)} points, {len(unreached)} not reached; {tally}")
    assert not failures, "\n".join(failures)
    assert len(unreached) <= MOST_UNREACHED * len(todo), unreached


def naming(lab: Lab) -> Callable[[Call], str]:
    return lambda call: named(lab, call)


async def test_kill_around_every_delivery_of_alerts(nursery: Nursery, tmp_path: Path) -> None:
    """Sent again when it was not answered: no alert is lost, and none opens a second incident."""
    chance, tally, unanswered, failures = random.Random(seed()), Tally(), Counter[int](), []

    async def one(moment: Moment, number: int) -> None:
        nonlocal tally
        async with a_lab(nursery, tmp_path / f"{moment} {number}", TOLD.policy) as lab:
            teller = Teller(lab, chance, moment)
            await lab.begin()
            await tell(lab, teller)
            found = await left(lab)
            assert lab.kills == DELIVERIES
            unanswered.update(teller.unanswered)
            tally = tally.with_story(lab, found)
            if found:
                failures.append(f"{moment}:\n{found}")

    todo = [(moment, n) for moment, times in TIMES.items() for n in range(rounds(times))]
    await side_by_side([lambda m=m, n=n: one(m, n) for m, n in todo], at_once=3)  # type: ignore[misc]
    for number in range(MORE):
        if not unanswered[1]:
            await one("kept", len(todo) + number)
    print(f"around deliveries of alerts: {tally}; {unanswered.total()} kept and not answered")
    assert not failures, "\n".join(failures)
    assert unanswered[1] > 0, "no kill came between the opening of the incident and its answer; nothing was shown"
