"""One reminder in real time, through the app's own ticker."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import app
from bot.engine.clock import SystemClock
from bot.engine.journal import NewTimer
from bot.simulator import Simulator
from tests.town import MANIFEST, config_for

#: Seconds. The ticker looks once a second; the rest is for a busy machine.
MARGIN = 4.0


async def test_a_reminder_comes_when_it_is_due_and_not_before(tmp_path):
    simulator = Simulator(SystemClock(), MANIFEST)
    await simulator.start()
    muster = await app.build(config_for(simulator, tmp_path))
    fired, came = [], asyncio.Event()

    async def remind(books, timer):
        fired.append((muster.clock.now(), timer))
        came.set()

    muster.engine._timers["remind"] = remind
    await muster.start()
    try:
        due = muster.clock.now() + timedelta(seconds=2.5)
        await muster.store.transact(
            lambda books: books.set_timer(NewTimer("remind", "s", due, {}, "k")), muster.clock.now()
        )
        await asyncio.wait_for(came.wait(), 2.5 + MARGIN)
        await asyncio.sleep(1.2)
    finally:
        await muster.stop()
        await simulator.stop()
    [(at, timer)] = fired
    assert timedelta() <= at - due < timedelta(seconds=MARGIN)
    assert timedelta() <= timer.late < timedelta(seconds=MARGIN)
