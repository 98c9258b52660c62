"""Killed at random instants, several times in one story, with replies lost on top in every second one."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

from tests.crash.findings import Findings, Tally, findings
from tests.crash.killers import CHANGING, SIDE_BY_SIDE, at_random, rounds, seed, side_by_side, while_it_runs
from tests.crash.lab import LAG, Lab, Nursery, a_lab
from tests.crash.story import tell

KILLS = 200
MOST_IN_A_STORY = 6
LOSSES_IN_A_STORY = 8
BLIND_STORIES = 12
LONGEST_LIFE = 0.9
FIRST_START = 0.12
#: An edit whose reply was lost is made again at once. Were it to land after that, it could cover a newer one.
NOT_LATE = {"chat.update", "conversations.setTopic"}


async def lose_replies(lab: Lab, chance: random.Random) -> None:
    """Now and then a call does not arrive, or its reply does not, and its work is done a little later."""
    for _ in range(LOSSES_IN_A_STORY):
        await asyncio.sleep(chance.uniform(0.05, 0.4))
        method = chance.choice(CHANGING)
        lag = 0.0 if method in NOT_LATE else LAG
        lab.simulator.faults.drop(method, before=chance.random() < 0.5, lag=lag)


async def a_killed_story(lab: Lab, chance: random.Random, number: int) -> Findings:
    """Every second one loses replies too, every third one dies while it makes its database."""
    first = FIRST_START if number % 3 == 0 else None
    async with while_it_runs(at_random(lab, chance, LONGEST_LIFE, MOST_IN_A_STORY, first)):
        await lab.begin()
        if number % 2 == 0:
            async with while_it_runs(lose_replies(lab, chance)):
                await tell(lab, chance=chance)
            lab.simulator.faults.clear()
        else:
            await tell(lab, chance=chance)
    await lab.at_rest()
    return await findings(lab)


async def test_random_instants(nursery: Nursery, tmp_path: Path) -> None:
    first = seed()
    tally, failures, number = Tally(), [], 0

    async def until_enough() -> None:
        nonlocal tally, number
        while tally.kills < rounds(KILLS):
            number += 1
            name = f"{first}.{number}"
            async with a_lab(nursery, tmp_path / name) as lab:
                found = await a_killed_story(lab, random.Random(name), number)
            tally = tally.with_story(lab, found)
            if found:
                failures.append(f"story {name}:\n{found}")

    await side_by_side([until_enough] * SIDE_BY_SIDE)
    print(f"at random instants: {tally}")
    assert not failures, "\n".join(failures)


async def test_blind_retry_would_double(blind_nursery: Nursery, tmp_path: Path) -> None:
    """The same kills and losses on a Muster that sends again without looking: these tests can fail."""
    first = seed()
    tally, doubled = Tally(), Counter[str]()

    async def one(number: int) -> None:
        nonlocal tally
        name = f"{first}.{number}"
        async with a_lab(blind_nursery, tmp_path / name) as lab:
            found = await a_killed_story(lab, random.Random(name), number)
        tally = tally.with_story(lab, found)
        doubled.update(found.doubled)

    await side_by_side([lambda number=n: one(number) for n in range(rounds(BLIND_STORIES))])  # type: ignore[misc]
    print(f"with blind retry: {tally}; {dict(doubled.most_common(4))}")
    assert tally.doubled > 0
