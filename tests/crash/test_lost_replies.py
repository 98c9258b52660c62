"""Nobody is killed; the first reply of each method is lost in each of the ways in which replies get lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store import Store
from bot.simulator.faults import Faults
from tests.crash.findings import Findings, Tally, findings, look_at_surfaces, ours
from tests.crash.killers import CHANGING, side_by_side
from tests.crash.lab import LAG, Nursery, a_lab
from tests.crash.story import SHORT, tell

WAYS: dict[str, Callable[[Faults, str], None]] = {
    "never arrives": lambda faults, method: faults.drop(method, before=True),
    "is done later": lambda faults, method: faults.drop(method, lag=LAG),
    "is done, never answered": lambda faults, method: faults.hang(method),
    "is done, answered fatal_error": lambda faults, method: faults.fail(method, do_work=True),
    "is refused with HTTP 503": lambda faults, method: faults.fail(method, status=503),
}
#: for calls that only read, all ways are one
READING = ("never arrives",)
#: replies that are lost in one story, of methods that are not called together
TOGETHER = 2


async def test_first_reply_of_each_method_lost(nursery: Nursery, tmp_path: Path) -> None:
    async with a_lab(nursery, tmp_path / "whole") as lab:
        await lab.begin()
        await tell(lab)
        methods = {call.method for call in lab.simulator.calls}
    tally, failures = Tally(), []

    async def one(lost: Sequence[tuple[str, str]]) -> None:
        nonlocal tally
        said = ", ".join(f"{method} {way}" for method, way in lost)
        async with a_lab(nursery, tmp_path / said.replace(" ", "-")) as lab:
            for method, way in lost:
                WAYS[way](lab.simulator.faults, method)
            await lab.begin()
            await tell(lab)
            found = await findings(lab)
            tally = tally.with_story(lab, found)
            if found:
                failures.append(f"{said}:\n{found}")

    todo = [(m, way) for m in sorted(methods) for way in (WAYS if m in CHANGING else READING)]
    apart = -(-len(todo) // TOGETHER)
    await side_by_side([lambda n=n: one(todo[n::apart]) for n in range(apart)])  # type: ignore[misc]
    print(f"replies lost: {len(methods)} methods, {len(CHANGING)} of them in {len(WAYS)} ways; {tally}")
    assert not failures, "\n".join(failures)


async def test_what_changed_while_a_post_was_in_doubt_is_shown(nursery: Nursery, tmp_path: Path) -> None:
    """A post that is found later may show what was true when it was made; it is brought up to date."""
    async with a_lab(nursery, tmp_path) as lab:
        lab.simulator.faults.drop("chat.postMessage", times=6, lag=0.0)
        await lab.begin()
        await lab.says("ana", "#general", SHORT.said[0].words)
        while len(list(ours(lab.simulator))) < 6:
            await asyncio.sleep(0.01)
            assert lab.waiting()
        await lab.says("ben", "#general", "/incident ack #1")
        await lab.at_rest()
        await lab.end()
        found = Findings()
        store = await Store.open(lab.database, datetime.now(UTC))
        (incident,) = await store.incidents()
        await look_at_surfaces(store, incident, lab, found)
        await store.close()
        assert not found, found
