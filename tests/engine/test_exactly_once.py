"""Whatever the outside does and whenever Muster falls, each keyed effect is made once and each lane keeps its order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.store import Store
from bot.engine.journal import NewRun
from bot.engine.outcomes import Busy, Doubt, GivenUp, Rejected

from .conftest import NOON, Hall

FAULTS = ["lost before", "lost after", "late", "busy", "rejected", "fall before", "fall after", "broken"]


class World:
    """An outside that fails in the order it is told to, and then behaves."""

    def __init__(self, hall: Hall, faults: list[str]) -> None:
        self.hall, self.faults = hall, faults
        self.made: list[str] = []
        self.late: list[tuple[object, str]] = []
        self.refused: set[str] = set()
        self.fell = asyncio.Event()

    def arrive(self) -> None:
        for landing in [one for one in self.late if one[0] <= self.hall.clock.now()]:
            self.late.remove(landing)
            self.made.append(landing[1])

    async def send(self, key, text: str) -> str:
        self.arrive()
        if key.doubtful and text in self.made:
            return f"adopted {text}"
        await self._fail(self.faults.pop(0) if self.faults else "", text)
        self.made.append(text)
        return f"made {text}"

    async def _fail(self, fault: str, text: str) -> None:
        if fault in ("lost after", "fall after", "broken"):
            self.made.append(text)
        if fault.startswith("fall"):
            self.fell.set()
            await asyncio.Event().wait()
        if fault == "late":
            self.late.append((self.hall.clock.now() + timedelta(seconds=25), text))
        if fault in ("lost before", "lost after", "late"):
            raise Doubt
        if fault == "busy":
            raise Busy(self.hall.clock.now() + timedelta(seconds=3))
        if fault == "rejected":
            self.refused.add(text)
            raise Rejected("No.")
        if fault == "broken":
            raise ZeroDivisionError


def workload(world: World, repeated: list[str]):
    async def body(run) -> None:
        async def keyed(name: str, lane: str | None) -> None:
            text = f"{run.data['n']}:{name}"
            with suppress(GivenUp):
                await run.keyed(name, lambda key: world.send(key, text), label=name, lane=lane)

        async def invite() -> None:
            repeated.append(run.id)

        await keyed("room", None)
        await run.together(keyed("card", "C1"), run.step("invite", invite, label="invite"), keyed("page", None))
        await keyed("details", "C1")

    return body


async def play(database: Path, faults: list[str]) -> tuple[World, list[str], Hall]:
    hall = Hall(database)
    await hall.open()
    world, repeated = World(hall, list(faults)), []
    hall.runs["work"] = workload(world, repeated)

    async def begin(books) -> None:
        for n in range(3):
            await books.start(NewRun("work", "s", {"n": n}, seats=(("C1", "card"), ("C1", "details"))))

    await hall.transact(begin)
    await until_quiet(hall, world)
    await hall.close()
    return world, repeated, hall


async def until_quiet(hall: Hall, world: World) -> None:
    for _ in range(400):
        falling = asyncio.create_task(world.fell.wait())
        settling = asyncio.create_task(hall.engine.settle())
        await asyncio.wait([falling, settling], return_when=asyncio.FIRST_COMPLETED)
        falling.cancel(), settling.cancel()
        if world.fell.is_set():
            world.fell.clear()
            await hall.crash()
            continue
        if (due := await hall.engine.next_due()) is None:
            return
        hall.clock.advance(max(due, hall.clock.now()))
        await hall.engine.run_due(hall.clock.now())
    raise AssertionError("It does not come to rest.")


@pytest.fixture(scope="module")
def blank(tmp_path_factory) -> Path:
    """A migrated store, to be copied."""
    path = tmp_path_factory.mktemp("blank") / "muster.db"

    async def make() -> None:
        await (await Store.open(path, NOON)).close()

    asyncio.run(make())
    return path


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.sampled_from(["", *FAULTS]), max_size=14))
def test_each_key_is_made_exactly_once_and_lanes_keep_their_order(blank, faults):
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "muster.db"
        shutil.copy(blank, database)
        world, repeated, _ = asyncio.run(play(database, faults))
    wanted = {f"{n}:{name}" for n in range(3) for name in ("room", "card", "page", "details")}
    # refused in doubt: it may have been made before it was refused
    assert wanted - world.refused <= set(world.made) <= wanted
    assert len(world.made) == len(set(world.made))
    assert len(set(repeated)) == 3
    laned = [text for text in world.made if text.endswith(("card", "details"))]
    cards = [text for text in laned if text.endswith("card")]
    assert cards == sorted(cards)
    for n in range(3):
        mine = [text for text in laned if text.startswith(f"{n}:")]
        assert mine == sorted(mine)
