"""Monitoring speaks, and Muster is killed: around each call that only this story makes, and around each delivery."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from tests.crash.alerts_story import NEW, TOLD, Moment, Teller, left, tell
from tests.crash.around import Tale, kill_around, unkilled
from tests.crash.findings import Tally
from tests.crash.killers import rounds, seed, side_by_side
from tests.crash.lab import Nursery, a_lab

#: how often for each moment of a delivery
TIMES: dict[Moment, int] = {"sent": 2, "kept": 3, "answered": 1}
DELIVERIES = 3
#: how often more, until a kill falls between the opening of the incident and the answer
MORE = 6


ALERTS = Tale(
    "of alerts", lambda lab, chance: tell(lab, Teller(lab, chance)), left, lambda p: (p.call, p.nth) in NEW,
    together=3, unreached=0.05, policy=TOLD.policy,
)  # fmt: skip


async def test_kill_around_every_call_that_alerts_bring(nursery: Nursery, tmp_path: Path) -> None:
    todo = await unkilled(nursery, tmp_path / "unkilled", ALERTS)
    assert {(point.call, point.nth) for point in todo} == NEW
    await kill_around(nursery, tmp_path, ALERTS, todo)


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
