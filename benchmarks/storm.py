"""
A storm of alerts within a minute: what people get to read, and whether each alert is on record.

    .venv/bin/python -m benchmarks.storm           10,000 alerts
    .venv/bin/python -m benchmarks.storm 1000

The whole bot under the policy default, the alerts by HTTP, the simulator as Slack. Messages are counted without the
pages to persons; Slack calls are all of them. A second run with the same alerts says that all are well again.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.alerting import Storm, a_door
from tests.town import Town, a_town


async def on_record(town: Town, storm: Storm) -> tuple[int, int]:
    """How many of its alerts are in incidents, and how many outside."""
    ids = [f"alertmanager:{each['fingerprint']}" for wave in storm.deliveries() for each in wave]
    kept = await town.muster.store.transact(lambda books: books.alerts(ids), town.clock.now())
    inside = sum(each.incident is not None for each in kept.values())
    return inside, len(kept) - inside


async def report(town: Town, storm: Storm, what: str, calls: int, begun: float) -> None:
    inside, outside = await on_record(town, storm)
    incidents = await town.muster.store.incidents(open=None, limit=500)
    said = Counter(town.simulator.workspace.channels[m.channel].name or "persons" for m in town.everything())
    print(f"{what}: {storm.number:,} alerts, answers {dict(storm.answered)}")
    print(f"  incidents {len(incidents)}, facts {sum(i.version for i in incidents)}, messages {dict(said)}")
    print(f"  on record {inside:,} in incidents, {outside:,} outside, lost {storm.number - inside - outside}")
    print(f"  Slack calls {len(town.simulator.calls) - calls}, {perf_counter() - begun:.1f} s of real time in all")
    print(f"  at the door {storm.seconds:.1f} s, the slowest delivery {storm.slowest:.2f} s")


async def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town, a_door(town) as door:
            storm, calls, begun = Storm(number), len(town.simulator.calls), perf_counter()
            await storm.breaks(town, door)
            await town.later(minutes=2)
            await report(town, storm, "Storm", calls, begun)
            calls, begun = len(town.simulator.calls), perf_counter()
            await storm.calms(town, door)
            await town.later(minutes=6)
            await report(town, storm, "Calm", calls, begun)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
