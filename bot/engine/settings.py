"""The figures the engine works by. Tests shorten them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Settings:
    """
    `call_limit` is real time and bounds one call; `settle` is what an effect may still take to show after that.

    `edit_every` spaces the edits of one surface, `tell_after` is how long a step must rest before people are told,
    `batch` how many pieces of work are in flight at most. Where several processes share a store, one that has not
    renewed its `lease` for so long loses its work to the others.
    """

    call_limit: timedelta = timedelta(seconds=10)
    settle: timedelta = timedelta(seconds=20)
    backoff_first: timedelta = timedelta(seconds=1)
    backoff_most: timedelta = timedelta(seconds=60)
    edit_every: timedelta = timedelta(seconds=2)
    tell_after: timedelta = timedelta(seconds=2)
    batch: int = 64
    lease: timedelta = timedelta(seconds=30)
    renew_every: timedelta = timedelta(seconds=10)

    def backoff(self, attempts: int, uniform: Callable[[float, float], float]) -> timedelta:
        """The jittered wait after so many failed attempts (1 or more): never under `backoff_first`."""
        first, most = self.backoff_first.total_seconds(), self.backoff_most.total_seconds()
        ceiling = min(most, first * 2 ** min(attempts, 30))
        return timedelta(seconds=uniform(first, ceiling))


#: A Busy that names a moment already past would otherwise be tried again without a pause.
BREATH = timedelta(milliseconds=50)
