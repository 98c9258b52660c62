"""
A folder (the target's address) against the bytes that may be in it.

Values: used_percent, bytes (the sizes of all files below it), limit_bytes, files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from pydantic import Field

from bot.adapters.probes.files import number_in, place, unreadable
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

MOST_FILES = 200_000


class QuotaOptions(Options):
    """
    `limit_bytes` is how much may be there. Without it, the file `limit_file` in the folder says so, a whole number; it
    does not count itself.
    """

    limit_bytes: int | None = Field(default=None, gt=0)
    limit_file: str = Field(default=".quota", pattern=r"^[^/]+$")


@dataclass(frozen=True)
class Used:
    bytes: int = 0
    files: int = 0


async def read(spot: Spot, options: QuotaOptions, reach: Reach) -> Reading:
    folder = place(spot)
    until = elapsed() + spot.seconds
    limit = await reach.aside(lambda: _limit(folder, options))
    used = await reach.aside(lambda: used_in(folder, options.limit_file, until))
    percent = 100 * used.bytes / limit
    values = {
        "used_percent": percent, "bytes": float(used.bytes), "limit_bytes": float(limit), "files": float(used.files)
    }  # fmt: skip
    said = f"{folder.name} holds {used.bytes / 2**20:.1f} MB of {limit / 2**20:.1f} MB ({percent:.0f} %)"
    return Reading(Fault.NONE, said, values)


def _limit(folder: Path, options: QuotaOptions) -> int:
    if not folder.is_dir():
        raise Unseen(Fault.MISSING, f"the folder {folder} is not there")
    said = folder / options.limit_file
    limit = options.limit_bytes or number_in(said)
    if limit is None or limit <= 0:
        raise Unseen(Fault.UNEXPECTED, f"{said} does not say how many bytes are allowed; right would be 4194304")
    return limit


def used_in(folder: Path, leave_out: str, until: float) -> Used:
    """`until` is the moment of `elapsed()` at which to give up."""
    total = count = 0
    for size in _sizes(folder, leave_out):
        total, count = total + size, count + 1
        if count > MOST_FILES:
            raise Unseen(Fault.BROKEN, f"{folder} holds more than {MOST_FILES} files, too many to count")
        if elapsed() > until:
            raise TimeoutError
    return Used(total, count)


def _sizes(folder: Path, leave_out: str) -> Iterator[int]:
    """Of the plain files below it. Links are not followed; what vanishes meanwhile does not count."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = list(os.scandir(here))
        except OSError as why:
            if here == folder or not isinstance(why, FileNotFoundError):
                raise unreadable(here, why) from None
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif not (here == folder and entry.name == leave_out):
                yield from _size(entry)


def _size(entry: os.DirEntry[str]) -> Iterator[int]:
    with suppress(FileNotFoundError):
        found = entry.stat(follow_symlinks=False)
        if S_ISREG(found.st_mode):
            yield found.st_size


KIND = Kind("quota", QuotaOptions, read, values=("used_percent", "bytes", "limit_bytes", "files"))
