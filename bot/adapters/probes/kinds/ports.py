"""
The TCP ports of this machine on which somebody listens; MISSING when nobody does on one that is wanted.

Values: listening (ports), missing (of those that are wanted). The text lists them with their addresses.
"""

from __future__ import annotations

import psutil
from pydantic import Field

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading


class PortsOptions(Options):
    """`ports` are those that are wanted."""

    ports: tuple[int, ...] = Field(default=(), max_length=100)


async def read(spot: Spot, options: PortsOptions, reach: Reach) -> Reading:
    listening = await reach.aside(_listening)
    missing = [port for port in options.ports if port not in listening]
    values = {"listening": float(len(listening)), "missing": float(len(missing))}
    text = "\n".join(f"{port} {', '.join(sorted(listening[port]))}" for port in sorted(listening))
    return Reading(
        Fault.MISSING if missing else Fault.NONE, _said(options.ports, missing, len(listening)), values, text
    )


def _listening() -> dict[int, set[str]]:
    """The addresses by port."""
    found: dict[int, set[str]] = {}
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        raise Unseen(Fault.DENIED, "this machine does not let Muster see its ports") from None
    for each in connections:
        if each.status == psutil.CONN_LISTEN and each.laddr:
            found.setdefault(each.laddr.port, set()).add(each.laddr.ip)
    return found


def _said(wanted: tuple[int, ...], missing: list[int], count: int) -> str:
    if missing:
        return f"nobody listens on {' and '.join(map(str, missing))}"
    return f"somebody listens on {' and '.join(map(str, wanted))}" if wanted else f"{count} ports are listened on"


KIND = Kind("ports", PortsOptions, read, local=True, values=("listening", "missing"))
