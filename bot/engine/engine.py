"""The engine: fires timers, performs runs and edits surfaces when the store says they are due."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.engine.clock import Clock, elapsed
from bot.engine.journal import (
    WHOLE_RUN,
    DueTimer,
    Fenced,
    Journal,
    RunRecord,
    State,
    Step,
    Surface,
    Timer,
    Trouble,
    Workbench,
)
from bot.engine.leases import Lease, Tenure
from bot.engine.log import log, log_run
from bot.engine.outcomes import GivenUp
from bot.engine.runs import OnTrouble, Resting, Run, Workshop
from bot.engine.settings import Settings
from bot.engine.steps import broke, trouble
from bot.engine.surfaces import EDIT_AGAIN, Edit, Editor, OnGone, edit_again

logger = logging.getLogger(__name__)

RunBody: TypeAlias = Callable[[Run], Awaitable[None]]
TimerHandler: TypeAlias = Callable[[Any, Timer], Awaitable[None]]


class Engine:
    """
    Drive it with `run_due(now)`: from a ticker once a second, and by itself after each commit once started.

    `uniform` draws the jitter of a backoff, `passed` tells how much real time has gone by (in seconds).
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        *,
        runs: Mapping[str, RunBody],
        timers: Mapping[str, TimerHandler],
        surfaces: Mapping[str, Edit],
        on_trouble: OnTrouble,
        on_gone: OnGone,
        settings: Settings | None = None,
        uniform: Callable[[float, float], float] = random.uniform,
        passed: Callable[[], float] = elapsed,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._settings = settings or Settings()
        self._runs = runs
        self._timers = timers
        self._workshop = Workshop(journal, clock, self._settings, on_trouble, uniform, passed)
        self._editor = Editor(self._workshop, surfaces, on_gone)
        self._tenure = Tenure(journal, clock, self._settings, passed)
        self._round = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._editing: set[tuple[str, str]] = set()
        self._unwritten: dict[tuple[str, str], datetime] = {}
        self._unrecorded: set[str] = set()
        self._waking: asyncio.Task[None] | None = None
        self._woken_again = False
        self._context = copy_context()
        self._deaf: Callable[[], None] | None = None

    async def start(self) -> None:
        """Take over what earlier owners left, and work whenever something is committed."""
        freed = await self._tenure.begin()
        self._unrecorded.clear()
        self._deaf = self._journal.on_commit(self.wake)
        log("engine.start", f"{freed} runs taken over")
        self.wake()

    async def stop(self, grace: float) -> None:
        """Begin nothing new, let what is in flight end for `grace` seconds, then cancel it."""
        if self._deaf:
            self._deaf()
        self._deaf = None
        in_flight = self._in_flight()
        if in_flight:
            await asyncio.wait(in_flight, timeout=grace)
        for task in (left := self._in_flight()):
            task.cancel()
        if left:
            await asyncio.wait(left)
        await self._guarded(self._tenure.end(), "give up the lease")
        log("engine.stop", "nothing is in flight")

    def wake(self) -> None:
        """Look soon for what is due; many calls make one look."""
        self._woken_again = True
        if self._deaf and self._waking is None:
            self._waking = self._task(self._look())
            self._waking.add_done_callback(self._looked)

    async def run_due(self, now: datetime) -> None:
        """Fire due timers, claim due runs, begin due edits; `batch` at most in flight. Waits for none of them."""
        async with self._round:
            if freed := await self._tenure.keep():
                log("engine.takeover", f"{freed} runs taken over")
            await self._free_unrecorded(now)
            due = await self._journal.next_due()
            if due is None or due > now:
                return
            await self._fire_timers(now)
            await self._claim_runs(now)
            await self._begin_edits(now)

    async def next_due(self) -> datetime | None:
        """When there is something to do next, as far as the store knows."""
        return await self._journal.next_due()

    @property
    def idle(self) -> bool:
        """Nothing is in flight and nobody has asked for a look."""
        return not self._in_flight()

    @property
    def holds(self) -> bool:
        """Whether the lease under which it works stands."""
        return not self._tenure.lease.over

    async def settle(self) -> None:
        """Return when idle."""
        while in_flight := self._in_flight():
            await asyncio.wait(in_flight, return_when=asyncio.FIRST_COMPLETED)

    def _in_flight(self) -> set[asyncio.Task[None]]:
        return self._tasks | {self._waking} if self._waking else set(self._tasks)

    async def _look(self) -> None:
        while self._woken_again and self._deaf:
            self._woken_again = False
            await self._guarded(self.run_due(self._clock.now()), "look for what is due")

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._waking = None
        if self._woken_again:  # after the last look, and before it was known to be the last
            self.wake()

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """In our own context: whoever commits wakes us, and their deadline or urgency is not that of our work."""
        return asyncio.create_task(work, context=self._context.copy())

    def _begin(self, work: Coroutine[Any, Any, None], after: Callable[[], None]) -> None:
        task = self._task(work)
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            after()
            self.wake()

        task.add_done_callback(ended)

    async def _guarded(self, work: Awaitable[Any], what: str) -> Exception | None:
        """The error that broke the work, if any: whatever one piece of work does, the others go on."""
        try:
            await work
        except Fenced as error:
            return error
        except Exception as error:  # the one place that must survive any bug of a body or handler
            extra = {"action": "broke", "run": None, "subject": None}
            logger.exception("Something in Muster broke: could not %s", what, extra=extra)
            return error
        return None

    async def _transact(self, decide: Callable[[Workbench], Awaitable[Any]]) -> Any:
        return await self._journal.transact(decide, self._clock.now())

    # timers

    async def _fire_timers(self, now: datetime) -> None:
        keys = await self._journal.due_timers(now, self._settings.batch)
        settled = [await self._fire_or_delay(key, now) for key in keys]
        # when nothing can be written down, the same timers are due again at once: they wait for the next tick
        if len(keys) == self._settings.batch and any(settled):
            self.wake()

    async def _fire_or_delay(self, key: str, now: datetime) -> bool:
        """Whether it is due no more."""
        found: list[DueTimer] = []
        error = await self._guarded(self._fire(key, now, found), f"fire the timer {key}")
        if error and found:
            error = await self._guarded(self._delay(found[0], error, now), f"put off the timer {key}")
        return error is None

    async def _fire(self, key: str, now: datetime, found: list[DueTimer]) -> None:
        async def fire(bench: Workbench) -> None:
            if (due := await bench.fire(key)) is None:
                return
            found.append(due)
            await self._handler(due.timer.kind)(bench, due.timer)
            log("timer.fired", f"{due.timer.kind}, late by {due.timer.late}", subject=due.timer.subject)

        await self._journal.transact(fire, now)

    def _handler(self, kind: str) -> TimerHandler:
        if kind == EDIT_AGAIN:
            return edit_again
        if kind not in self._timers:
            raise LookupError(f"This release of Muster does not know timers of kind {kind!r}.")
        return self._timers[kind]

    async def _delay(self, due: DueTimer, error: Exception, now: datetime) -> None:
        """A timer whose decision broke is not lost: it is due again after a growing pause, and people are told once."""
        timer = due.timer
        until = now + self._settings.backoff(due.attempts + 1, self._workshop.uniform)
        told = Trouble(
            timer.subject, "", timer.kind, "timer", f"do what was due ({timer.kind})", broke(error), timer.due, False,
            until, None,
        )  # fmt: skip
        ours = await self._journal.transact(lambda bench: bench.delay_timer(timer.key, until, due.attempts), now)
        if ours and due.attempts == 0:
            await self._journal.transact(lambda bench: self._workshop.on_trouble(bench, told), now)

    # runs

    async def _claim_runs(self, now: datetime) -> None:
        room = self._settings.batch - len(self._tasks)
        # a claim is a commit and wakes us: an empty one would go on for as long as an edit that is due is under way
        if room <= 0 or not await self._journal.runs_due(now):
            return

        lease = self._tenure.lease

        async def claim(bench: Workbench) -> list[RunRecord]:
            return await bench.claim(lease.owner, room)

        for record in await self._journal.transact(claim, now):
            self._begin(self._perform(record, lease), lambda: None)

    async def _perform(self, record: RunRecord, lease: Lease) -> None:
        run = Run(record, self._workshop, lease)
        try:
            ending = await self._play(record, run)
            error = await self._guarded(self._transact(ending), f"record how run {record.id} stands")
            if isinstance(error, Fenced):
                raise error
            if error:
                self._unrecorded.add(record.id)
        except Fenced:
            log_run("run.fenced", record, "another owner has taken it over, or may have")
        except asyncio.CancelledError:
            self._unrecorded.add(record.id)
            raise

    async def _play(self, record: RunRecord, run: Run) -> Callable[[Workbench], Awaitable[None]]:
        """Perform the body up to its end or its next rest; what is to be recorded then."""
        ended: list[Resting | GivenUp | Fenced] = []
        error = await self._guarded(self._body(record, run, ended), f"perform {record.kind}")
        if error:
            return lambda bench: self._broken(bench, record, error)
        if ended and isinstance(ended[0], Fenced):
            raise ended[0]
        if ended and isinstance(ended[0], Resting):
            until = ended[0].until
            log_run("run.resting", record, f"until {until}" if until else "until it is its turn")
            return lambda bench: self._rest(bench, record, until)
        log_run("run.done", record, str(ended[0]) if ended else "")
        return lambda bench: self._finish(bench, record)

    async def _body(self, record: RunRecord, run: Run, ended: list[Resting | GivenUp | Fenced]) -> None:
        if record.kind not in self._runs:
            raise LookupError(f"This release of Muster does not know work of kind {record.kind!r}.")
        try:
            await self._runs[record.kind](run)
        except (Resting, GivenUp, Fenced) as ending:
            ended.append(ending)

    async def _finish(self, bench: Workbench, record: RunRecord) -> None:
        await self._whole_again(bench, record)
        await bench.finish(record)

    async def _rest(self, bench: Workbench, record: RunRecord, until: datetime | None) -> None:
        await self._whole_again(bench, record)
        await bench.rest(record, until)

    async def _whole_again(self, bench: Workbench, record: RunRecord) -> None:
        mishap = record.steps.get(WHOLE_RUN)
        if mishap and mishap.state is not State.DONE:
            await bench.keep_step(record, replace(mishap, state=State.DONE, attempts=0, reported=False, begun=None))
            await bench.want(record.subject)

    async def _broken(self, bench: Workbench, record: RunRecord, error: Exception) -> None:
        """A body that broke is performed again after a growing pause, and people are told once."""
        mishap = record.steps.get(WHOLE_RUN, Step(WHOLE_RUN))
        attempts = mishap.attempts + 1
        until = bench.now + self._settings.backoff(attempts, self._workshop.uniform)
        told = replace(
            mishap, label=record.kind, state=State.RESTING, sentence=broke(error), attempts=attempts, not_before=until,
            begun=mishap.begun or bench.now, reported=True,
        )  # fmt: skip
        await bench.keep_step(record, told)
        await bench.rest(record, until)
        if not mishap.reported:
            await self._workshop.on_trouble(bench, trouble(record, told))

    async def _free_unrecorded(self, now: datetime) -> None:
        """Runs that ended unwritten (the disk was full, a body was cancelled) are ours still, and performed again."""
        if not self._unrecorded:
            return
        runs, until, owner = set(self._unrecorded), now + self._settings.backoff_first, self._tenure.lease.owner
        await self._journal.transact(lambda bench: bench.free(runs, owner, until), now)
        self._unrecorded -= runs

    # surfaces

    async def _begin_edits(self, now: datetime) -> None:
        room = self._settings.batch - len(self._tasks)
        if room <= 0:
            return
        self._unwritten = {name: until for name, until in self._unwritten.items() if until > now}
        busy, lease = self._editing | self._unwritten.keys(), self._tenure.lease
        found = await self._journal.due_surfaces(now, room + len(busy), lease.owner)
        free = [surface for surface in found if (surface.subject, surface.kind) not in busy][:room]
        if not free:
            return

        async def claim(bench: Workbench) -> list[Surface]:
            return await bench.take_edits(lease.owner, free)

        for surface in await self._journal.transact(claim, now):
            name = (surface.subject, surface.kind)
            self._editing.add(name)
            self._begin(self._edit(surface, lease), lambda name=name: self._editing.discard(name))  # type: ignore[misc]

    async def _edit(self, surface: Surface, lease: Lease) -> None:
        error = await self._guarded(self._editor.edit(surface, lease), f"show {surface.kind} of {surface.subject}")
        if error and not isinstance(error, Fenced):
            told = self._editor.broke(surface, broke(error))
            if await self._guarded(told, f"put off {surface.kind} of {surface.subject}"):
                # due still, as far as the store knows: it rests here, so that it is not edited again at once
                again = self._clock.now() + self._settings.backoff(surface.attempts + 3, self._workshop.uniform)
                self._unwritten[surface.subject, surface.kind] = again
