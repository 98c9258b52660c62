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
    id: int = 0


class Faults:
    """
    Orders are taken here and met in web_api.py; "*" stands for every method.

    Those for "event", "command" and "interaction", in place of a method, befall what is delivered to the app.
    """

    def __init__(self, limits: RateLimits, seed: int = 7) -> None:
        self.limits = limits
        self.random = random.Random(seed)
        self.epoch = 0
        self.refused = False
        self._count = 0
        self._slow: dict[str, tuple[int, float]] = {}
        self._waiting: dict[str, list[Fault]] = {}
        self.cut: Callable[[], None] = lambda: None
        self.shut: Callable[[bool, float | None], None] = lambda on, seconds: None
        self.changed: Callable[[], None] = lambda: None
        self.plan: Callable[[bool], None] = lambda free: None

    def slow(self, method: str, seconds: float) -> None:
        """Each answer of this method takes so many seconds of real time; 0 takes the order back."""
        self._count += 1
        self._slow[method] = (self._count, seconds)
        if not seconds:
            del self._slow[method]
        self.changed()

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
        self.refused = on
        self.shut(on, seconds)
        self.changed()

    def let_in(self) -> None:
        """What `refuse` ordered is over."""
        self.refused = False
        self.changed()

    def rate_limits(self, on: bool = True) -> None:
        self.limits.on = on
        self.changed()

    def free_team(self, on: bool = True) -> None:
        """A team without a paid plan, whose canvases are tabs of channels, one in each."""
        self.plan(on)
        self.changed()

    def clear(self) -> None:
        """Take every order back; hanging requests are let go without an answer."""
        self._slow.clear()
        self._waiting.clear()
        self.limits.on = False
        self.epoch += 1
        self.refused = False
        self.shut(False, None)
        self.plan(False)
        self.changed()

    def cancel(self, id: int) -> None:
        """Take one order back. ValueError if it is not there, or has been met."""
        left = {method: [one for one in orders if one.id != id] for method, orders in self._waiting.items()}
        slow = {method: one for method, one in self._slow.items() if one[0] != id}
        if slow == self._slow and left == self._waiting:
            raise ValueError("There is no such order any more.")
        self._slow, self._waiting = slow, left
        self.changed()

    def orders(self) -> list[dict[str, Any]]:
        """Those that stand, oldest first, as the page shows them."""
        nothing = {"times": None, "seconds": None, "error": None, "status": None, "before": False, "do_work": False}
        slow = [
            {**nothing, "id": id, "do": "slow", "method": method, "seconds": seconds}
            for method, (id, seconds) in self._slow.items()
        ]
        waiting = [
            {**nothing, **{name: getattr(one, name) for name in ("id", "do", "times", "error", "status", "before")},
             "do_work": one.do_work, "method": method}
            for method, orders in self._waiting.items() for one in orders
        ]  # fmt: skip
        return sorted([*slow, *waiting], key=lambda order: int(order["id"]))

    def _add(self, method: str, fault: Fault) -> None:
        self._count += 1
        fault.id = self._count
        self._waiting.setdefault(method, []).append(fault)
        self.changed()

    def delay(self, method: str) -> float:
        return self._slow.get(method, self._slow.get("*", (0, 0.0)))[1]

    def delay_of(self, kind: str) -> float:
        return self._slow.get(kind, (0, 0.0))[1]

    def take(self, method: str) -> Fault | None:
        """The fault that befalls this call, counted off."""
        return self.take_of(method) or self.take_of("*")

    def take_of(self, kind: str) -> Fault | None:
        """The fault that befalls this kind of delivery, counted off."""
        orders = self._waiting.get(kind)
        if not orders:
            return None
        fault = orders[0]
        fault.times -= 1
        if fault.times <= 0:
            orders.pop(0)
        self.changed()
        return fault

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
            "cancel": self.cancel,
        }
        if do not in verbs:
            raise ValueError(f"There is no fault {do}; there are {', '.join(verbs)}.")
        try:
            verbs[do](**args)
        except TypeError as refusal:
            raise ValueError(f"{do} does not take these arguments: {refusal}") from refusal
