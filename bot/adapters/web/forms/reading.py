"""Reading what somebody else wrote: every value by its path, and a sentence when it is not what it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

MOST_ALERTS = 2000
#: Alertmanager writes the year 1 for "not yet": https://pkg.go.dev/time#Time.IsZero
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
#: larger numbers are milliseconds
LARGEST_SECONDS = 1e11


class Unreadable(Exception):
    """The delivery is not of that form; `sentence` says which field is wrong and what would be right."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(f"{where} must be an object, and is {kind(value)}.")
    return value


def listed(value: Any, where: str) -> Sequence[Any]:
    """Unreadable for more than MOST_ALERTS."""
    if not isinstance(value, list):
        raise Unreadable(f"{where} must be a list, and is {kind(value)}.")
    if len(value) > MOST_ALERTS:
        raise Unreadable(f"{where} holds {len(value)} alerts. One delivery may hold {MOST_ALERTS}; send several.")
    return value


def text(value: Any, where: str) -> str:
    """Words, or a number as words; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(f"{where} must be text, and is {kind(value)}.")
    return str(value)


def needed(value: Any, where: str) -> str:
    if not (said := text(value, where).strip()):
        raise Unreadable(f"{where} is missing.")
    return said


def texts(value: Any, where: str) -> dict[str, str]:
    """An object of texts; {} for nothing."""
    return {} if value is None else {str(name): text(v, f"{where}.{name}") for name, v in mapping(value, where).items()}


def moment(value: Any, where: str) -> datetime | None:
    """
    A time in ISO 8601 or in Unix seconds or milliseconds, in UTC; None for nothing and for the zero of Go.

    >>> moment("2026-11-21T03:00:00.123456789Z", "at").isoformat()
    '2026-11-21T03:00:00.123456+00:00'
    >>> moment(1795230000, "at") == moment(1795230000000, "at")
    True
    """
    if value is None or value == "":
        return None
    try:
        at = _read(value)
    except (ValueError, TypeError, OverflowError, OSError):
        raise Unreadable(f"{where} must be a time, such as 2026-11-21T03:00:00Z.") from None
    return at if at >= EARLIEST else None


def _read(value: Any) -> datetime:
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if value > LARGEST_SECONDS else value, UTC)
    at = datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def kind(value: Any) -> str:
    """What JSON calls it."""
    names = {type(None): "missing", bool: "true or false", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
