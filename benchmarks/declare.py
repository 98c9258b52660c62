"""
What a declaration costs: Slack calls, how many of them stand behind one another, and the time at 100 ms a call.

    .venv/bin/python -m benchmarks.declare

The simulator counts. A call's depth is one more than that of the deepest call that had ended when it began, so a
look-up counts like any other call.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench import Bench, a_bench
from bot.simulator import Call

CALL_SECONDS = 0.1
ROUNDS = 5


def depths(calls: Sequence[Call]) -> dict[int, int]:
    """Depth by the call's number, 1 for one that waits for no other."""
    found: dict[int, int] = {}
    for call in sorted(calls, key=lambda c: c.started):
        before = [found[c.seq] for c in calls if c.ended is not None and c.ended <= call.started and c.seq in found]
        found[call.seq] = 1 + max(before, default=0)
    return found


def cost(calls: Sequence[Call], began: float, is_last: Callable[[Call], bool]) -> tuple[int, int, float]:
    """Calls begun, the deepest of them, and the seconds, until the calls that matter were answered."""
    until = max(c.ended or 0.0 for c in calls if is_last(c))
    counted = [c for c in calls if c.started < until]
    deepest = max(depth for seq, depth in depths(calls).items() if any(c.seq == seq and is_last(c) for c in calls))
    return len(counted), deepest, until - began


def seats_declarer(call: Call, declarer: str) -> bool:
    return call.method == "conversations.invite" and declarer in call.args.get("users", "")


async def one(bench: Bench, n: int) -> None:
    simulator, ana = bench.simulator, bench.simulator.person("ana")
    simulator.faults.slow("*", CALL_SECONDS)
    first, opened = len(simulator.calls), simulator.connections
    began = asyncio.get_running_loop().time()
    await ana.runs("#general", f"/incident declare sev1 checkout is failing {n}")
    await bench.at_rest()
    simulator.faults.clear()
    calls = simulator.calls[first:]
    rooms = [c.response["channel"]["id"] for c in calls if c.method == "conversations.create" and c.response]
    in_room = [c for c in calls if c.args.get("channel") in rooms]
    card = next(c for c in in_room if c.method == "chat.postMessage")
    usable = cost(calls, began, lambda c: c is card or seats_declarer(c, ana.id))
    whole = cost(calls, began, lambda c: True)
    connections = simulator.connections - opened
    for what, (count, deep, seconds) in (("declarer in the room with the card", usable), ("everything done", whole)):
        print(f"{what:36} {count:3} calls, {deep:2} deep, {seconds * 1000:5.0f} ms")
    print(f"{'connections opened meanwhile':36} {connections:3}")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_bench(Path(folder)) as bench:
            for n in range(ROUNDS):
                print(f"declaration {n + 1} of this process")
                await one(bench, n)


if __name__ == "__main__":
    asyncio.run(main())
