"""
How soon each way to break the practice shop is noticed, and what is made of it, under the default policy as it is.
Rounds follow each other at once; times are in seconds.

    python -m benchmarks.breaks [KIND …]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.practice.service.breaks import KINDS
from tests.practice.breaking import Found, a_practice

HEAD = ("break", "looks", "seconds", "first cause", "raised", "well after", "as expected")


async def table(kinds: tuple[str, ...]) -> list[Found]:
    """One shop after the other, each broken in one way."""
    found = []
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            async with a_practice(Path(folder)) as practice:
                found.append(await practice.sees(kind))
        print(row(found[-1]), flush=True)
    return found


def row(found: Found) -> str:
    cells = (
        found.kind, found.looks, f"{found.seconds:.0f}", next(iter(found.causes), "none"), ", ".join(found.raised),
        f"{found.calm:.0f}", found.wrong or "yes",
    )  # fmt: skip
    return line(cells)


def line(cells: tuple[object, ...]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    print(line(HEAD), line(("---",) * len(HEAD)), sep="\n")
    found = asyncio.run(table(tuple(sys.argv[1:]) or KINDS))
    return 1 if any(each.wrong for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
