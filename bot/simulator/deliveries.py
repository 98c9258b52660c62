"""What Slack sends to the app: envelopes, their acknowledgements, and the retries of events."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.simulator.clock import Clock
from bot.simulator.envelopes import Envelope, Socket, Undelivered
from bot.simulator.errors import Json
from bot.simulator.faults import Faults
from bot.simulator.requests import Requests

# https://docs.slack.dev/apis/events-api/#retries: nearly at once, after 1 minute, after 5 minutes
RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
ACK_SECONDS = 3.0
REMEMBERED = 2000

Phase = Literal["sent", "acked", "failed"]
DeliveryHook = Callable[[Envelope, Literal["sent", "acked"]], None]


@dataclass(eq=False)
class Queued:
    """An event on its way: how often it was tried, and when it is tried next."""

    payload: Json
    attempt: int
    due: datetime
    reason: str = ""


class Deliveries:
    """
    Sends each envelope, to one open socket or as a request, and waits, in real time, for its acknowledgement.

    `watchers` are told of every phase, `hooks` of those of a delivery that goes well.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ack_seconds = ACK_SECONDS
        self.live = False
        self.requests: Requests | None = None
        self.faults: Faults | None = None
        self.watchers: list[Callable[[Envelope, Phase], None]] = []
        self.pick: Callable[[], Socket | None] = lambda: None
        self.poke: Callable[[], None] = lambda: None
        self.hooks: list[DeliveryHook] = []
        self.ack_times: list[tuple[str, float]] = []
        self.sent: deque[Envelope] = deque(maxlen=REMEMBERED)
        self.queue: list[Queued] = []
        self.lost: list[Json] = []
        self._count = 0
        self._asking = 0
        self._waiting: dict[str, tuple[Envelope, asyncio.Future[Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # asking: commands and interactions, never retried

    async def ask(self, type_: str, payload: Json) -> Any:
        """Deliver and return the acknowledgement's payload (None if it had none). Undelivered if it failed."""
        return await self._ask(Envelope(type_, payload))

    async def _ask(self, envelope: Envelope) -> Any:
        self._asking += 1
        try:
            return await self._deliver(envelope)
        finally:
            self._asking -= 1

    async def _deliver(self, envelope: Envelope) -> Any:
        self._count += 1
        envelope.seq, envelope.at, envelope.sent_at = self._count, self.clock.now(), time.monotonic()
        try:
            return await self._faulty(envelope, self.faults) if self.faults is not None else await self._pass(envelope)
        except Undelivered as failure:
            envelope.failure = failure.reason
            self._tell(envelope, "failed")
            raise

    async def _faulty(self, envelope: Envelope, faults: Faults) -> Any:
        """Pass it on with whatever is ordered for its kind: it, or only its acknowledgement, may be lost."""
        if delay := faults.delay_of(envelope.kind):
            await asyncio.sleep(delay)
        fault = faults.take_of(envelope.kind)
        if fault is None:
            return await self._pass(envelope)
        if fault.do == "fail":
            raise Undelivered("connection_failed")
        if fault.do_work:
            await self._pass(envelope)
        if fault.do == "hang":
            await asyncio.sleep(self.ack_seconds)
        raise Undelivered("timeout")

    async def _pass(self, envelope: Envelope) -> Any:
        if self.requests is not None:
            return await self._post(envelope, self.requests)
        return await self._send(envelope)

    async def _post(self, envelope: Envelope, requests: Requests) -> Any:
        envelope.over = "http"
        self.sent.append(envelope)
        self._tell(envelope, "sent")
        reply = await requests.post(envelope, self.ack_seconds)
        self._acknowledged(envelope, reply)
        return reply

    async def _send(self, envelope: Envelope) -> Any:
        socket = self.pick()
        if socket is None:
            raise Undelivered("dispatch_failed")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        envelope.socket = socket
        self._waiting[envelope.id] = (envelope, future)
        self.sent.append(envelope)
        try:
            await socket.send(envelope.text())
            self._tell(envelope, "sent")
            return await asyncio.wait_for(future, self.ack_seconds)
        except TimeoutError:
            raise Undelivered("timeout") from None
        except ConnectionError:
            raise Undelivered("connection_failed") from None
        finally:
            self._waiting.pop(envelope.id, None)

    def acked(self, envelope_id: str, payload: Any) -> None:
        """An acknowledgement came in, on whichever socket; late or unknown ones are passed over."""
        envelope, future = self._waiting.get(envelope_id, (None, None))
        if envelope is None or future is None or future.done():
            return
        self._acknowledged(envelope, payload)
        future.set_result(payload)

    def _acknowledged(self, envelope: Envelope, payload: Any) -> None:
        envelope.acked_at, envelope.reply = time.monotonic(), payload
        self.ack_times.append((envelope.type, envelope.acked_at - envelope.sent_at))
        self._tell(envelope, "acked")

    def closed(self, socket: Socket) -> None:
        """A socket is gone: events that it left unacknowledged are tried again.

        Commands and interactions go on waiting: an app may acknowledge on another socket.
        """
        for envelope, future in list(self._waiting.values()):
            if envelope.socket is socket and envelope.type == "events_api" and not future.done():
                future.set_exception(Undelivered("connection_failed"))

    def _tell(self, envelope: Envelope, phase: Phase) -> None:
        for watcher in self.watchers:
            watcher(envelope, phase)
        if phase != "failed":
            for hook in list(self.hooks):
                hook(envelope, phase)

    # events, retried on the clock

    def event(self, payload: Json) -> None:
        """Send an event; if it is not acknowledged it is tried three times more. Nothing before the start."""
        if self.live:
            self.queue.append(Queued(payload, 0, self.clock.now()))
            self.poke()

    async def _attempt(self, queued: Queued) -> None:
        envelope = Envelope("events_api", queued.payload, retry_attempt=queued.attempt, retry_reason=queued.reason)
        try:
            await self._deliver(envelope)
        except Undelivered as failure:
            self._again(queued, failure)

    def _again(self, queued: Queued, failure: Undelivered) -> None:
        if queued.attempt >= len(RETRIES) or failure.final:
            self.lost.append(queued.payload)
            return
        due = self.clock.now() + RETRIES[queued.attempt]
        self.queue.append(Queued(queued.payload, queued.attempt + 1, due, failure.reason))
        self.poke()

    def next_due(self) -> datetime | None:
        return min((queued.due for queued in self.queue), default=None)

    def run_due(self, now: datetime) -> None:
        """Start the retries that are due."""
        due = [queued for queued in self.queue if queued.due <= now]
        self.queue = [queued for queued in self.queue if queued.due > now]
        for queued in due:
            self._spawn(self._attempt(queued))

    async def again(self, which: Envelope | str) -> Envelope:
        """Deliver something once more, as Slack may. KeyError if no such envelope was sent."""
        first = which if isinstance(which, Envelope) else self._remembered(which)
        envelope = Envelope(first.type, first.payload)
        if first.type == "events_api":
            reason = "timeout" if self.requests is None else "http_timeout"
            envelope.retry_attempt, envelope.retry_reason = first.retry_attempt + 1, reason
        await self._ask(envelope)
        return envelope

    def _remembered(self, envelope_id: str) -> Envelope:
        for envelope in self.sent:
            if envelope.id == envelope_id:
                return envelope
        raise KeyError(f"no envelope {envelope_id} was sent")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def in_flight(self) -> int:
        """Deliveries under way: events being tried and gestures waiting for their acknowledgement."""
        return len(self._tasks) + self._asking

    @property
    def undelivered(self) -> int:
        return self.in_flight + len(self.queue)

    async def stop(self) -> None:
        self.live = False
        for task in self._tasks:
            task.cancel()
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(Undelivered("connection_failed"))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.requests is not None:
            await self.requests.stop()
