"""
One Slack in this process, one Muster in another, and whoever kills it.

The killer is on Slack's side: it holds the pid and sends SIGKILL. Muster has no hook for it. The keeper begins a new
life on the same files whenever the old one has ended, as a supervisor would.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.engine.clock import SystemClock
from bot.policy import book
from bot.practice.people import move_in
from bot.simulator import Answer, Simulator
from bot.simulator.deliveries import Envelope, Undelivered

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
#: Seconds. What is still under way when Muster is killed lands LAG later at most; call_limit and settle cover it.
LAG = 0.3
SETTINGS = {
    "call_limit": 0.8, "settle": 0.6, "backoff_first": 0.05, "backoff_most": 0.1, "edit_every": 0.05,
}  # fmt: skip

T = TypeVar("T")


class Nursery:
    """The process that forks bots. `blind` ones retry without looking."""

    def __init__(self, *, blind: bool = False) -> None:
        self._blind = blind
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def begin(self, config: dict[str, str], log: Path) -> int:
        return self._ask(do="begin", config=config, settings=SETTINGS, log=str(log), blind=self._blind)

    def bury(self, pid: int) -> int:
        return self._ask(do="bury", pid=pid)

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, **order: Any) -> int:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class Lab:
    """`kills` and `lives` count; `mishaps` are deaths that nobody caused. `environment` is set at each start."""

    def __init__(self, nursery: Nursery, simulator: Simulator, folder: Path, policy: str = "default") -> None:
        self.simulator, self.folder, self.policy = simulator, folder, policy
        self.kills = self.lives = 0
        self.mishaps: list[str] = []
        self.environment: dict[str, str] = {}
        self._nursery = nursery
        self._pid: int | None = None
        self._died = asyncio.Event()
        self._up = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    # life and death

    async def begin(self) -> None:
        """A first life, and another after each death."""
        self._keeper = asyncio.create_task(self._keep())
        await self.up()

    def kill(self) -> None:
        """SIGKILL, now. Nothing if it is dead already."""
        self.kills += self._struck()

    def until(self, reached: Callable[[], bool], slice: float = 0.00003, seconds: float = 5.0) -> bool:
        """Let Muster work for slices of so many seconds; it is stopped after the one in which it got there."""
        assert self._pid is not None
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._died.is_set():
            time.sleep(slice)
            os.kill(self._pid, signal.SIGSTOP)
            if reached():
                return True
            os.kill(self._pid, signal.SIGCONT)
        return False

    def _struck(self) -> bool:
        if self._pid is None or self._died.is_set():
            return False
        os.kill(self._pid, signal.SIGKILL)
        self._up.clear()
        self._died.set()
        return True

    async def moves_to(self, policy: str) -> None:
        """Start it anew under another policy; what that names is there at once. This is no kill."""
        move_in(self.simulator, book.load(policy))
        self.policy = policy
        self._struck()
        await self.up()

    async def up(self) -> None:
        """Return when Muster listens."""
        waiting = asyncio.create_task(self._up.wait())
        assert self._keeper
        await asyncio.wait({waiting, self._keeper}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise AssertionError(f"Muster did not come up.\n{self.log()}")

    async def end(self) -> None:
        """Kill it for good, so that its files can be read."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._bury(self._pid)
        self._pid = None

    def _bury(self, pid: int) -> None:
        ending = self._nursery.bury(pid)
        if ending != -signal.SIGKILL:
            self.mishaps.append(f"Muster ended by itself, with {ending}")

    async def _keep(self) -> None:
        while True:
            opened = self.simulator.sockets_opened
            self._died.clear()
            self._pid = self._nursery.begin(self._config(), self.folder / "log")
            self.lives += 1
            connecting = asyncio.create_task(self._connected(opened))
            await self._died.wait()
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            self._bury(self._pid)
            self._pid = None

    async def _connected(self, opened: int) -> None:
        while not self._up.is_set():
            await asyncio.sleep(0.005)
            if self.simulator.sockets_opened > opened and self.simulator.sockets:
                self._up.set()

    def _config(self) -> dict[str, Any]:
        return {
            "bot_token": self.simulator.bot_token, "app_token": self.simulator.app_token,
            "api_url": self.simulator.api_url, "data_dir": str(self.folder), "database_url": "",
            "policy": self.policy, "host": "127.0.0.1", "port": 0, **self.environment,
        }  # fmt: skip

    # gestures

    async def says(self, person: str, where: str, words: str) -> str:
        """Say it, and have it delivered again until it is acknowledged: what was answered."""
        who = self.simulator.person(person)
        return await self.gesture(lambda: who.runs(where, words))

    async def gesture(self, make: Callable[[], Awaitable[Answer]]) -> str:
        """
        Make a gesture once. If Muster dies before it has acknowledged, the same delivery comes again in its next life.
        """
        envelopes: list[Envelope] = []
        answer = None
        while answer is None:
            await self.up()
            answer = await self._unless_it_dies(self._deliver(make, envelopes))
        return answer

    async def _deliver(self, make: Callable[[], Awaitable[Answer]], envelopes: list[Envelope]) -> str | None:
        if envelopes:
            with suppress(Undelivered):
                return words((await self.simulator.redeliver(envelopes[0])).reply)
            return None

        task = asyncio.current_task()

        def sent(envelope: Envelope, phase: str) -> None:
            if phase == "sent" and asyncio.current_task() is task:
                envelopes.append(envelope)

        self.simulator.on_delivery.append(sent)
        try:
            answer = await make()
        finally:
            self.simulator.on_delivery.remove(sent)
        return words(answer.payload) if answer.ok else None

    async def _unless_it_dies(self, work: Awaitable[T]) -> T | None:
        doing, dying = asyncio.ensure_future(work), asyncio.create_task(self._died.wait())
        try:
            await asyncio.wait({doing, dying}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            for task in (doing, dying):
                task.cancel()
            await asyncio.gather(doing, dying, return_exceptions=True)

    # rest

    async def at_rest(self, soon: timedelta = timedelta(), seconds: float = PATIENCE) -> None:
        """Return when neither Slack nor Muster has anything under way, and no clock strikes within `soon`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        quiet = 0
        while quiet < 2:
            await asyncio.sleep(0.02)
            quiet = quiet + 1 if self.simulator.idle and not self.waiting(soon) else 0
            if loop.time() > deadline:
                raise AssertionError("It does not come to rest:\n" + "\n".join([*self.waiting(soon), self.log()]))

    def waiting(self, soon: timedelta = timedelta()) -> list[str]:
        """What the record says is still to be done, now or by a clock that strikes within `soon`."""
        if not self._up.is_set():
            return ["Muster is down"]
        unfinished = (
            "SELECT r.kind, r.due, r.owner, s.name, s.state, s.sentence FROM runs r"
            " LEFT JOIN steps s ON s.run = r.id AND s.state IN ('resting', 'trying') WHERE NOT r.ended"
        )
        stale = "SELECT kind, wanted, shown, not_before FROM surfaces WHERE place IS NOT NULL AND wanted > shown"
        striking = "SELECT 'clock', key, wake FROM timers WHERE ? AND wake < ?"
        by = (datetime.now(UTC) + soon).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        try:
            with closing(self.reader()) as file:
                rows = [*file.execute(unfinished), *file.execute(stale), *file.execute(striking, (bool(soon), by))]
        except sqlite3.OperationalError as error:
            return [f"the record cannot be read: {error}"]
        return [" ".join(map(str, row)) for row in rows]

    def ask(self, question: str, *values: object) -> list[Any]:
        """The file is opened for each question, so that a new life finds it as the killed one left it."""
        with closing(self.reader()) as file:
            return file.execute(question, values).fetchall()

    def reader(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, isolation_level=None)

    @property
    def database(self) -> Path:
        return self.folder / "muster.db"

    def looked(self, start: datetime, end: datetime) -> bool:
        """Whether Muster looked for what is due, all of it between these moments."""
        looks = (line.split() for line in (self.folder / "ticks").read_text().splitlines())
        return any(
            len(look) == 2 and start <= datetime.fromisoformat(look[0]) and datetime.fromisoformat(look[1]) < end
            for look in looks
        )

    def log(self, last: int = 15) -> str:
        """The last lines that Muster wrote."""
        log = self.folder / "log"
        return "\n".join(log.read_text().splitlines()[-last:]) if log.exists() else ""

    def broken(self) -> list[str]:
        """What Muster wrote of errors that nobody foresaw."""
        return [line for line in self.log(100_000).splitlines() if '"action": "broke"' in line or "Traceback" in line]


def words(reply: Any) -> str:
    return str((reply or {}).get("text", ""))


@asynccontextmanager
async def a_lab(nursery: Nursery, folder: Path, policy: str = "default") -> AsyncIterator[Lab]:
    """A lab with everybody in place; `begin` brings Muster up. What was too much for Slack fails at the end."""
    os.makedirs(folder, exist_ok=True)
    simulator = Simulator(SystemClock(), ROOT / "manifest.yml")
    await simulator.start()
    move_in(simulator, book.load(policy))
    lab = Lab(nursery, simulator, folder, policy)
    try:
        yield lab
    finally:
        await lab.end()
        await simulator.stop()
    assert simulator.complaints == []
