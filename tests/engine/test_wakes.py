"""What wakes the engine, and what happens when nothing can be written down."""

import asyncio
from contextvars import ContextVar

from sqlalchemy.exc import SQLAlchemyError

from bot.engine.journal import NewTimer

NOTE = ContextVar("note", default="nobody's")


def break_store(hall, monkeypatch, allowed=""):
    """All transactions fail but those of that name. How many were tried."""
    tried, transact = [], hall.store.transact

    async def full(decide, now):
        tried.append(now)
        if allowed and allowed in decide.__qualname__:
            return await transact(decide, now)
        raise SQLAlchemyError("the disk is full")

    monkeypatch.setattr(hall.store, "transact", full)
    return tried


async def test_work_does_not_run_in_the_context_of_whoever_committed(hall):
    found = []

    async def body(run):
        found.append(NOTE.get())

    hall.runs["work"] = body
    await hall.engine.settle()
    token = NOTE.set("somebody else's deadline")
    await hall.start()
    NOTE.reset(token)
    await hall.engine.settle()
    assert found == ["nobody's"]


async def test_a_wake_between_the_last_look_and_its_end_is_heard(hall):
    await hall.engine.settle()
    looks, look = [], hall.engine.run_due

    async def run_due(now):
        await look(now)
        looks.append(now)
        if len(looks) == 1:
            asyncio.get_running_loop().call_soon(hall.engine.wake)

    hall.engine.run_due = run_due
    hall.engine.wake()
    await hall.engine.settle()
    assert len(looks) == 2


async def test_while_an_edit_is_under_way_the_engine_does_not_look_over_and_over(hall, monkeypatch):
    looks, look = [], hall.engine.run_due

    async def edit(surface):
        await asyncio.sleep(0.2)

    async def run_due(now):
        looks.append(now)
        await look(now)

    hall.surfaces["card"] = edit
    await hall.transact(lambda books: books.place("s", "card", "C1/1", 1))
    await hall.engine.settle()
    monkeypatch.setattr(hall.engine, "run_due", run_due)
    await hall.transact(lambda books: books.want("s", "card"))
    await hall.engine.settle()
    assert len(looks) < 8


async def test_an_edit_that_cannot_be_written_down_is_not_made_again_at_once(hall, monkeypatch):
    edits = []

    async def edit(surface):
        edits.append(surface.kind)

    hall.surfaces["card"] = edit
    await hall.transact(lambda books: books.place("s", "card", "C1/1", 1))
    await hall.engine.settle()
    await hall.transact(lambda books: books.want("s", "card"))
    break_store(hall, monkeypatch, allowed="claim")
    await hall.engine.settle()
    assert edits == ["card"]

    monkeypatch.undo()
    hall.clock.advance(hall.clock.now() + hall.settings.backoff_most)
    await hall.engine.run_due(hall.clock.now())
    await hall.engine.settle()
    assert edits == ["card", "card"]


async def test_many_timers_that_cannot_be_written_down_wait_for_the_next_look(hall, monkeypatch):
    fired = []

    async def tick(books, timer):
        fired.append(timer.key)

    hall.timers["tick"] = tick
    await hall.engine.settle()
    tried = break_store(hall, monkeypatch, allowed="arm")

    async def arm(books):
        for n in range(hall.settings.batch + 1):
            await books.set_timer(NewTimer("tick", "s", hall.clock.now(), {}, f"k{n}"))

    await hall.transact(arm)
    await hall.engine.settle()
    assert len(tried) <= 4 * hall.settings.batch

    monkeypatch.undo()
    await hall.later(seconds=1)
    assert len(fired) == hall.settings.batch + 1
