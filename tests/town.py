"""A town to tell stories in: the practice workspace and the whole real bot, on one stopped clock."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from bot import app
from bot.adapters.slack import manifest
from bot.config import Config
from bot.domain.incident import Incident, fold
from bot.domain.timeline import Entry, entries
from bot.engine.clock import StoppedClock
from bot.engine.settings import Settings
from bot.policy import book
from bot.ports import Prober
from bot.practice.people import move_in
from bot.simulator import Answer, Channel, Message, Person, Simulator, talk
from bot.simulator.finding import elements
from bot.simulator.finding import words as label
from bot.simulator.gestures import Outcome
from bot.simulator.records import Channel as Place
from bot.simulator.views import View

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PATIENCE = 20.0
#: https://docs.slack.dev/reference/methods/chat.postMessage asks for no more than 4,000 characters of text
LONGEST_TEXT = 4000
#: whether stories are told over requests instead of sockets: MUSTER_TEST_HTTP=1 tells all of them so
OVER_HTTP = bool(os.environ.get("MUSTER_TEST_HTTP"))
SECRET = "practice-signing-secret"
RINGING = ("<!channel", "<!everyone", "<!here")


class Town:
    """`simulator` is Slack, `muster` the bot; people are attributes: `town.ana`."""

    muster: app.App

    def __init__(self, simulator: Simulator, clock: StoppedClock, build: Mapping[str, Any]) -> None:
        self.simulator, self.clock, self._build = simulator, clock, build
        #: what Muster logged as an error; a story that expects one takes it out
        self.errors: list[str] = []
        #: whether Slack may have had to say that Muster is down
        self.let_down = False

    def __getattr__(self, name: str) -> Person:
        try:
            return self.simulator.person(name)
        except KeyError:
            raise AttributeError(name) from None

    # life

    async def opens(self, *, connected: bool = True) -> None:
        """Start Muster on the folder, as it was left."""
        self.muster = await app.build(**self._build)
        port = await self.muster.start()
        if self.simulator.requests:
            self.simulator.requests.url = f"http://127.0.0.1:{port}/slack/events"
        if connected:
            await self.connects()

    async def connects(self) -> None:
        """Wait until Muster listens. Its sockets keep real time; requests it takes as soon as it has started."""
        if not self.simulator.requests:
            await sockets_open(self.simulator)
        await self.settle()

    async def breath(self) -> None:
        await asyncio.sleep(0.005)

    def runs_under(self, policy: str) -> None:
        """Another policy from the next start on; what it names is there at once."""
        self._build = {**self._build, "config": self._build["config"].model_copy(update={"policy": policy})}
        move_in(self.simulator, book.load(policy))

    async def restarts(self) -> None:
        """Stop Muster in the middle of whatever it does, and start it again on the same record."""
        await self.muster.stop()
        await self.opens()

    # time

    async def settle(self) -> None:
        """Return when neither Slack nor Muster has anything under way. Waits for a token are stepped over."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0.003)
            busy = not (self.muster.engine.idle and self.muster.idle and self.simulator.idle)
            if busy and not self.simulator.requests_open:
                self._step_over_a_wait()
            if not busy and quiet == 0:
                await self.muster.engine.run_due(self.clock.now())
            quiet = 0 if busy else quiet + 1
            assert asyncio.get_running_loop().time() < deadline, "the town does not come to rest"

    def _step_over_a_wait(self) -> None:
        wake = self.clock.next_wake
        if wake and wake - self.clock.now() <= timedelta(seconds=2):
            self.clock.advance(wake)

    async def later(self, **length: float) -> None:
        """Let so much time pass: everything that falls due on the way happens at its own moment."""
        await self.until(self.clock.now() + timedelta(**length))

    async def until(self, end: datetime) -> None:
        await self.settle()
        while (due := await self._next_due()) and due < end:
            self.clock.advance(max(due, self.clock.now()))
            await self.settle()
        self.clock.advance(max(end, self.clock.now()))
        await self.settle()

    async def _next_due(self) -> datetime | None:
        moments = (await self.muster.engine.next_due(), self.simulator.next_due(), self.clock.next_wake)
        return min((m for m in moments if m), default=None)

    # gestures, each followed until all that came of it is done; the words are what the person was privately told

    async def says(self, person: Person, where: object, text: str) -> str:
        return await self._follow(person, person.runs(where, text))

    async def clicks(self, person: Person, surface: Message | View, what: str) -> str:
        return await self._follow(person, person.clicks(surface, what))

    async def chooses(self, person: Person, surface: Message | View, what: str, value: object) -> str:
        return await self._follow(person, person.chooses(surface, what, value))

    async def _follow(self, person: Person, gesture: Awaitable[Answer]) -> str:
        before = {(m.channel, m.ts) for m in self.private(person)}
        answer = await gesture
        assert answer.ok, answer.error
        await self.settle()
        return "\n".join(m.words for m in self.private(person) if (m.channel, m.ts) not in before)

    async def repeats(self, person: Person | None = None) -> str:
        """Slack sends the newest gesture once more; what the person was told then."""
        before = {(m.channel, m.ts) for m in self.private(person)} if person else set()
        newest = [e for e in self.simulator.envelopes if e.type != "events_api"][-1]
        await self.simulator.redeliver(newest)
        await self.settle()
        return "\n".join(m.words for m in self.private(person) if (m.channel, m.ts) not in before) if person else ""

    async def submits(self, someone: Person, /, **values: object) -> Outcome:
        """Fill in the dialog on top, and hand it in."""
        outcome = await someone.submits(None, values)
        await self.settle()
        return outcome

    async def forgets(self) -> None:
        """As on the first start: Muster has yet to look up who and what there is."""
        for name in ("channel:incidents", "channel:status-updates", "group:oncall", "group:incident-commanders",
                     *(f"members:{id}" for id in self.simulator.workspace.groups)):  # fmt: skip
            await self.muster.store.transact(partial(_forget, f"slack:{name}"), self.clock.now())

    async def deletes(self, message: Message) -> None:
        """An administrator takes a message away."""
        talk.delete(self.simulator.workspace, message, self.ana.id)
        await self.settle()

    async def declares(self, words: str, person: Person | None = None, where: str = "#general") -> Channel:
        """Declare, and the room that came of it."""
        before = {c.id for c in self.rooms()}
        await self.says(person or self.ana, where, f"/incident declare {words}")
        opened = [c for c in self.rooms() if c.id not in before]
        assert len(opened) == 1, f"{len(opened)} rooms opened"
        return opened[0]

    async def announces(self, words: str, person: Person | None = None) -> Message:
        """Declare something small, and the announcement in whose thread it lives."""
        before = len(self.rooms())
        await self.says(person or self.ana, "#general", f"/incident declare {words}")
        assert len(self.rooms()) == before, "a room opened"
        newest, *_ = await self.muster.store.incidents()
        return await self.announcement(newest.number)

    # what stands where

    def rooms(self) -> list[Channel]:
        return [c for c in self.simulator.workspace.channels.values() if c.creator == self._bot and c.kind != "im"]

    def people_in(self, room: Channel) -> set[str]:
        return {self.simulator.workspace.users[id].name for id in room.members if id != self._bot}

    async def everything_stands(self) -> Channel:
        """One of each, in its place, and nothing waits."""
        [room] = self.rooms()
        assert self.people_in(room) == {"ana", "ben", "chen", "dana"}
        kinds = [acts(m) for m in self.heard(room)]
        assert sum("menu:severity" in kind for kind in kinds) == 1
        assert sum("checklist:tick" in kind for kind in kinds) == 1
        assert len(room.pins) == len(room.bookmarks) == 1
        assert "SEV1" in room.topic.value and "SEV1" in room.purpose.value
        announced, *mentions = self.heard("incidents")
        assert f"<#{room.id}>" in announced.words
        assert len(mentions) == 1
        assert all(len(self.told(p)) == 1 for p in (self.ben, self.chen, self.dana))
        told = [m.words for m in self.private(self.ana)]
        assert any(f"<#{room.id}>" in words for words in told)
        assert await self.troubles() == []
        assert "retry" not in acts(self.card(room))
        return room

    def heard(self, where: object) -> list[Message]:
        """
        What Muster said in a channel, threads left out, or in the thread of a message; oldest first.

        What stands under the card, where it speaks while a room is silent, counts as said in the room.
        """
        if isinstance(where, Message):
            return [m for m in self._said(where.channel) if m.thread_ts == where.ts != m.ts]
        room = self.simulator.workspace.find(where)
        cards = {pin["ts"] for pin in room.pins if not room.messages[pin["ts"]].is_reply}
        return [m for m in self._said(room) if not m.is_reply or m.thread_ts in cards]

    def on_top(self, where: object) -> list[Message]:
        """What of it stands in the channel itself."""
        return [m for m in self._said(where) if not m.is_reply]

    def _said(self, where: object) -> list[Message]:
        messages = self.simulator.workspace.find(where).messages.values()
        return [m for m in messages if m.user == self._bot and not (m.deleted or m.ephemeral or m.subtype)]

    def words(self, where: object) -> str:
        return "\n".join(m.words for m in self.heard(where))

    def told(self, person: Person) -> list[Message]:
        """What Muster wrote to a person in direct messages."""
        return self.heard(person.dm(self._bot))

    def private(self, person: Person) -> list[Message]:
        """All that Muster told this person alone, wherever it was shown."""
        seen = [m for c in self.simulator.workspace.channels.values() for m in c.messages.values()]
        shown = [m for m in seen if m.ephemeral_to == person.id and not m.deleted]
        return sorted(shown + self.told(person), key=lambda m: m.ts)

    def card(self, where: object) -> Message:
        """The newest card there; the card is what lets people move the incident, or shows how it went."""
        return self._with(where, "menu:severity", "timeline")

    def checklist(self, where: object) -> Message:
        return self._with(where, "checklist:tick", "checklist:untick")

    def _with(self, where: object, *actions: str) -> Message:
        found = [m for m in self.heard(where) if acts(m) & set(actions)]
        assert found, f"nothing there has {' or '.join(actions)}"
        return found[-1]

    def files(self, where: object) -> list[Message]:
        return [m for m in self._place(where).messages.values() if m.files and not m.deleted]

    def file(self, message: Message) -> str:
        return (self.simulator.workspace.files[message.files[0]].content or b"").decode()

    def _place(self, where: object) -> Place:
        return self.simulator.workspace.find(where)

    @property
    def _bot(self) -> str:
        return self.simulator.workspace.bot.id

    # what is on record

    async def incident(self, number: int = 1) -> Incident:
        found = await self.muster.store.incident_numbered(number)
        assert found
        return found

    async def announcement(self, number: int = 1) -> Message:
        channel, ts = ((await self.incident(number)).announcement or "").removeprefix("slack:").split("/")
        return self.simulator.workspace.message(self._place(channel), ts)

    async def timeline(self, number: int = 1) -> list[Entry]:
        words = book.load(self._build["config"].policy).words
        return entries(await self.muster.store.facts((await self.incident(number)).id), words)

    async def troubles(self, number: int = 1) -> list[str]:
        """What waits or was given up, each as "label: sentence"."""
        found = await self.muster.store.troubles((await self.incident(number)).id)
        return [f"{t.label}: {t.sentence}" for t in found]

    # what holds in every story

    async def check(self) -> None:
        assert self.simulator.complaints == []
        assert self.errors == []
        said = [m.words for m in self.everything() if "Muster may be down" in m.words]
        assert self.let_down or said == [], "Slack said that Muster is down"
        for message in self.everything():
            assert message.text or message.files, f"a message without text: {message.blocks}"
            assert len(message.text) <= LONGEST_TEXT
        for incident in await self.muster.store.incidents(open=None, limit=500):
            assert await self.muster.store.verify(incident.id) == []
            # more may have come since the row was read
            facts = (await self.muster.store.facts(incident.id))[: incident.version]
            if len(facts) < incident.version:
                continue  # some were erased: what they added up to cannot be told any more
            assert fold(facts) == incident

    def everything(self) -> Iterable[Message]:
        """All that Muster ever said to anybody."""
        seen = (m for c in self.simulator.workspace.channels.values() for m in c.messages.values())
        return [m for m in seen if m.user == self._bot and m.subtype in (None, "file_share")]

    def ringing(self) -> list[Message]:
        """What rang for a whole channel."""
        return [m for m in self.everything() if any(sound in m.words for sound in RINGING)]


async def _forget(name: str, books: Any) -> None:
    await books.remember(name, None)


def acts(surface: Message | View) -> set[str]:
    """The ids of all that can be pressed or chosen there."""
    return {element["action_id"] for _, element in elements(surface)}


def labels(surface: Message | View) -> list[str]:
    return [label(block, element) for block, element in elements(surface)]


class Errors(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.found = found

    def emit(self, record: logging.LogRecord) -> None:
        why = f": {record.exc_info[1]!r}" if record.exc_info else ""
        self.found.append(f"{record.getMessage()}{why}")


@asynccontextmanager
async def a_town(
    folder: Path,
    policy: str = "default",
    *,
    settings: Settings | None = None,
    slack_down: bool = False,
    at: datetime = NIGHT,
    workspace: Path | None = None,
    database: str = "",
    prober: Prober | None = None,
    over_http: bool = OVER_HTTP,
) -> AsyncIterator[Town]:
    """`workspace` is one that was kept before, `database` an address in place of a file in the folder, `prober`
    sees in place of the real one; `over_http`: Slack sends requests, and there are no sockets."""
    named, clock = book.load(policy), StoppedClock(at)
    simulator = Simulator(clock, manifest_for(over_http), save_to=workspace, signing_secret=SECRET)
    await simulator.start()
    move_in(simulator, named)
    config = config_for(simulator, folder, policy).model_copy(update={"database_url": SecretStr(database)})
    build = {"config": config, "clock": clock, "settings": settings, "ticks": False, "prober": prober}
    town = Town(simulator, clock, build)
    listening = Errors(town.errors)
    logging.getLogger("bot").addHandler(listening)
    simulator.faults.refuse(slack_down)
    try:
        await town.opens(connected=not slack_down)
        yield town
        await town.check()
    finally:
        logging.getLogger("bot").removeHandler(listening)
        await town.muster.stop()
        await simulator.stop()


def manifest_for(over_http: bool) -> Path | dict[str, Any]:
    if not over_http:
        return MANIFEST
    return manifest.for_requests(yaml.safe_load(MANIFEST.read_text("utf-8")), "https://muster.test/slack/events")


def config_for(simulator: Simulator, folder: Path, policy: str = "default") -> Config:
    app_token, secret = ("", SECRET) if simulator.requests else (simulator.app_token, "")
    return Config(
        bot_token=SecretStr(simulator.bot_token), app_token=SecretStr(app_token), signing_secret=SecretStr(secret),
        api_url=simulator.api_url, data_dir=folder, database_url="", policy=policy, host="127.0.0.1", port=0,
    ).apart()  # fmt: skip


async def sockets_open(simulator: Simulator, count: int = 1) -> None:
    """Wait until Muster listens."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while simulator.sockets < count:
        assert asyncio.get_running_loop().time() < deadline, "no socket came"
        await asyncio.sleep(0.01)
