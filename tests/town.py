"""A town to tell stories in: the practice workspace and the whole real bot, on one stopped clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot import app
from bot.config import Config
from bot.domain.incident import Incident
from bot.engine.clock import StoppedClock
from bot.practice.people import move_in
from bot.simulator import Answer, Channel, Message, Person, Simulator
from bot.simulator.records import Channel as Place

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PATIENCE = 20.0


class Town:
    """`simulator` is Slack, `muster` the bot; people are attributes: `town.ana`."""

    def __init__(self, simulator: Simulator, muster: app.App, clock: StoppedClock) -> None:
        self.simulator, self.muster, self.clock = simulator, muster, clock

    def __getattr__(self, name: str) -> Person:
        try:
            return self.simulator.person(name)
        except KeyError:
            raise AttributeError(name) from None

    # time

    async def settle(self) -> None:
        """Return when neither Slack nor Muster has anything under way. Waits for a token are stepped over."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0.004)
            await self.muster.engine.run_due(self.clock.now())
            busy = not (self.muster.engine.idle and self.muster.idle and self.simulator.idle)
            quiet = 0 if busy else quiet + 1
            if busy and not self.simulator.requests_open:
                self._step_over_a_wait()
            assert asyncio.get_running_loop().time() < deadline, "the town does not come to rest"

    def _step_over_a_wait(self) -> None:
        wake = self.clock.next_wake
        if wake and wake - self.clock.now() <= timedelta(seconds=2):
            self.clock.advance(wake)

    async def later(self, **length: float) -> None:
        """Let so much time pass: everything that falls due on the way happens at its own moment."""
        end = self.clock.now() + timedelta(**length)
        await self.settle()
        while (due := await self._next_due()) and due < end:
            self.clock.advance(max(due, self.clock.now()))
            await self.settle()
        self.clock.advance(max(end, self.clock.now()))
        await self.settle()

    async def _next_due(self) -> datetime | None:
        moments = (await self.muster.engine.next_due(), self.simulator.next_due())
        return min((m for m in moments if m), default=None)

    # gestures, each followed until all that came of it is done

    async def says(self, person: Person, where: object, text: str) -> Answer:
        answer = await person.runs(where, text)
        await self.settle()
        return answer

    async def declares(self, words: str, person: Person | None = None, where: str = "#general") -> Channel:
        """Declare, and the room that came of it."""
        before = {c.id for c in self.simulator.workspace.channels.values()}
        answer = await self.says(person or self.ana, where, f"/incident declare {words}")
        assert answer.ok, answer.error
        opened = [c for c in self.simulator.workspace.channels.values() if c.id not in before and c.kind != "im"]
        assert len(opened) == 1, f"{len(opened)} rooms opened"
        return opened[0]

    async def clicks(self, person: Person, message: Message, what: str) -> Answer:
        answer = await person.clicks(message, what)
        await self.settle()
        return answer

    # what stands where

    def heard(self, where: object) -> list[Message]:
        """What Muster said there, oldest first, threads left out."""
        place = self._place(where)
        bot = self.simulator.workspace.bot.id
        return [m for m in place.messages.values() if m.user == bot and not m.deleted and not m.ephemeral_to
                and m.thread_ts in (None, m.ts) and not m.subtype]  # fmt: skip

    def thread(self, parent: Message) -> list[Message]:
        place = self._place(parent.channel)
        return [m for m in place.messages.values() if m.thread_ts == parent.ts and m.ts != parent.ts and not m.deleted]

    def told(self, person: Person) -> list[Message]:
        """What Muster wrote to a person in direct messages."""
        return self.heard(person.dm(self.simulator.workspace.bot.id))

    def card(self, where: object) -> Message:
        return next(m for m in self.heard(where) if "Not acknowledged" in m.words or "cknowledged" in m.words)

    def files(self, where: object) -> list[Message]:
        return [m for m in self._place(where).messages.values() if m.files and not m.deleted]

    def _place(self, where: object) -> Place:
        return self.simulator.workspace.find(where)

    async def incident(self, number: int = 1) -> Incident:
        found = await self.muster.store.incident_numbered(number)
        assert found
        return found


@asynccontextmanager
async def a_town(folder: Path, policy: str = "default") -> AsyncIterator[Town]:
    clock = StoppedClock(NIGHT)
    simulator = Simulator(clock, MANIFEST)
    await simulator.start()
    move_in(simulator)
    muster = await app.build(config_for(simulator, folder, policy), clock=clock, ticks=False)
    await muster.start()
    town = Town(simulator, muster, clock)
    try:
        await sockets_open(simulator)
        await town.settle()
        yield town
    finally:
        await muster.stop()
        await simulator.stop()
    assert simulator.complaints == []


def config_for(simulator: Simulator, folder: Path, policy: str = "default") -> Config:
    return Config(
        bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(simulator.app_token), api_url=simulator.api_url,
        data_dir=folder, database_url="", policy=policy, host="127.0.0.1", port=0,
    )  # fmt: skip


async def sockets_open(simulator: Simulator, count: int = 1) -> None:
    """Wait until Muster listens."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while simulator.sockets < count:
        assert asyncio.get_running_loop().time() < deadline, "no socket came"
        await asyncio.sleep(0.01)
