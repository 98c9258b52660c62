"""A circuit breaker: what does not answer is left alone for a while."""

from __future__ import annotations

from typing import Literal

State = Literal["closed", "open", "half-open"]


class Circuit:
    """Opens after `most` failures in a row; `rest` seconds later one try goes through. Times are any steady seconds."""

    def __init__(self, most: int = 3, rest: float = 3.0) -> None:
        self._most, self._rest = most, rest
        self._failures, self._opened = 0, 0.0
        self.state: State = "closed"

    def lets_through(self, now: float) -> bool:
        if self.state == "open" and now - self._opened >= self._rest:
            self.state = "half-open"
            return True
        return self.state == "closed"

    def succeeded(self) -> bool:
        """Whether this closed it."""
        closed, self.state, self._failures = self.state != "closed", "closed", 0
        return closed

    def failed(self, now: float) -> bool:
        """Whether this opened it."""
        self._failures += 1
        opens = self.state == "half-open" or self._failures == self._most
        if opens:
            self.state, self._opened = "open", now
        return opens
