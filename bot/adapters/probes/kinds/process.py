"""
Processes of this machine, by pid file (the target's address), name or command line; MISSING when none runs.

Values, over all that fit: count; memory_bytes (resident) and memory_percent of this machine's; cpu_percent, of one
core; open_files (descriptors, sockets included), where Muster may see them; seconds_up, since the oldest began.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime

import psutil
from pydantic import Field, field_validator

from bot.adapters.probes.files import number_in, place
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading

#: seconds between two looks at the processor time
WINDOW = 0.2
MOST_SHOWN = 20


class ProcessOptions(Options):
    """
    `name` is the program's, exactly; `command` a regular expression that fits somewhere in the command line. Beside a
    pid file they say what its process must be, so that another one that got its number is not taken for it.
    """

    name: str = ""
    command: str = Field(default="", max_length=200)

    @field_validator("command")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise ValueError(f"that is no regular expression ({wrong})") from None
        return pattern


async def read(spot: Spot, options: ProcessOptions, reach: Reach) -> Reading:
    wanted = _wanted(spot, options)
    found = await reach.aside(lambda: _found(spot, options))
    if not found:
        return _missing(f"{wanted} is not running")
    _measured(found, lambda each: each.cpu_percent() or 0.0)
    await asyncio.sleep(WINDOW)
    values = _values(found, reach.now())
    if not values["count"]:
        return _missing(f"{wanted} has just ended")
    return Reading(Fault.NONE, _summary(wanted, found, values), values, "\n".join(_shown(found)))


def _missing(said: str) -> Reading:
    return Reading(Fault.MISSING, said, {"count": 0.0})


def _values(found: list[psutil.Process], now: datetime) -> dict[str, float]:
    born = _measured(found, lambda each: each.create_time())
    values = {
        "count": float(len(born)),
        "memory_bytes": sum(_measured(found, lambda each: float(each.memory_info().rss))),
        "memory_percent": sum(_measured(found, lambda each: each.memory_percent())),
        "cpu_percent": sum(_measured(found, lambda each: each.cpu_percent())),
        "seconds_up": max(0.0, now.timestamp() - min(born, default=now.timestamp())),
    }
    files = _measured(found, lambda each: float(each.num_fds()))
    return values if len(files) < len(born) else {**values, "open_files": sum(files)}


def _summary(wanted: str, found: list[psutil.Process], values: Mapping[str, float]) -> str:
    which = f"process {found[0].pid}" if len(found) == 1 else f"{values['count']:g} processes"
    return f"{wanted} runs: {which}, {values['memory_bytes'] / 2**20:.0f} MB, {values['cpu_percent']:.0f} % CPU"


def _found(spot: Spot, options: ProcessOptions) -> list[psutil.Process]:
    if spot.address:
        running = _of_pid_file(spot)
    elif options.name or options.command:
        running = psutil.process_iter()
    else:
        raise Unseen(Fault.BROKEN, "this probe names no process; right would be a pid file, a name or a command")
    return [each for each in running if _fits(each, options)]


def _of_pid_file(spot: Spot) -> Iterator[psutil.Process]:
    pid = number_in(place(spot))
    if pid is None or pid <= 0:
        raise Unseen(Fault.UNEXPECTED, f"{place(spot)} holds no process number")
    with suppress(psutil.NoSuchProcess, OverflowError):
        yield psutil.Process(pid)


def _fits(process: psutil.Process, options: ProcessOptions) -> bool:
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        named = not options.name or process.name() == options.name
        return alive and named and (not options.command or _runs(process, options.command))
    except psutil.Error:
        return False


def _runs(process: psutil.Process, command: str) -> bool:
    return re.search(command, " ".join(process.cmdline())) is not None


def _measured(found: list[psutil.Process], measure: Callable[[psutil.Process], float]) -> list[float]:
    """Of those that are still there and let Muster look."""
    values = []
    for process in found:
        with suppress(psutil.Error):
            values.append(measure(process))
    return values


def _wanted(spot: Spot, options: ProcessOptions) -> str:
    return options.name or options.command or f"the process of {place(spot).name}"


def _shown(found: list[psutil.Process]) -> Iterator[str]:
    """Without their command lines, which may hold secrets."""
    for process in found[:MOST_SHOWN]:
        with suppress(psutil.Error):
            yield f"{process.pid} {process.name()} {process.memory_info().rss / 2**20:.0f} MB"


MEASURED = ("count", "memory_bytes", "memory_percent", "cpu_percent", "seconds_up", "open_files")
KIND = Kind("process", ProcessOptions, read, local=True, values=MEASURED)
