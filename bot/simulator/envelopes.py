"""One delivery to the app, and its failure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.simulator.errors import Json
from bot.simulator.ids import secret

KINDS = {"events_api": "event", "slash_commands": "command", "interactive": "interaction"}


class Socket(Protocol):
    async def send(self, text: str) -> None: ...


class Undelivered(Exception):
    """
    The app did not take a delivery.

    `reason` is "dispatch_failed" (nobody listens), "timeout", "connection_failed" or, of requests, "http_timeout" and
    "http_error"; a `final` one is not tried again.
    """

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(eq=False)
class Envelope:
    """
    One delivery; `sent_at` and `acked_at` are monotonic seconds, `at` the simulator's clock.

    `type` is "events_api", "interactive" or "slash_commands"; `failure` the reason of Undelivered, "" without one.
    """

    type: str
    payload: Json
    id: str = field(default_factory=secret)
    retry_attempt: int = 0
    retry_reason: str = ""
    sent_at: float = 0.0
    acked_at: float | None = None
    reply: Any = None
    socket: Socket | None = None
    seq: int = 0
    at: datetime | None = None
    over: Literal["socket", "http"] = "socket"
    failure: str = ""

    @property
    def kind(self) -> str:
        """What the page calls it: "event", "command" or "interaction"."""
        return KINDS[self.type]

    def text(self) -> str:
        """As a frame of Socket Mode."""
        frame: Json = {
            "envelope_id": self.id,
            "type": self.type,
            "accepts_response_payload": self.type != "events_api",
            "payload": self.payload,
        }
        if self.type == "events_api":
            frame.update(retry_attempt=self.retry_attempt, retry_reason=self.retry_reason)
        return json.dumps(frame)
