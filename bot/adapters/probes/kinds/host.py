"""
This machine.

Values: cpu_percent, memory_percent, swap_percent; disk_percent and inodes_percent of the fullest of its disks,
disk_bytes (free on the one with the least), and `disk_percent <path>` for each; load_1, load_5, load_15 (processes,
over 1, 5 and 15 minutes), load_percent (load_5 by the number of cores), cores, seconds_up.
"""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Mapping
from pathlib import Path

import psutil
from pydantic import Field

from bot.adapters.probes.files import place, unreadable
from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading

#: seconds over which the processor's use is measured
WINDOW = 0.3
MEASURED = (
    "cpu_percent", "memory_percent", "swap_percent", "disk_percent", "inodes_percent", "disk_bytes", "load_1", "load_5",
    "load_15", "load_percent", "cores", "seconds_up",
)  # fmt: skip


class HostOptions(Options):
    """`disks` are folders, each on the disk that is meant; the target's address, if there is one, is one more."""

    disks: tuple[str, ...] = Field(default=("/",), max_length=20)


async def read(spot: Spot, options: HostOptions, reach: Reach) -> Reading:
    disks = [*map(Path, options.disks), *([place(spot)] if spot.address else [])]
    before = psutil.cpu_times()
    await asyncio.sleep(WINDOW)
    values = {"cpu_percent": busy(before, psutil.cpu_times()), **_memory(), **_load()}
    values |= await reach.aside(lambda: _disks(disks))
    values["seconds_up"] = max(0.0, reach.now().timestamp() - psutil.boot_time())
    return Reading(Fault.NONE, _summary(values), values)


def busy(before: object, after: object) -> float:
    """The percentage of the processor's time that it did not idle."""
    spent = {name: getattr(after, name) - getattr(before, name) for name in _times(after)}
    whole = sum(spent.values())
    idle = spent.get("idle", 0.0) + spent.get("iowait", 0.0)
    return min(100.0, max(0.0, 100 * (whole - idle) / whole)) if whole > 0 else 0.0


def _times(counted: object) -> list[str]:
    # Linux counts the time of guests as the user's, too: https://man7.org/linux/man-pages/man5/proc_stat.5.html
    return [name for name in getattr(counted, "_fields", ()) if not name.startswith("guest")]


def _memory() -> dict[str, float]:
    with warnings.catch_warnings():
        # psutil warns when it cannot tell how much was swapped in and out, which nobody asks
        warnings.simplefilter("ignore", RuntimeWarning)
        swap = psutil.swap_memory().percent
    return {"memory_percent": psutil.virtual_memory().percent, "swap_percent": swap}


def _load() -> dict[str, float]:
    cores = psutil.cpu_count() or 1
    loads = dict(zip(("load_1", "load_5", "load_15"), psutil.getloadavg(), strict=True))
    return {**loads, "load_percent": 100 * loads["load_5"] / cores, "cores": float(cores)}


def _disks(disks: list[Path]) -> dict[str, float]:
    values, free, inodes = {}, [], []
    for disk in disks:
        try:
            usage, counted = psutil.disk_usage(str(disk)), os.statvfs(disk)
        except OSError as why:
            raise unreadable(disk, why) from None
        values[f"disk_percent {disk}"] = usage.percent
        free.append(float(usage.free))
        inodes.append(100 * (1 - counted.f_favail / counted.f_files) if counted.f_files else 0.0)
    return {**values, "disk_percent": max(values.values()), "disk_bytes": min(free), "inodes_percent": max(inodes)}


def _summary(values: Mapping[str, float]) -> str:
    return (
        f"CPU {values['cpu_percent']:.0f} %, memory {values['memory_percent']:.0f} %, "
        f"fullest disk {values['disk_percent']:.0f} %, load {values['load_1']:.2f}"
    )


def _named(options: HostOptions) -> tuple[str, ...]:
    return (*MEASURED, *(f"disk_percent {disk}" for disk in options.disks))


KIND = Kind("host", HostOptions, read, local=True, values=_named)
