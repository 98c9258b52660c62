"""
A log file (the target's address), from its end: its last lines, plain or of JSON objects, which are shown as
plain ones.

Values: lines (that are shown), size_bytes of the file, seconds_since it was written to. When it has just begun anew,
the file it was before (`shop.log.1`) is read on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from os import SEEK_END, fstat
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from bot.adapters.probes.files import newest, opened, place
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.logs import plain, since
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.policy.model import Span

BLOCK = 64 * 1024
#: how far from its end a file is read
MOST_BYTES = 8 * 1024 * 1024


class LogOptions(Options):
    """
    The last `lines` lines, or, with `since`, of them those that are so young; with `contains`, of them those with this
    word, in any case. `zone` is meant where lines name none.
    """

    lines: int = Field(default=100, ge=1, le=5000)
    since: Span | None = None
    contains: str = Field(default="", max_length=100)
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _is_one(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("that is no time zone; right would be Europe/Berlin") from None
        return zone


@dataclass(frozen=True)
class End:
    """The end of a log: its newest lines in the order of the file, and what is known of the file."""

    lines: list[str]
    size: int
    written: float


async def read(spot: Spot, options: LogOptions, reach: Reach) -> Reading:
    path, now = place(spot), reach.now()
    end = await reach.aside(lambda: end_of(path, options, now))
    lines = end.lines[-options.lines :]
    values = {
        "lines": float(len(lines)), "size_bytes": float(end.size),
        "seconds_since": max(0.0, now.timestamp() - end.written),
    }  # fmt: skip
    return Reading(Fault.NONE, f"{path.name}: {_said(len(lines), options)}", values, newest([plain(x) for x in lines]))


def _said(count: int, options: LogOptions) -> str:
    lines = "1 line" if count == 1 else f"{count} lines"
    with_word = f" with “{options.contains}”" if options.contains else ""
    minutes = f" in {options.since.total_seconds() / 60:g} min" if options.since else ""
    return f"{lines}{with_word}{minutes}"


def end_of(path: Path, options: LogOptions, now: datetime) -> End:
    """Unseen if there is no such file, and none that it was before."""
    try:
        end = _end(path, options, now)
    except Unseen as why:
        if why.fault is not Fault.MISSING or not (before := _before(path, options, now)):
            raise
        return before
    if len(end.lines) < options.lines and end.size < MOST_BYTES and (before := _before(path, options, now)):
        return End([*before.lines, *end.lines], end.size, end.written)
    return end


def _before(path: Path, options: LogOptions, now: datetime) -> End | None:
    with suppress(Unseen):
        return _end(path.with_name(f"{path.name}.1"), options, now)
    return None


def _end(path: Path, options: LogOptions, now: datetime) -> End:
    with opened(path) as file:
        known = fstat(file.fileno())
        lines = _chosen(file, options, now)
    return End(lines, known.st_size, known.st_mtime)


def _chosen(file: BinaryIO, options: LogOptions, now: datetime) -> list[str]:
    lines = backwards(file)
    if options.since:
        lines = since(lines, now - options.since, ZoneInfo(options.zone), now)
    word = options.contains.casefold()
    return [*islice((line for line in lines if word in line.casefold()), options.lines)][::-1]


def backwards(file: BinaryIO) -> Iterator[str]:
    """Its lines that are not empty, from the last one on, as far as it is read."""
    size = end = file.seek(0, SEEK_END)
    rest = b""
    while end > 0 and size - end < MOST_BYTES:
        start = max(0, end - BLOCK)
        file.seek(start)
        rest, *whole = (file.read(end - start) + rest).split(b"\n")
        yield from filter(str.strip, map(_text, reversed(whole)))
        end = start
    if end == 0 and rest.strip():
        yield _text(rest)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").replace("\0", "").rstrip("\r")


KIND = Kind("log", LogOptions, read, values=("lines", "size_bytes", "seconds_since"))
