"""
A unit of systemd (the target's address, or the option `unit`).

Values: active (1 or 0), restarts (by systemd itself, since the unit was started), memory_bytes and tasks where systemd
counts them. MISSING when it is not there or not active, UNEXPECTED while it starts or stops.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from bot.adapters.probes.child import Ended, program, run
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.systemd import UNIT, no_systemd, unit_of
from bot.domain.observation import Fault, Reading

PROPERTIES = ("LoadState", "ActiveState", "SubState", "Result", "NRestarts", "MemoryCurrent", "TasksCurrent")
COUNTED = {"restarts": "NRestarts", "memory_bytes": "MemoryCurrent", "tasks": "TasksCurrent"}
#: what systemd says of a number that it does not count: https://www.freedesktop.org/wiki/Software/systemd/dbus/
UNCOUNTED = 2**64 - 1
RUNNING = ("active", "reloading", "refreshing")
BETWEEN = ("activating", "deactivating", "maintenance")


class UnitOptions(Options):
    unit: str = Field(default="", pattern=UNIT)


class Units:
    """`systemctl` is the absolute path of that program."""

    def __init__(self, systemctl: str) -> None:
        self._systemctl = systemctl

    async def read(self, spot: Spot, options: UnitOptions, reach: Reach) -> Reading:
        unit = unit_of(spot, options.unit)
        shown = ("--no-pager", f"--property={','.join(PROPERTIES)}")
        said = _properties(await run([self._systemctl, "show", *shown, "--", unit]))
        if said["LoadState"] in ("not-found", "masked", "bad-setting", "error"):
            raise Unseen(Fault.MISSING, f"{unit} is not there ({said['LoadState']})")
        state = f"{said['ActiveState']} ({said.get('SubState', '')})"
        told = {"active": float(said["ActiveState"] in RUNNING), **_counted(said)}
        return Reading(_fault(said["ActiveState"]), f"{unit} is {state}{_result(said)}", told, _text(said))


def _properties(ended: Ended) -> Mapping[str, str]:
    said = dict(line.split("=", 1) for line in ended.output.splitlines() if "=" in line)
    if ended.status or not {"LoadState", "ActiveState"} <= {*said}:
        raise no_systemd("systemctl", ended)
    return said


def _fault(state: str) -> Fault:
    if state in RUNNING:
        return Fault.NONE
    return Fault.UNEXPECTED if state in BETWEEN else Fault.MISSING


def _result(said: Mapping[str, str]) -> str:
    result = said.get("Result", "success")
    return "" if result == "success" else f", result {result}"


def _counted(said: Mapping[str, str]) -> dict[str, float]:
    numbers = {name: said.get(key, "") for name, key in COUNTED.items()}
    return {name: float(told) for name, told in numbers.items() if told.isdecimal() and int(told) < UNCOUNTED}


def _text(said: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={said[name]}" for name in PROPERTIES if name in said)


def kind(systemctl: str) -> Kind:
    return Kind("unit", UnitOptions, Units(systemctl).read, local=True, values=("active", *COUNTED))


KIND = kind(program("systemctl"))
