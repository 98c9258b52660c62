"""A process to be killed: posts numbered texts to a file that stands for the outside, and exits when all is done."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from datetime import timedelta
from pathlib import Path

from bot.adapters.store import Store
from bot.engine.clock import SystemClock
from bot.engine.engine import Engine
from bot.engine.journal import NewRun
from bot.engine.settings import Settings

TEXTS = 40
FAST = Settings(
    call_limit=timedelta(milliseconds=100), settle=timedelta(milliseconds=20), backoff_first=timedelta(milliseconds=10),
    backoff_most=timedelta(milliseconds=50),
)  # fmt: skip


async def main(folder: Path) -> None:
    clock, outside = SystemClock(), folder / "outside"

    def post(text: str):
        async def send(key) -> None:
            if key.doubtful and outside.exists() and text in outside.read_text().split():
                return
            await asyncio.sleep(random.uniform(0, 0.01))
            with outside.open("a") as file:
                file.write(f"{text}\n")
            await asyncio.sleep(random.uniform(0, 0.01))

        return send

    async def body(run) -> None:
        await run.keyed("post", post(run.data["text"]), label="post", lane="C1" if run.data["laned"] else None)

    async def nothing(*_) -> None:
        return None

    store = await Store.open(folder / "muster.db", clock.now())
    engine = Engine(
        store, clock, runs={"post": body}, timers={}, surfaces={}, on_trouble=nothing, on_gone=nothing, settings=FAST
    )
    await engine.start()

    async def begin(books) -> None:
        if await books.receipt("all") is None:
            await books.sign("all", True)
            for n in range(TEXTS):
                seats = (("C1", "post"),) if n % 2 else ()
                await books.start(NewRun("post", "s", {"text": f"{n:03}", "laned": bool(n % 2)}, seats=seats))

    await store.transact(begin, clock.now())
    while True:
        await engine.settle()
        if (due := await engine.next_due()) is None:
            break
        await clock.sleep_until(due)
        await engine.run_due(clock.now())
    await engine.stop(1)
    await store.close()


if __name__ == "__main__":
    os.umask(0o077)
    asyncio.run(main(Path(sys.argv[1])))
