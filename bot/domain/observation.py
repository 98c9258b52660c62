"""What a probe found, and what that means by the limits of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Fault(StrEnum):
    """Why a probe did not find what it looked for. "" is none: its values and text can be judged."""

    NONE = ""
    #: nobody listens there
    REFUSED = "refused"
    #: no answer in time
    TIME_OUT = "time_out"
    #: the name does not lead to an address
    UNRESOLVED = "unresolved"
    #: an answer, but another than was expected
    UNEXPECTED = "unexpected"
    #: a certificate that is expired or not to be trusted
    UNTRUSTED = "untrusted"
    #: what was looked for is not there: a process, a unit, a file, a key
    MISSING = "missing"
    #: it would not let Muster look
    DENIED = "denied"
    #: the probe itself could not look
    BROKEN = "broken"
    #: the target has no address here: nobody looked
    UNSET = "unset"


@dataclass(frozen=True)
class Reading:
    """
    What one probe found, as it is.

    `summary` is one line for people. `values` are what was measured, by name, each in the unit of the name's ending
    (seconds, percent, bytes, or a count). `text` is what was read (log lines, a body, a list), redacted and cut to
    64 KB.
    `series` holds points (Unix seconds, value) by name, for graphs.
    """

    fault: Fault
    summary: str
    values: Mapping[str, float] = field(default_factory=dict)
    text: str = ""
    series: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


class Look(StrEnum):
    """How something looks, from best to worst."""

    UNSET = "unset"
    WELL = "well"
    UNKNOWN = "unknown"
    WRONG = "wrong"


@dataclass(frozen=True)
class Symptom:
    """
    One thing that is wrong. `type` is what causes of a policy name (`service_down`), `grade` a word of alerts.yml
    (`critical`), `count` how often it was seen.
    """

    type: str
    grade: str
    text: str
    service: str = ""
    probe: str = ""
    count: int = 1


@dataclass(frozen=True)
class Observation:
    """
    A reading, judged. `at` is when the probe began, `took` how many seconds it needed.

    UNKNOWN is a probe that could not look: no proof that the service is ill.
    """

    probe: str
    title: str
    service: str
    kind: str
    look: Look
    reading: Reading
    symptoms: tuple[Symptom, ...]
    at: datetime
    took: float
