"""
The journal of a unit of systemd (the target's address, or the option `unit`): its newest lines.

Values: lines.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, field_validator

from bot.adapters.probes.child import program, run
from bot.adapters.probes.files import newest
from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.systemd import UNIT, no_systemd, unit_of
from bot.domain.observation import Fault, Reading
from bot.policy.model import Span

#: of what journalctl writes, how many bytes are kept
MOST_BYTES = 4 * 1024 * 1024


class JournalOptions(Options):
    """Of the last `lines` lines those that are as young as `since`; with `contains`, of them those with this word."""

    unit: str = Field(default="", pattern=UNIT)
    since: Span = timedelta(hours=1)
    lines: int = Field(default=200, ge=1, le=5000)
    contains: str = Field(default="", max_length=100)

    @field_validator("since")
    @classmethod
    def _looks_back(cls, length: timedelta) -> timedelta:
        if not timedelta() < length <= timedelta(days=7):
            raise ValueError("a look into the journal goes up to 7d back")
        return length


class Journal:
    """`journalctl` is the absolute path of that program."""

    def __init__(self, journalctl: str) -> None:
        self._journalctl = journalctl

    async def read(self, spot: Spot, options: JournalOptions, reach: Reach) -> Reading:
        unit = unit_of(spot, options.unit)
        asked = (
            "--no-pager", "--quiet", "--utc", "--output=short-iso", f"--unit={unit}", f"--lines={options.lines}",
            f"--since=-{options.since.total_seconds():.0f}s",
        )  # fmt: skip
        ended = await run([self._journalctl, *asked], most=MOST_BYTES)
        if ended.status:
            raise no_systemd("journalctl", ended)
        lines = [line for line in ended.output.splitlines() if options.contains.casefold() in line.casefold()]
        said = f"{unit}: {len(lines)} {'line' if len(lines) == 1 else 'lines'} in its journal"
        return Reading(Fault.NONE, said, {"lines": float(len(lines))}, newest(lines))


def kind(journalctl: str) -> Kind:
    return Kind("journal", JournalOptions, Journal(journalctl).read, local=True, values=("lines",))


KIND = kind(program("journalctl"))
