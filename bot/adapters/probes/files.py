"""Files and folders of this machine that a probe reads."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from bot.adapters.probes.kind import Spot, Unseen
from bot.domain.observation import Fault

MOST_TEXT = 60 * 1024
LONGEST_LINE = 2000


def place(spot: Spot) -> Path:
    """
    The path that the target names: absolute, as it is or as a URL (`file:///var/log/shop.log`).

    >>> place(Spot("sqlite:///srv/shop%20one.db")).as_posix()
    '/srv/shop one.db'
    """
    parts = urlsplit(spot.address)
    path = unquote(parts.path) if "://" in spot.address else spot.address
    # sqlite:////srv/shop.db is how SQLAlchemy writes the same: https://docs.sqlalchemy.org/en/20/core/engines.html
    path = f"/{path.lstrip('/')}" if path.startswith("//") else path
    if not path.startswith("/") or "\0" in path:
        raise Unseen(Fault.BROKEN, "the target's address is no absolute path; right would be /var/log/shop.log")
    return Path(path)


def unreadable(path: Path, why: OSError) -> Unseen:
    """What it means that the path does not open."""
    match why:
        case FileNotFoundError() | NotADirectoryError():
            return Unseen(Fault.MISSING, f"{path} is not there")
        case PermissionError():
            return Unseen(Fault.DENIED, f"{path} may not be read by Muster")
        case _:
            return Unseen(Fault.BROKEN, f"{path} cannot be read: {why.strerror}")


def opened(path: Path) -> BinaryIO:
    """For reading. Unseen if it is no plain file: a pipe would never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as why:
        raise unreadable(path, why) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unseen(Fault.UNEXPECTED, f"{path} is no plain file")
    return os.fdopen(descriptor, "rb")


def small(path: Path, most: int = MOST_TEXT) -> str:
    """The beginning of a text file, `most` bytes of it."""
    with opened(path) as file:
        return file.read(most).decode(errors="replace")


def number_in(path: Path) -> int | None:
    """The whole number that the file consists of."""
    with suppress(ValueError):
        return int(small(path, 64))
    return None


def newest(lines: list[str], most: int = MOST_TEXT) -> str:
    """
    The last of these lines that fit into `most` bytes, each cut to 2,000 characters.

    >>> newest(["one", "two", "three"], most=9)
    'two\\nthree'
    """
    kept, room = [], most
    for line in reversed(lines):
        short = line[:LONGEST_LINE]
        room -= len(short.encode()) + 1
        if room < -1:
            break
        kept.append(short)
    return "\n".join(reversed(kept))
