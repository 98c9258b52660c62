"""What a recorded step means: its outcome, what people are told of it, and the limit of a call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.engine.journal import Json, RunRecord, State, Step, Trouble
from bot.engine.outcomes import Doubt, GivenUp, Rejected

Expected: TypeAlias = tuple[type[Rejected], ...]

ENDED = frozenset({State.DONE, State.FAILED, State.REFUSED, State.MISSED})


def trouble(run: RunRecord, step: Step) -> Trouble:
    """What people are told of a step that rests or was given up."""
    final = step.state is State.FAILED
    assert step.begun is not None
    return Trouble(
        run.subject, run.id, run.kind, step.name, step.label, step.sentence, step.begun, final,
        None if final else step.not_before, run.asker,
    )  # fmt: skip


def spoken(span: timedelta | None) -> str:
    """
    >>> spoken(timedelta(minutes=15)), spoken(timedelta(hours=24))
    ('15 minutes', '24 hours')
    """
    seconds = int((span or timedelta()).total_seconds())
    if seconds >= 7200:
        return f"{seconds // 3600} hours"
    return f"{seconds // 60} minutes" if seconds >= 120 else f"{seconds} seconds"


def outcome(step: Step, expected: Expected) -> Json:
    """The result of an ended step, or its refusal once more."""
    if step.state is State.DONE:
        return step.result
    if step.state is State.REFUSED:
        for refusal in expected:
            for kind in (refusal, *descendants(refusal)):
                if kind.__name__ == step.error:
                    raise kind(step.sentence)
    raise GivenUp(step.sentence)


def descendants(kind: type[Rejected]) -> list[type[Rejected]]:
    return [d for child in kind.__subclasses__() for d in (child, *descendants(child))]


async def within(limit: timedelta, do: Callable[[], Awaitable[Json]], gone: float = 0.0) -> Json:
    """The call's answer, or Doubt when it does not end within the limit (real time; `gone` seconds of it are over)."""
    try:
        async with asyncio.timeout(limit.total_seconds() - gone):
            return await do()
    except TimeoutError as error:
        raise Doubt(f"No answer came within {spoken(limit)}.") from error


def latest(first: datetime | None, second: datetime | None) -> datetime | None:
    return max(first, second) if first and second else first or second


def broke(error: Exception) -> str:
    """The mishap in a sentence; the error's own text may hold what people must not see, so only its place is named."""
    if isinstance(error, LookupError) and str(error).startswith("This release of Muster"):
        return str(error)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "an unknown place"
    return f"Something in Muster broke at {where} ({type(error).__name__})."
