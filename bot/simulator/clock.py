"""The clock the simulator is given; waits that Slack chooses go through it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...

    async def sleep_until(self, instant: datetime, /) -> None: ...


def stamp(instant: datetime) -> str:
    """The instant as a Slack timestamp: seconds, a dot, six digits."""
    micros = round(instant.timestamp() * 1_000_000)
    return from_micros(micros)


def micros(ts: str) -> int:
    """A Slack timestamp in microseconds; ValueError if it is none."""
    whole, _, fraction = ts.partition(".")
    return int(whole) * 1_000_000 + int((fraction + "000000")[:6])


def from_micros(value: int) -> str:
    return f"{value // 1_000_000}.{value % 1_000_000:06d}"


def seconds(instant: datetime) -> int:
    return math.floor(instant.timestamp())
