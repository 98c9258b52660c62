"""What the web process is told to be: it is sent whole, so that a new process is as the last one was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: the flag whose code has a mistake
QUICK_CHECKOUT = "quick-checkout"
MOST_CAPACITY = 100


@dataclass(frozen=True)
class Deploy:
    """`at` is an ISO moment with its offset."""

    version: str
    at: str
    by: str
    what: str


@dataclass(frozen=True)
class Wanted:
    """`capacity` is how many orders are worked on at a time; `broken` are the breaks within the process."""

    deploys: tuple[Deploy, ...]
    capacity: int = 16
    flags: Mapping[str, bool] = field(default_factory=lambda: {QUICK_CHECKOUT: False, "gift-notes": True})
    broken: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Wanted:
        deploys = tuple(Deploy(**each) for each in told["deploys"])
        return cls(deploys, told["capacity"], dict(told["flags"]), frozenset(told["broken"]))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "flags": dict(self.flags), "broken": sorted(self.broken)}

    @property
    def release(self) -> str:
        return self.deploys[-1].version
