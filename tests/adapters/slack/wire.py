"""Our side of the wire, put together over a simulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.chat import SlackChat
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.identity import WhoAmI
from bot.adapters.slack.memory import LocalMemory
from bot.adapters.slack.session import open_session, web_client
from bot.engine.clock import Clock, SystemClock
from bot.messages import Message, Sentence
from bot.simulator import Channel, Simulator
from bot.simulator.records import Message as Shown

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


@dataclass(frozen=True)
class Plain:
    text: str
    blocks: tuple[dict[str, Any], ...]


def plain(message: Message) -> Plain:
    assert isinstance(message, Sentence)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": message.text}}
    return Plain(message.text, (section,))


class Wire:
    """The adapter's parts and the Slack they talk to."""

    def __init__(self, sim: Simulator, calls: SlackCalls, clock: Clock) -> None:
        self.sim = sim
        self.clock = clock
        self.calls = calls
        self.memory = LocalMemory()
        self.who = WhoAmI(calls, self.memory, clock)
        self.chat = SlackChat(calls, self.who, self.memory, plain)
        self.directory = SlackDirectory(calls, self.memory, clock)

    def channel(self, ref: str) -> Channel:
        return self.sim.workspace.channels[ref.removeprefix("slack:").partition("/")[0]]

    def shown(self, ref: str) -> list[Shown]:
        """What the bot said in that room, oldest first, threads included."""
        bot = self.sim.workspace.bot.id
        return [m for m in self.channel(ref).messages.values() if m.user == bot and not m.deleted and m.bot_id]


async def soon(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    """Return when it is so; TimeoutError if it is not within so many seconds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def wired(clock: Clock | None = None, pauses: LocalMemory | None = None) -> AsyncIterator[Wire]:
    """A simulator with #incidents, ana and ben, and the adapter over it."""
    clock = clock or SystemClock()
    sim = Simulator(clock, MANIFEST)
    await sim.start()
    ana = sim.workspace.add_person("ana", real_name="Ana Lima", tz="Europe/Lisbon")
    sim.workspace.add_person("ben", real_name="Ben Okoro", tz="Africa/Lagos")
    sim.workspace.add_channel("incidents", members=[ana], bot=True)
    try:
        async with open_session(sim.api_url) as session:
            client = web_client(sim.api_url, sim.bot_token, session)
            yield Wire(sim, SlackCalls(client, clock, pauses), clock)
    finally:
        await sim.stop()
    assert sim.complaints == []
