"""How Muster and what it leans on are, one sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """DOUBTFUL works today and may not tomorrow, or could not be looked at; WRONG does not work."""

    WELL = "well"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


#: from the best to the worst; the place in it is the exit code of `muster doctor`
ORDER = (Health.WELL, Health.DOUBTFUL, Health.WRONG)


@dataclass(frozen=True)
class Finding:
    """`area` is what was looked at, in a word or two; `remedy` a sentence on what would be right, "" when all is."""

    area: str
    health: Health
    says: str
    remedy: str = ""


def well(area: str, says: str) -> Finding:
    return Finding(area, Health.WELL, says)


def doubtful(area: str, says: str, remedy: str) -> Finding:
    return Finding(area, Health.DOUBTFUL, says, remedy)


def wrong(area: str, says: str, remedy: str) -> Finding:
    return Finding(area, Health.WRONG, says, remedy)


def worst(findings: Iterable[Finding]) -> Health:
    """
    >>> worst([well("Disk", "There is room."), doubtful("Clock", "It is 20 s ahead.", "Run NTP.")])
    <Health.DOUBTFUL: 'doubtful'>
    """
    return max((finding.health for finding in findings), key=ORDER.index, default=Health.WELL)
