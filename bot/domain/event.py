"""What a fact is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Stage(StrEnum):
    """What a status means to the machine, whatever a policy calls it."""

    ACTIVE = "active"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


#: nobody works on an incident that has come to one of these
OVER = frozenset({Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED})


class Event:
    """One thing that became true. Subclasses are frozen dataclasses of JSON values and datetimes."""

    TYPE: ClassVar[str]
    V: ClassVar[int] = 1


@dataclass(frozen=True)
class Fact:
    """
    An event with its circumstances.

    `at` is when it was so (UTC), `by` an opaque person (`slack:U1`) or `muster`.
    """

    event: Event
    at: datetime
    by: str
