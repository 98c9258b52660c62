"""A folder in which only so many bytes may be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from bot.practice.service.addresses import QUOTA

LIMIT = 4 * 1024 * 1024
#: bytes after which the receipts begin anew
MOST_RECEIPTS = 256 * 1024
RECEIPTS, BALLAST = "receipts.jsonl", "core.dump"


class Quota:
    """`limit` in bytes; the file .quota, which says it, does not count."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder, self.limit = folder, limit
        folder.mkdir(parents=True, exist_ok=True)
        (folder / QUOTA).write_text(f"{limit}\n")

    @property
    def used(self) -> int:
        return sum(file.stat().st_size for file in self._folder.iterdir() if file.is_file() and file.name != QUOTA)

    def add(self, line: str) -> None:
        """Append a receipt. OSError (ENOSPC) if there is no room for it."""
        file, data = self._folder / RECEIPTS, f"{line}\n".encode()
        if file.exists() and file.stat().st_size > MOST_RECEIPTS:
            file.unlink()
        if self.used + len(data) > self.limit:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        with file.open("ab") as out:
            out.write(data)

    def fill(self) -> None:
        """Leave no byte."""
        with (self._folder / BALLAST).open("ab") as out:
            out.write(bytes(max(0, self.limit - self.used)))

    def clear(self) -> None:
        (self._folder / BALLAST).unlink(missing_ok=True)
