"""What monitoring says: something is wrong, or is well again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Alert:
    """
    One alert as its source says it.

    `fingerprint` is the same for every word of the source about one thing; `grade` is the source's own word for how
    grave it is, which alerts.yml translates; `type` is what rules of routing.yml may go by; `since` and `until` are
    when it began and ended there (UTC). Texts are redacted already.
    """

    source: str
    fingerprint: str
    name: str
    firing: bool
    grade: str
    since: datetime
    until: datetime | None = None
    service: str = ""
    type: str = ""
    summary: str = ""
    link: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.source}:{self.fingerprint}"
