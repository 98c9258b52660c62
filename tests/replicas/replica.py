"""
One replica as a process of its own: `python -m tests.replicas.replica '{"name": …, "address": …, "outside": …}'`.

It says "ready" once, and works until it is killed or its stdin ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.store import Store
from bot.engine.clock import SharedClock
from bot.engine.engine import Engine
from bot.engine.journal import NewRun, Timer
from bot.engine.outcomes import Doubt, Key
from bot.engine.runs import Run
from bot.engine.settings import Settings

from .outside import ask

TICK_SECONDS = 0.1
SETTINGS = Settings(
    call_limit=timedelta(seconds=0.8), settle=timedelta(seconds=2), backoff_first=timedelta(seconds=0.1),
    backoff_most=timedelta(seconds=0.4), lease=timedelta(seconds=3), renew_every=timedelta(seconds=1),
)  # fmt: skip


async def live(name: str, address: str, outside: Path) -> None:
    store = await Store.open(address, datetime.now(UTC))
    clock = SharedClock(store.time)
    await clock.renew()
    engine = Engine(
        store, clock, runs={"effect": effects(name, outside)}, timers={"remind": fire}, surfaces={},
        on_trouble=nobody, on_gone=nobody, settings=SETTINGS,
    )  # fmt: skip
    await engine.start()
    print("ready", flush=True)
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not ended.done():
        await asyncio.sleep(TICK_SECONDS)
        await look(engine, clock)
    await engine.stop(1)
    await store.close()


async def look(engine: Engine, clock: SharedClock) -> None:
    """The database may have given up on us while we stood still."""
    try:
        await clock.renew()
        await engine.run_due(clock.now())
    except SQLAlchemyError as error:
        print(error, file=sys.stderr)


async def fire(books: Any, timer: Timer) -> None:
    await books.start(NewRun("effect", timer.subject, {"of": timer.key}))


def effects(name: str, outside: Path) -> Any:
    async def effect(run: Run) -> None:
        async def send(key: Key) -> None:
            try:
                if key.doubtful and await ask(outside, do="look", name=run.data["of"]):
                    return
                await ask(outside, do="send", name=run.data["of"], who=name)
            except OSError as error:
                raise Doubt from error

        await run.keyed("send", send, label="send")

    return effect


async def nobody(books: Any, what: Any) -> None:
    pass


if __name__ == "__main__":
    asyncio.run(live(**json.loads(sys.argv[1])))
