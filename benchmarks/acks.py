"""
How long a person waits for Slack to be answered: delivery → acknowledgement over the socket.

    .venv/bin/python -m benchmarks.acks

500 gestures (commands that commit, commands that read, dialogs, and the process's very first command), once while Slack
answers at once and once while it takes 10 s for every call. What is acknowledged is on disk by then.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from benchmarks.bench import Bench, a_bench
from bot.simulator import Person

GESTURES, AT_ONCE = 500, 5
SLOW_SECONDS = 10.0
KINDS = ("note #1 the database is slow", "status #1", "update #1 half of it works", "task #1 look at the logs", "list")


async def gestures(bench: Bench, count: int, tag: str) -> None:
    """`AT_ONCE` people at a time; every tenth gesture declares, every tenth opens the declare dialog."""
    people = [bench.simulator.person(name) for name in ("ana", "ben", "chen", "dana", "eli")]
    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(gesture(people[n % 5], n, tag) for n in range(start, min(count, start + AT_ONCE))))


async def gesture(person: Person, n: int, tag: str) -> None:
    if n % 10 == 3:
        words = f"declare sev4 a small fault {tag} {n}"
    elif n % 10 == 7:
        words = ""
    else:
        words = KINDS[n % len(KINDS)]
    answer = await person.runs("#general", f"/incident {words}".strip())
    assert answer.ok, answer.error


def told(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(
        f"{name:28} {len(ordered):4} acks   p50 {statistics.median(ordered) * 1000:6.1f} ms   "
        f"p99 {p99 * 1000:6.1f} ms   worst {ordered[-1] * 1000:6.1f} ms"
    )


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_bench(Path(folder)) as bench:
            acks = bench.simulator.ack_times
            await bench.simulator.person("ana").runs("#general", "/incident declare sev1 checkout is failing")
            told("the very first command", [seconds for _, seconds in acks])
            await bench.at_rest()
            acks.clear()
            await gestures(bench, GESTURES, "fast")
            told("Slack answers at once", [seconds for _, seconds in acks])
            acks.clear()
            bench.simulator.faults.slow("*", SLOW_SECONDS)
            await gestures(bench, GESTURES, "slow")
            told(f"Slack takes {SLOW_SECONDS:.0f} s a call", [seconds for _, seconds in acks])
            bench.simulator.faults.clear()


if __name__ == "__main__":
    asyncio.run(main())
