"""Ways to kill: at a call, at an instant, between the commit and the acknowledgement. All of them on Slack's side."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.calls import Call
from bot.simulator.deliveries import Envelope
from bot.simulator.web_api import Dropped
from tests.crash.lab import LAG, Lab

#: "before": the call never arrives; "during": it is done up to LAG later, in the next life perhaps; "after": it is
#: done, and the answer finds nobody.
Moment = Literal["before", "during", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "during", "after")

#: Calls of methods that make a thing each time they are called: done late, they could be made twice.
MAKING = frozenset({
    "chat.postMessage", "chat.scheduleMessage", "conversations.create", "bookmarks.add", "response_url",
    "files.completeUploadExternal", "canvases.create",
})  # fmt: skip

CHANGING = (
    *sorted(MAKING), "conversations.invite", "pins.add", "chat.update", "conversations.setTopic",
    "conversations.setPurpose",
)  # fmt: skip

#: how many labs at once: most of their time they wait
SIDE_BY_SIDE = 6


@dataclass(frozen=True)
class Point:
    """The `nth` call of that name, counted from 1."""

    call: str
    nth: int
    moment: Moment

    def __str__(self) -> str:
        return f"{self.moment} {self.call} {self.nth}"


Name = Callable[[Call], str]


def method(call: Call) -> str:
    return call.method


def points(calls: Iterable[Call], name: Name = method) -> list[Point]:
    """Before and after every call, and during those that make something. Calls of one name count as the same."""
    seen: Counter[str] = Counter()
    found = []
    for call in calls:
        seen[name(call)] += 1
        moments = MOMENTS if call.method in MAKING else ("before", "after")
        found += [Point(name(call), seen[name(call)], moment) for moment in moments]
    return found


class AtCall:
    """Kills once, at one point."""

    def __init__(self, lab: Lab, point: Point, chance: random.Random, name: Name = method) -> None:
        self._lab, self._point, self._chance, self._name = lab, point, chance, name
        self._seen = 0
        self._call: Call | None = None
        lab.simulator.on_call.append(self._hook)

    @property
    def reached(self) -> bool:
        return self._call is not None

    def _hook(self, call: Call, phase: str) -> Awaitable[None] | None:
        if phase == "before" and not self.reached and self._name(call) == self._point.call:
            self._seen += 1
            if self._seen == self._point.nth:
                self._call = call
        if call is not self._call or phase != ("after" if self._point.moment == "after" else "before"):
            return None
        self._lab.kill()
        if self._point.moment == "before":
            raise Dropped
        return asyncio.sleep(self._chance.random() * LAG) if self._point.moment == "during" else None


class AfterCommit:
    """
    Kills as soon as the receipt of a gesture is committed, once for each.

    `killed` are the deliveries that it killed over; `unacknowledged` counts how often the acknowledgement had not left
    by then.
    """

    def __init__(self, lab: Lab) -> None:
        self.killed: list[Envelope] = []
        self._lab = lab
        self._acknowledged: set[str] = set()
        self._receipts: set[str] = set()
        lab.simulator.on_delivery.append(self._hook)
        self._listen()

    @property
    def unacknowledged(self) -> int:
        return len({envelope.id for envelope in self.killed} - self._acknowledged)

    def _listen(self) -> None:
        """Hear of acknowledgements also when nobody waits for them any more."""
        deliveries = self._lab.simulator.core.deliveries
        acked = deliveries.acked

        def heard(envelope_id: str, payload: Any) -> None:
            self._acknowledged.add(envelope_id)
            acked(envelope_id, payload)

        deliveries.acked = heard  # type: ignore[method-assign]

    def _hook(self, envelope: Envelope, phase: str) -> None:
        receipt = receipt_for(envelope)
        if phase != "sent" or receipt is None or receipt in self._receipts:
            return
        self._receipts.add(receipt)
        if self._committed(receipt):
            self._lab.kill()
            self.killed.append(envelope)

    def _committed(self, receipt: str, seconds: float = 5.0) -> bool:
        """Look without a pause: Slack stands still meanwhile, so that no acknowledgement is read before the kill."""
        deadline = time.monotonic() + seconds
        with closing(self._lab.reader()) as file:
            while time.monotonic() < deadline:
                if file.execute("SELECT 1 FROM receipts WHERE delivery GLOB ?", (f"{receipt}*",)).fetchone():
                    return True
        return False


def receipt_for(envelope: Envelope) -> str | None:
    """How the receipt of that delivery begins."""
    said = envelope.payload
    if envelope.type == "slash_commands":
        return f"slash:{said['trigger_id']}:"
    if said.get("type") == "view_submission":
        return f"view:{said['view']['id']}:"
    if said.get("type") == "block_actions":
        return f"act:{said['actions'][0]['action_ts']}:"
    return None


@asynccontextmanager
async def while_it_runs(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
    if ended is not None and not isinstance(ended, asyncio.CancelledError):
        raise ended


async def at_random(lab: Lab, chance: random.Random, longest: float, most: int, first: float | None = None) -> None:
    """
    Kill `most` times, up to `longest` seconds apart; what is too short for a whole start hits the start.

    `first` is the longest time until the first kill, if it is another.
    """
    for n in range(most):
        await asyncio.sleep(chance.uniform(0.02, longest if n or first is None else first))
        lab.kill()


def seed() -> int:
    """From the environment, to repeat what failed; else a new one, printed."""
    found = os.environ.get("MUSTER_CRASH_SEED") or random.SystemRandom().randrange(10**9)
    print(f"MUSTER_CRASH_SEED={found}")
    return int(found)


def rounds(number: int) -> int:
    """So many, times what the environment asks for."""
    return max(1, round(number * float(os.environ.get("MUSTER_CRASH_ROUNDS", "1"))))


async def side_by_side(jobs: Iterable[Callable[[], Awaitable[None]]], at_once: int = SIDE_BY_SIDE) -> None:
    """All jobs to their ends; then the first failure."""
    waiting = iter(jobs)

    async def work() -> None:
        for job in waiting:
            await job()

    for ended in await asyncio.gather(*(work() for _ in range(at_once)), return_exceptions=True):
        if ended is not None:
            raise ended
