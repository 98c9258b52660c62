"""What a kind of probe is: its name, what it asks for, and how it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading


class Options(BaseModel):
    """What a probe of this kind may say under `options`; a key that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Spot:
    """
    Where a probe looks. `address` is "" for a probe that looks at this machine; `private` lets it lead to this machine
    or its neighbourhood; `seconds` is the probe's time-out.
    """

    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    seconds: float = 10.0


class Unseen(Exception):
    """The probe did not find what it looked for: why, and one line for people."""

    def __init__(self, fault: Fault, summary: str) -> None:
        super().__init__(summary)
        self.fault, self.summary = fault, summary


@dataclass(frozen=True)
class Kind:
    """
    `read` may raise Unseen, OSError or TimeoutError, and is cancelled when the time-out is over; `local` kinds look at
    this machine when the probe names no target.
    """

    name: str
    options: type[Options]
    read: Callable[[Spot, Any, Reach], Awaitable[Reading]]
    local: bool = False
