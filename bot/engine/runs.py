"""A run: a short function, replayed from its top; each named step returns what that name recorded before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.engine.clock import Clock
from bot.engine.journal import WHOLE_RUN, Decide, Journal, Json, RunRecord, State, Step, Trouble, Workbench
from bot.engine.leases import Lease
from bot.engine.outcomes import Busy, Doubt, GivenUp, Key, Patience, Rejected
from bot.engine.settings import BREATH, Settings
from bot.engine.steps import ENDED, Expected, latest, outcome, spoken, trouble, within

logger = logging.getLogger(__name__)

#: a revision that no subject is at
NEVER = -1

Then: TypeAlias = Callable[[Any, Json], Awaitable[None]]
OnTrouble: TypeAlias = Callable[[Any, Trouble], Awaitable[None]]


class Resting(BaseException):
    """A signal to the engine, not an error: this run goes on at `until`, or when it is nudged."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Workshop:
    """What every run works with."""

    journal: Journal
    clock: Clock
    settings: Settings
    on_trouble: OnTrouble
    uniform: Callable[[float, float], float]
    passed: Callable[[], float]


@dataclass(frozen=True)
class Terms:
    """What a step's caller said about it."""

    patience: timedelta | None
    then: Then | None = None
    expected: Expected = ()
    lane: str | None = None


class Run:
    """What a run's body gets. Step names are unique in a run and carry their subject: `invite:slack:U1`."""

    def __init__(self, record: RunRecord, workshop: Workshop, lease: Lease) -> None:
        self._record = record
        self._workshop = workshop
        self._lease = lease
        self._steps: dict[str, Step] = dict(record.steps)
        self._named: set[str] = set()

    @property
    def id(self) -> str:
        return self._record.id

    @property
    def kind(self) -> str:
        return self._record.kind

    @property
    def subject(self) -> str:
        return self._record.subject

    @property
    def data(self) -> Mapping[str, Json]:
        return self._record.data

    @property
    def asker(self) -> str | None:
        return self._record.asker

    @property
    def priority(self) -> int:
        return self._record.priority

    @property
    def doubt(self) -> datetime | None:
        """Since when what it does may have been done without being on record; None for the usual run."""
        return self._record.doubt

    @property
    def now(self) -> datetime:
        return self._workshop.clock.now()

    async def step(
        self,
        name: str,
        do: Callable[[], Awaitable[Json]],
        *,
        label: str,
        patience: timedelta | None = Patience.ROOM,
        then: Then | None = None,
        expected: Expected = (),
    ) -> Json:
        """
        An effect that may be repeated without harm.

        `then(ledger, result)` runs in the transaction that records the step done. GivenUp if it was refused or grew
        too old; a refusal in `expected` is raised as itself instead, and nobody is told.
        """
        step = self._called(name, label)
        if step.state in ENDED:
            return outcome(step, expected)
        terms = Terms(patience, then, expected)
        await self._ready(step, step.not_before, terms)
        tried = replace(step, begun=step.begun or self.now)
        return await self._attempt(do, self._workshop.settings.call_limit, tried, tried, terms, self._workshop.passed())

    async def keyed(
        self,
        name: str,
        send: Callable[[Key], Awaitable[Json]],
        *,
        label: str,
        patience: timedelta | None = Patience.ROOM,
        lane: str | None = None,
        then: Then | None = None,
        expected: Expected = (),
        limit: timedelta | None = None,
    ) -> Json:
        """
        An effect that must not be made twice: that it is tried is on record before `send` is called.

        In doubt it rests until the last try plus `limit` (of one call) plus settling, and only then is `send` asked
        to look first. With a lane it waits for its turn. The rest is as in `step`.
        """
        step = self._called(name, label)
        if step.state in ENDED:
            return outcome(step, expected)
        limit = limit or self._workshop.settings.call_limit
        terms = Terms(patience, then, expected, lane)
        await self._ready(step, latest(step.not_before, self._settled(step, limit)), terms)
        # whoever takes over waits for as long as this try may last: so its time begins before it is on record
        asked = self._workshop.passed()
        tried = await self._try(step, lane)
        key = Key(f"{self.id}:{name}", tried.since or self.now, doubtful=step.since is not None)
        before = replace(step, begun=tried.begun)
        return await self._attempt(lambda: send(key), limit, before, tried, terms, asked)

    async def once(self, name: str, do: Callable[[], Awaitable[Json]], *, label: str) -> Json | None:
        """A perishable effect, tried once ever. None if it was not done, or if nobody knows."""
        step = self._called(name, label)
        if step.state in ENDED:
            return step.result
        if step.state is State.TRYING:
            await self._keep(replace(step, state=State.MISSED, sentence="Muster stopped in the middle of it."))
            return None
        await self._try(step, None)
        self._lease.check()
        try:
            result = await within(self._workshop.settings.call_limit, do)
        except (Busy, Doubt, Rejected) as failure:
            self._log("step.missed", "%s: %s", label, failure, step=name)
            await self._keep(replace(step, state=State.MISSED, sentence=str(failure)))
            return None
        await self._keep(replace(step, state=State.DONE, result=result))
        return result

    async def decide(self, name: str, decide: Decide[Json]) -> Json:
        """A named step that is one transaction without any outside call."""
        step = self._called(name, name)
        if step.state in ENDED:
            return outcome(step, ())

        async def record(bench: Workbench) -> Step:
            bench.caused(f"{self.id}:{name}", self.doubt)
            done = replace(step, state=State.DONE, result=await decide(bench))
            await bench.keep_step(self._record, done)
            return done

        self._steps[name] = await self._transact(record)
        return self._steps[name].result

    async def together(self, *work: Awaitable[Any]) -> list[Any]:
        """
        Side by side, each to its own end: one failure stops no other. What was given up leaves None in its place.

        When all have ended: an unexpected error is raised first, then the earliest rest, then an expected refusal.
        """
        ended = await asyncio.gather(*work, return_exceptions=True)
        errors = [e for e in ended if isinstance(e, BaseException) and not isinstance(e, GivenUp)]
        rests = [e for e in errors if isinstance(e, Resting)]
        for error in errors:
            if not isinstance(error, Resting | Rejected):
                raise error
        if rests:
            raise Resting(min((r.until for r in rests if r.until), default=None))
        for error in errors:
            raise error
        return [None if isinstance(e, GivenUp) else e for e in ended]

    def _called(self, name: str, label: str) -> Step:
        if name in self._named or name == WHOLE_RUN:
            raise ValueError(f"A {self.kind} run names two steps {name!r}; each step needs a name of its own.")
        self._named.add(name)
        step = self._steps.get(name, Step(name))
        if self.doubt and step.since is None:
            # whatever is found of it shows what was so at some other time
            step = replace(step, since=self.doubt, seen=NEVER)
        return replace(step, label=label)

    async def _ready(self, step: Step, moment: datetime | None, terms: Terms) -> None:
        """Rest if the step may not be tried yet; give it up if it is too old and surely not done."""
        if moment and self.now < moment:
            raise Resting(moment)
        if step.since is None and self._outlived(step, terms.patience):
            await self._give_up(step, terms)

    def _settled(self, step: Step, limit: timedelta) -> datetime | None:
        return step.last_try and step.last_try + limit + self._workshop.settings.settle

    def _outlived(self, step: Step, patience: timedelta | None) -> bool:
        return patience is not None and step.begun is not None and self.now - step.begun >= patience

    async def _try(self, step: Step, lane: str | None) -> Step:
        """Commit that the step is being tried. Resting if it is not its turn in the lane."""

        async def record(bench: Workbench) -> Step | None:
            if lane and not await bench.take_seat(lane, self._record, step.name):
                return None
            # what is found of an earlier try shows what was so then
            seen = step.seen if step.since else await bench.revision(self.subject)
            tried = replace(
                step, state=State.TRYING, begun=step.begun or bench.now, since=step.since or bench.now,
                last_try=bench.now, not_before=None, seen=seen,
            )  # fmt: skip
            await bench.keep_step(self._record, tried)
            return tried

        tried: Step | None = await self._transact(record)
        if tried is None:
            raise Resting(None)
        self._steps[step.name] = tried
        return tried

    async def _attempt(
        self, do: Callable[[], Awaitable[Json]], limit: timedelta, before: Step, tried: Step, terms: Terms, asked: float
    ) -> Json:
        try:
            result = await self._call(do, limit, asked)
        except Busy as busy:
            until = max(busy.until, self.now + BREATH)
            return await self._wait(replace(before, sentence=str(busy), not_before=until), terms)
        except Doubt as doubt:
            return await self._wait(self._doubted(tried, str(doubt), limit), terms)
        except Rejected as refusal:
            # a first try that is refused surely did nothing; a later one says nothing about the tries before it
            since, last_try = before.since, before.last_try
            return await self._fail(replace(tried, since=since, last_try=last_try), refusal, terms)
        await self._done(replace(tried, state=State.DONE, result=result, sentence=""), terms)
        return result

    async def _call(self, do: Callable[[], Awaitable[Json]], limit: timedelta, asked: float) -> Json:
        """Fenced, or Busy, when Muster stood still for so long that it must not be made any more."""
        self._lease.check()
        gone = self._workshop.passed() - asked
        if gone >= limit.total_seconds():
            raise Busy(self.now, "Muster stood still in the middle of it.")
        return await within(limit, do, gone)

    def _doubted(self, tried: Step, sentence: str, limit: timedelta) -> Step:
        attempts = tried.attempts + 1
        settings = self._workshop.settings
        pause = self.now + settings.backoff(attempts, self._workshop.uniform)
        until = latest(pause, self._settled(tried, limit))
        return replace(tried, state=State.RESTING, attempts=attempts, sentence=sentence, not_before=until)

    async def _wait(self, step: Step, terms: Terms) -> Json:
        resting = replace(step, state=State.RESTING)
        if self._outlived(resting, terms.patience):
            return await self._give_up(resting, terms)
        assert resting.not_before is not None
        long = resting.not_before - self.now > self._workshop.settings.tell_after
        tell = long and not resting.reported
        await self._keep(replace(resting, reported=tell or resting.reported), tell=tell)
        self._log("step.resting", "%s: %s", step.label, step.sentence, step=step.name)
        raise Resting(resting.not_before)

    async def _give_up(self, step: Step, terms: Terms) -> Json:
        sentence = f"{step.sentence} Given up after {spoken(terms.patience)}.".strip()
        return await self._fail(step, GivenUp(sentence), terms)

    async def _fail(self, step: Step, refusal: Rejected | GivenUp, terms: Terms) -> Json:
        expected = isinstance(refusal, terms.expected)
        failed = replace(
            step, state=State.REFUSED if expected else State.FAILED, sentence=refusal.sentence,
            error=type(refusal).__name__, not_before=None,
        )  # fmt: skip
        await self._keep(failed, tell=not expected, lane=terms.lane)
        self._log("step.refused" if expected else "step.failed", "%s: %s", step.label, refusal, step=step.name)
        return outcome(failed, terms.expected)

    async def _done(self, done: Step, terms: Terms) -> None:
        async def record(bench: Workbench) -> None:
            await bench.keep_step(self._record, done)
            if terms.lane:
                await bench.leave_seat(self._record, done.name)
            if terms.then:
                bench.caused(f"{self.id}:{done.name}", self.doubt)
                bench.as_of(done.seen)
                await terms.then(bench, done.result)
            if done.reported:
                await bench.want(self.subject)

        await self._transact(record)
        self._steps[done.name] = done
        self._log("step.done", "%s", done.label, step=done.name)

    async def _keep(self, step: Step, *, tell: bool = False, lane: str | None = None) -> None:
        async def record(bench: Workbench) -> None:
            await bench.keep_step(self._record, step)
            if lane:
                await bench.leave_seat(self._record, step.name)
            if tell:
                await self._workshop.on_trouble(bench, trouble(self._record, step))

        await self._transact(record)
        self._steps[step.name] = step

    async def _transact(self, decide: Decide[Any]) -> Any:
        return await self._workshop.journal.transact(decide, self.now)

    def _log(self, action: str, message: str, *values: object, step: str) -> None:
        extra = {"action": action, "run": self.id, "subject": self.subject, "step": step}
        logger.info(message, *values, extra=extra)
