"""What an incident is made of, besides words and moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Tick:
    by: str
    at: datetime


@dataclass(frozen=True)
class Question:
    """A risky step that somebody asked about; `go` is None until it is decided."""

    id: int
    text: str
    asked_by: str
    go: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Page:
    """One try to reach a person: by which way, in which call ("" is the declaration's), and why it failed if it did."""

    person: str
    how: str
    call: str
    at: datetime
    failed: str = ""


@dataclass(frozen=True)
class Answer:
    """The newest answer of somebody who was paged."""

    at: datetime
    coming: bool
    reason: str = ""


@dataclass(frozen=True)
class Called:
    """A level that was called (`facts.Escalated`); `by` is who asked for it, or `muster`."""

    call: str
    level: str
    title: str
    reason: str
    rule: str
    insists: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Raised:
    """A group of alerts that belongs to the incident; `cleared_at` is None while one of them is firing."""

    name: str
    grade: str
    source: str
    service: str
    summary: str
    link: str
    at: datetime
    cleared_at: datetime | None = None


@dataclass(frozen=True)
class Why:
    """An answer to one of the whys."""

    text: str
    by: str


@dataclass(frozen=True)
class Capture:
    """A message of the chat that is on the record (`facts.Captured`); `at` is when it was said, `by` who marked it."""

    message: str
    how: str
    list: str
    text: str
    author: str
    by: str
    at: datetime
    link: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
