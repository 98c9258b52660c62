"""Where a probe looks, and what it says when it finds nothing there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.observation import Fault


@dataclass(frozen=True)
class Spot:
    """
    `address` is "" for a probe that looks at this machine; `private` lets it lead to this machine or its
    neighbourhood, and so does `given` (the operator named it in the environment), but for cloud metadata. `seconds` is
    the probe's time-out.
    """

    address: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    private: bool = False
    seconds: float = 10.0
    given: bool = False


class Unseen(Exception):
    """The probe did not find what it looked for: why, and one line for people."""

    def __init__(self, fault: Fault, summary: str) -> None:
        super().__init__(summary)
        self.fault, self.summary = fault, summary
