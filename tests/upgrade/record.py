"""
Leaves work in flight as one release leaves it, for every later release to finish.

In a tree of that release: `python -m tests.upgrade.record tests/upgrade/0_1_0`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from bot.simulator.storage import dump
from tests.town import Town, a_town

DATABASE, WORKSPACE = "muster.sql.gz", "workspace.json.gz"


async def record(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            await town_life(town)
            await work_in_flight(town)
        keep(target, Path(folder) / "muster.db", town)


async def town_life(town: Town) -> None:
    """Two incidents that stand whole: one in a room, one in a thread."""
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident ack")
    await town.says(town.chen, room, "/incident role commander")
    await town.clicks(town.chen, town.checklist(room), "Done")
    await town.says(town.chen, room, "/incident update half of the checkouts fail")
    await town.says(town.chen, room, "/incident task @ben roll the release back")
    await town.later(minutes=5)
    await town.announces("sev4 reports are late", town.dana)
    await town.says(town.dana, "#general", "/incident update #2 the night's reports are being made again")


async def work_in_flight(town: Town) -> None:
    """What Slack did and did not say, and then much that it had no time for."""
    [room] = town.rooms()
    town.simulator.faults.drop("chat.postMessage")
    await town.says(town.chen, room, "/incident update the release is being rolled back")
    town.simulator.faults.fail("*", times=100_000, status=429, retry_after=600)
    await town.says(town.chen, room, "/incident role scribe @dana")
    await town.says(town.dana, "#general", "/incident severity #2 sev2 customers wait for them")
    await town.says(town.eli, "#general", "/incident declare sev1 search is down")
    await town.says(town.eli, "#general", "/incident declare sev3 logins are slow")
    await town.says(town.eli, "#general", "/incident resolve #4 rollback the new cache was too small")


def keep(target: Path, database: Path, town: Town) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as file:
        statements = "\n".join(file.iterdump())
    workspace = json.dumps(dump(town.simulator.workspace, town.simulator.core.views))
    for name, text in ((DATABASE, statements), (WORKSPACE, workspace)):
        (target / name).write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
