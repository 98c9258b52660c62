"""Looks through the real prober, as the bot looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.probes import Prober
from bot.adapters.probes.kind import Kind
from bot.adapters.probes.kinds import KINDS
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Reading
from bot.policy.diagnosis import Probe, Target


async def look(
    kind: str, address: str | Path = "", *, at: datetime | None = None, seconds: float = 5,
    kinds: Mapping[str, Kind] = KINDS, reach: Reach | None = None, **options: object,
) -> Reading:  # fmt: skip
    """What a probe of this kind finds there; `at` is the time that it takes for the present."""
    reach = reach or (Reach(now=lambda: at) if at else Reach())
    target = Target(id="there", address=str(address), private=True) if address else None
    probe = Probe(id="probe", title="Probe", kind=kind, options=options, time_out=timedelta(seconds=seconds))
    return await Prober({}, kinds, reach).read(probe, target)


def write(path: Path, said: str | bytes, mode: str = "w") -> None:
    with path.open(f"{mode}b") as file:
        file.write(said.encode() if isinstance(said, str) else said)


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()
