"""Faults the test bed can order: slowness, refusals, lost answers, cut sockets, Slack being down."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.limits import RateLimits

Do = Literal["fail", "drop", "hang"]


@dataclass
class Fault:
    """What befalls the next `times` calls of a method."""

    do: Do
    times: int
    error: str | None = None
    status: int = 200
    retry_after: int = 30
    before: bool = False
    lag: float = 0.0
    do_work: bool = False


class Faults:
    """Orders are taken here and met in web_api.py; "*" stands for every method."""

    def __init__(self, limits: RateLimits, seed: int = 7) -> None:
        self.limits = limits
        self.random = random.Random(seed)
        self.epoch = 0
        self._slow: dict[str, float] = {}
        self._waiting: dict[str, list[Fault]] = {}
        self.cut: Callable[[], None] = lambda: None
        self.shut: Callable[[bool, float | None], None] = lambda on, seconds: None
        self.plan: Callable[[bool], None] = lambda free: None

    def slow(self, method: str, seconds: float) -> None:
        """Each answer of this method takes so many seconds of real time; 0 takes the order back."""
        self._slow[method] = seconds

    def fail(
        self,
        method: str,
        times: int = 1,
        error: str | None = "fatal_error",
        status: int = 200,
        retry_after: int = 30,
        do_work: bool = False,
    ) -> None:
        """Answer with this error or HTTP status; with `do_work` the work is done all the same."""
        self._add(method, Fault("fail", times, error, status, retry_after, do_work=do_work))

    def drop(self, method: str, times: int = 1, before: bool = False, lag: float = 0.3) -> None:
        """Close the connection without an answer: with nothing done, or with the work landing in `lag` s."""
        self._add(method, Fault("drop", times, before=before, lag=lag, do_work=not before))

    def hang(self, method: str, times: int = 1, do_work: bool = True) -> None:
        """Never answer; the request is over when the client gives up."""
        self._add(method, Fault("hang", times, do_work=do_work))

    def cut_sockets(self) -> None:
        """Break every web-socket without a word."""
        self.cut()

    def refuse(self, on: bool = True, seconds: float | None = None) -> None:
        """Refuse new connections and break those of the bot; with `seconds` it is over by itself (real time)."""
        self.shut(on, seconds)

    def rate_limits(self, on: bool = True) -> None:
        self.limits.on = on

    def free_team(self, on: bool = True) -> None:
        """A team without a paid plan, whose canvases are tabs of channels, one in each."""
        self.plan(on)

    def clear(self) -> None:
        """Take every order back; hanging requests are let go without an answer."""
        self._slow.clear()
        self._waiting.clear()
        self.limits.on = False
        self.epoch += 1
        self.shut(False, None)
        self.plan(False)

    def _add(self, method: str, fault: Fault) -> None:
        self._waiting.setdefault(method, []).append(fault)

    def delay(self, method: str) -> float:
        return self._slow.get(method, self._slow.get("*", 0.0))

    def take(self, method: str) -> Fault | None:
        """The fault that befalls this call, counted off."""
        for key in (method, "*"):
            orders = self._waiting.get(key)
            if orders:
                fault = orders[0]
                fault.times -= 1
                if fault.times <= 0:
                    orders.pop(0)
                return fault
        return None

    def order(self, do: str, args: dict[str, Any]) -> None:
        """The same orders by name, as they come over HTTP. ValueError if there is no such order."""
        verbs: dict[str, Callable[..., None]] = {
            "slow": self.slow,
            "fail": self.fail,
            "drop": self.drop,
            "hang": self.hang,
            "cut": self.cut_sockets,
            "refuse": self.refuse,
            "rate": self.rate_limits,
            "free": self.free_team,
            "clear": self.clear,
        }
        if do not in verbs:
            raise ValueError(f"There is no fault {do}; there are {', '.join(verbs)}.")
        try:
            verbs[do](**args)
        except TypeError as refusal:
            raise ValueError(f"{do} does not take these arguments: {refusal}") from refusal
