"""Lines of logs: when each was written, and what a line of JSON says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

TIMES = ("time", "timestamp", "@timestamp", "ts", "at", "datetime")
LEVELS = ("level", "levelname", "severity", "lvl")
MESSAGES = ("message", "msg", "event")
#: at the beginning of a line, or in brackets somewhere before the message
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?")
#: what nginx and Apache write: https://nginx.org/en/docs/http/ngx_http_log_module.html
ACCESS = re.compile(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}")
ERROR_LOG = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
#: https://www.rfc-editor.org/rfc/rfc3164#section-4.1.2, which leaves the year out
SYSLOG = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
FORMS = ((ACCESS, "%d/%b/%Y:%H:%M:%S %z"), (ERROR_LOG, "%Y/%m/%d %H:%M:%S"))
#: where in a line its time is looked for
HEAD = 120


def moment(line: str, zone: tzinfo, now: datetime) -> datetime | None:
    """
    When the line says that it was written; None if it does not. `zone` is meant where the line names none.

    >>> now = datetime(2026, 11, 24, 20, tzinfo=UTC)
    >>> str(moment('10.0.0.7 - - [24/Nov/2026:19:52:35 +0000] "GET / HTTP/1.1" 502', UTC, now))
    '2026-11-24 19:52:35+00:00'
    >>> str(moment("Dec 31 23:59:59 web sshd[9]: ready", UTC, now))
    '2025-12-31 23:59:59+00:00'
    """
    if line.startswith("{"):
        return _told(_first(_object(line), TIMES), zone)
    head = line[:HEAD]
    if found := ISO.search(head):
        return _told(found[0], zone)
    for form, reads in FORMS:
        if found := form.search(head):
            return _parsed(found[0], reads, zone)
    return _without_year(found[0], zone, now) if (found := SYSLOG.match(head)) else None


def _told(told: Any, zone: tzinfo) -> datetime | None:
    try:
        if isinstance(told, int | float):
            # milliseconds, which some write, are seconds only after the year 5000
            return datetime.fromtimestamp(told / 1000 if told > 1e11 else told, UTC)
        at = datetime.fromisoformat(_exact(str(told)))
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _exact(told: str) -> str:
    """As Python reads it: a point, and no space before the offset."""
    return re.sub(r" (?=[+-]\d\d:?\d\d$)", "", told.replace(",", "."))


def _parsed(told: str, reads: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.strptime(told, reads)  # noqa: DTZ007 - the zone follows
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _without_year(told: str, zone: tzinfo, now: datetime) -> datetime | None:
    """In the newest year in which it is not to come."""
    local = now.astimezone(zone)
    for year in (local.year, local.year - 1):
        at = _parsed(f"{year} {told}", "%Y %b %d %H:%M:%S", zone)
        if at and at <= now + timedelta(days=1):
            return at
    return None


def since(lines: Iterable[str], start: datetime, zone: tzinfo, now: datetime) -> Iterator[str]:
    """
    Of lines that come newest first those from `start` on, in the same order. A line without a time belongs to the one
    written before it; where no line has one, all stay.
    """
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if at := moment(line, zone, now):
            if at < start:
                return
            yield from waiting
            waiting = []
    yield from waiting


def plain(line: str) -> str:
    """
    A line of JSON as people read one: time, level, message, then the rest.

    >>> plain('{"time": "2026-11-24T20:00:00Z", "level": "ERROR", "message": "no pool", "order": 7, "error": null}')
    '2026-11-24T20:00:00Z ERROR no pool order=7'
    """
    told = _object(line)
    if not told:
        return line
    first = [_first(told, names) for names in (TIMES, LEVELS, MESSAGES)]
    used = {name for names in (TIMES, LEVELS, MESSAGES) for name in names}
    rest = _rest({name: value for name, value in told.items() if name not in used})
    return " ".join(" ".join(str(word).split()) for word in (*first, *rest) if word not in (None, ""))


def _object(line: str) -> dict[str, Any]:
    if not line.startswith("{"):
        return {}
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _first(told: dict[str, Any], names: Iterable[str]) -> Any:
    return next((told[name] for name in names if told.get(name) not in (None, "")), None)


def _rest(told: dict[str, Any]) -> Iterator[str]:
    for name, value in told.items():
        if value not in (None, "", [], {}):
            yield f"{name}={value if isinstance(value, str) else json.dumps(value)}"
