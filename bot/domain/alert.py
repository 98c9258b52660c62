"""What monitoring says: something is wrong, or is well again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from bot.domain.redaction import redacted

#: characters of a name, of a summary, and of all others; and how many labels
LONGEST_NAME, LONGEST_SUMMARY, LONGEST, MOST_LABELS = 120, 500, 200, 40
#: what is read of a text at all
READ = 4000
#: characters of a text that is likely to come again
SHORT = 60
#: how people are written inside: no text from outside may name one
_REFERENCE = re.compile(r"\b(slack|pagerduty|api):(?=\S)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


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


@dataclass(frozen=True)
class AlertGroup:
    """
    Alerts that belong together, in one place: `alert` stands for all of them, one that fires if any does.

    `count` of them are on record and `firing` fire; `new` fire and `well` are well while nobody was told so.
    """

    id: str
    alert: Alert
    grade: str
    count: int
    firing: int
    new: int = 0
    well: int = 0

    @property
    def key(self) -> str:
        return group_key(self.id)


def group_key(group: str) -> str:
    """
    A short name of a group, for buttons.

    >>> group_key("HighLatency|api")
    'efea40c0a346'
    """
    return hashlib.sha256(group.encode()).hexdigest()[:12]


def presentable(alert: Alert) -> Alert:
    """
    As it may be kept and shown: without secrets, on one line, cut, and naming nobody.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> presentable(Alert("am", "f1", "Slow\\nslack:U1", True, "high", at, summary="s" * 1000)).name
    'Slow slack: U1'
    """
    labels = list(alert.labels.items())[:MOST_LABELS]
    return replace(
        alert, fingerprint=_bounded(alert.fingerprint), name=plain(alert.name, LONGEST_NAME) or "alert",
        service=plain(alert.service, LONGEST_NAME), grade=plain(alert.grade), type=plain(alert.type),
        summary=plain(alert.summary, LONGEST_SUMMARY), link=plain(alert.link, LONGEST_SUMMARY),
        labels={plain(name): plain(value) for name, value in labels},
    )  # fmt: skip


def plain(text: str, longest: int = LONGEST) -> str:
    """
    >>> plain("postgresql://app:hunter2@db/shop"), plain("abcdef", 4)
    ('postgresql://[redacted credentials]@db/shop', 'abc…')
    """
    text = (_short if len(text) <= SHORT else _without)(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _without(text: str) -> str:
    text = redacted(_CONTROL.sub(" ", text[:READ])).strip()
    return _REFERENCE.sub(r"\1: ", text)


#: the names and labels of a storm are few, and looking for secrets takes its time
_short = lru_cache(4096)(_without)


def _bounded(fingerprint: str) -> str:
    """A long one by its digest, so that it stays one of its own."""
    said = _CONTROL.sub(" ", fingerprint)
    return said if len(said) <= LONGEST else hashlib.sha256(said.encode()).hexdigest()
