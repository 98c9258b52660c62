"""Three whole Musters behind Socket Mode, on one PostgreSQL: whoever gets a delivery, it has one effect."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app
from bot.config import Config
from bot.engine.clock import SharedClock, SystemClock
from bot.practice.people import move_in
from bot.simulator import Simulator
from tests.postgres import Server
from tests.town import MANIFEST, acts, sockets_open

PATIENCE = 60.0


class Three:
    """`decided` counts how many gestures each of them decided on."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.musters: list[app.App] = []
        self.decided: Counter[int] = Counter()

    async def open(self, config: Config) -> None:
        muster = await app.build(config)
        muster.store.transact = partial(self._transact, len(self.musters), muster.store.transact)
        self.musters.append(muster)
        await muster.start()

    async def close(self) -> None:
        while self.musters:
            await self.musters.pop().stop()

    async def at_rest(self) -> None:
        deadline, quiet = asyncio.get_running_loop().time() + PATIENCE, 0
        while quiet < 10:
            await asyncio.sleep(0.05)
            busy = self.simulator.requests_open or not all(m.engine.idle and m.idle for m in self.musters)
            due = await self.musters[0].engine.next_due()
            soon = due is not None and (due - self.musters[0].clock.now()).total_seconds() < 3
            quiet = 0 if busy or soon else quiet + 1
            assert asyncio.get_running_loop().time() < deadline, "they do not come to rest"

    async def _transact(self, number, transact, decide, now):
        if "Desk.decide" in decide.__qualname__:
            self.decided[number] += 1
        return await transact(decide, now)


@pytest.fixture
async def three(postgres: Server, tmp_path: Path) -> AsyncIterator[Three]:
    async with AsyncExitStack() as stack:
        simulator = Simulator(SystemClock(), MANIFEST)
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        move_in(simulator)
        three = Three(simulator)
        config = Config(
            bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(simulator.app_token),
            api_url=simulator.api_url, data_dir=tmp_path, database_url=SecretStr(postgres.database()),
            policy="default", host="127.0.0.1", port=0,
        )  # fmt: skip
        stack.push_async_callback(three.close)
        for _ in range(3):
            await three.open(config)
        await sockets_open(simulator, 3)
        await three.at_rest()
        yield three


async def test_a_delivery_that_comes_four_times_to_three_replicas_has_one_effect(three: Three) -> None:
    simulator = three.simulator
    ana = simulator.person("ana")
    assert (await ana.runs("#general", "/incident declare sev1 checkout is failing")).ok
    declared = [e for e in simulator.envelopes if e.type == "slash_commands"][-1]
    await asyncio.gather(*(simulator.redeliver(declared) for _ in range(3)))
    while len(three.decided) < 2:
        await simulator.redeliver(declared)
    await three.at_rest()

    [incident] = await three.musters[0].store.incidents(open=None)
    bot = simulator.workspace.bot.id
    rooms = [c for c in simulator.workspace.channels.values() if c.creator == bot and c.kind != "im"]
    [room] = rooms
    said = [m for m in room.messages.values() if m.user == bot and not m.subtype]
    assert sum("menu:severity" in acts(m) for m in said) == 1
    keys = [str(m.metadata["event_payload"]) for c in simulator.workspace.channels.values()
            for m in c.messages.values() if m.user == bot and m.metadata]  # fmt: skip
    assert len(keys) == len(set(keys))
    assert len(room.pins) == len(room.bookmarks) == 1
    assert [await m.store.verify(incident.id) for m in three.musters] == [[]] * 3
    assert simulator.complaints == []
    print(
        f"one command delivered {three.decided.total()} times to {len(three.decided)} of 3 replicas:"
        f" {len(rooms)} room, {len(keys)} messages, {len(keys) - len(set(keys))} of them twice"
    )


async def test_replicas_go_by_the_clock_of_their_database(three: Three) -> None:
    for muster in three.musters:
        assert isinstance(muster.clock, SharedClock)
        there = await muster.store.time()
        assert abs((muster.clock.now() - there).total_seconds()) < 1


async def test_when_one_stops_the_others_go_on_with_what_it_knew(three: Three) -> None:
    simulator = three.simulator
    ana = simulator.person("ana")
    await ana.runs("#general", "/incident declare sev1 search is down")
    await three.at_rest()
    await three.musters.pop(0).stop()
    [incident] = await three.musters[0].store.incidents()
    assert (await ana.runs("#general", f"/incident note {incident.name} the index is being rebuilt")).ok
    await three.at_rest()
    assert "the index is being rebuilt" in str(await three.musters[1].store.facts(incident.id))
