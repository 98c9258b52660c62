"""
How a call to the outside can end, other than done:

    Busy        surely not done; may be tried again from `until`
    Doubt       perhaps done: no answer, a reset connection, a server error
    Rejected    never will be; the sentence says why
      └ Gone    what should be changed no longer exists
    GivenUp     not raised by calls: what a run's body sees when a step ended without being done
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


class Busy(Exception):
    """Surely not done, so no attempt is counted. `until` is when the other side may be asked again (UTC)."""

    def __init__(self, until: datetime, sentence: str = "The other side asked us to wait.") -> None:
        super().__init__(sentence)
        self.until = until


class Doubt(Exception):
    """Perhaps done, perhaps not. Its text is the sentence people read."""

    def __init__(self, sentence: str = "No clear answer came.") -> None:
        super().__init__(sentence)


class Rejected(Exception):
    """Refused for good. Subclasses are made again from the sentence alone when a run is replayed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)

    @property
    def sentence(self) -> str:
        return str(self)


class Gone(Rejected):
    """What should be edited no longer exists."""


class GivenUp(Exception):
    """A step ended without being done: refused, or too old to go on trying."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)

    @property
    def sentence(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Key:
    """
    The identity of one effect, the same at every try.

    `since` is when it was first tried (UTC). If `doubtful`, an earlier try may have landed: look for it from before
    `since` on, and adopt what is found or send.
    """

    id: str
    since: datetime
    doubtful: bool


class Patience:
    """How old a step may grow before it is given up; None is never."""

    DECORATION = timedelta(minutes=15)
    ROOM = timedelta(hours=24)
    FOREVER: timedelta | None = None
