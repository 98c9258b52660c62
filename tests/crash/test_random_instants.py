"""Killed at random instants, several times in one story, with replies lost on top in every second one."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.crash.killers import SIDE_BY_SIDE, at_random, rounds, seed, side_by_side, while_it_runs
from tests.crash.lab import LAG, Lab, Nursery, a_lab
from tests.crash.story import Findings, Tally, findings, tell

KILLS = 200
MOST_IN_A_STORY = 6
#: calls that make something
MAKING = (
    "chat.postMessage", "conversations.create", "conversations.invite", "bookmarks.add", "pins.add", "chat.update",
    "files.completeUploadExternal", "conversations.setTopic", "response_url",
)  # fmt: skip


async def lose_replies(lab: Lab, chance: random.Random) -> None:
    """Now and then a call does not arrive, or its reply does not, and its work is done a little later."""
    while True:
        await asyncio.sleep(chance.uniform(0.05, 0.4))
        lab.simulator.faults.drop(chance.choice(MAKING), before=chance.random() < 0.5, lag=LAG)


async def a_killed_story(lab: Lab, chance: random.Random, drops: bool) -> Findings:
    await lab.begin()
    async with while_it_runs(at_random(lab, chance, 0.02, 0.9, MOST_IN_A_STORY)):
        if drops:
            async with while_it_runs(lose_replies(lab, chance)):
                await tell(lab, chance)
            lab.simulator.faults.clear()
        else:
            await tell(lab, chance)
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
                found = await a_killed_story(lab, random.Random(name), drops=number % 2 == 0)
            tally = tally.with_story(lab, found)
            if found:
                failures.append(f"story {name}:\n{found}")

    await side_by_side([until_enough] * SIDE_BY_SIDE)
    print(f"at random instants: {tally}")
    assert not failures, "\n".join(failures)


async def test_blind_retry_would_double(blind_nursery: Nursery, tmp_path: Path) -> None:
    """The same kills and losses on a Muster that sends again without looking: these tests can fail."""
    first = seed()
    tally = Tally()

    async def one(number: int) -> None:
        nonlocal tally
        name = f"{first}.{number}"
        async with a_lab(blind_nursery, tmp_path / name) as lab:
            found = await a_killed_story(lab, random.Random(name), drops=number % 2 == 0)
        tally = tally.with_story(lab, found)

    await side_by_side([lambda number=n: one(number) for n in range(rounds(12))])  # type: ignore[misc]
    print(f"with blind retry: {tally}")
    assert tally.doubled > 0
