"""
`tcp`: somebody listens at host:port.

Options: `contains`, a text that the server says first, as mail and SSH servers do.

Values: `seconds` until the connection stood, and until it had spoken. Text: what it said.
"""

from __future__ import annotations

from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.reach import Reach, host_port, troubles
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

MOST_SAID = 4096


class TcpOptions(Options):
    contains: str = ""


async def read(spot: Spot, options: TcpOptions, reach: Reach) -> Reading:
    host, port = host_port(spot)
    place, began = f"{host}:{port}", elapsed()
    reader, writer = await reach.open(spot, host, port)
    try:
        said = b""
        while options.contains and options.contains.encode() not in said and len(said) < MOST_SAID:
            with troubles(place):
                piece = await reader.read(MOST_SAID - len(said))
            if not piece:
                break
            said += piece
    finally:
        writer.transport.abort()
    values, text = {"seconds": elapsed() - began}, said.decode("utf-8", errors="replace")
    if options.contains not in text:
        return Reading(Fault.UNEXPECTED, f'{place} does not say "{options.contains}"', values, text)
    return Reading(Fault.NONE, f"{place} takes connections", values, text)


KIND = Kind("tcp", TcpOptions, read, values=("seconds",))
