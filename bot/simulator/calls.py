"""The record of what the bot asked of the Web API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.simulator.errors import Json

Phase = Literal["before", "after"]


@dataclass(eq=False)
class Call:
    """One request. `at` is the simulator's clock; `started` and `ended` are monotonic seconds.

    `token` is "bot", "app" or "none"; `status` is "open" while it runs, then "ok", Slack's error name,
    "429", an HTTP status, or "dropped".
    """

    seq: int
    method: str
    args: Json
    token: str
    at: datetime
    started: float
    ended: float | None = None
    status: str = "open"
    response: Json | None = None

    def as_json(self) -> Json:
        return {
            "seq": self.seq,
            "method": self.method,
            "args": self.args,
            "token": self.token,
            "at": self.at.isoformat(),
            "ms": None if self.ended is None else round((self.ended - self.started) * 1000, 1),
            "started": self.started,
            "ended": self.ended,
            "status": self.status,
            "response": self.response,
        }


CallHook = Callable[[Call, Phase], Awaitable[None] | None]
