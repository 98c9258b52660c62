"""
Redis, or what speaks like it (the target's address, `redis://:password@host:6379/0`, `rediss://` for TLS): PING and
INFO.

Values: seconds until it answered PING; memory_bytes, and memory_percent of maxmemory if there is one; clients, and
clients_percent of maxclients; hit_percent of all look-ups since it began; evictions, seconds_up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.resp import Complaint, Redis, connected
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

PLAIN = {
    "memory_bytes": "used_memory", "clients": "connected_clients", "evictions": "evicted_keys",
    "seconds_up": "uptime_in_seconds",
}  # fmt: skip


async def read(spot: Spot, options: Options, reach: Reach) -> Reading:
    async with connected(reach, spot) as redis:
        began = elapsed()
        if await redis.ask("PING") != "PONG":
            raise Unseen(Fault.UNEXPECTED, f"{redis.name} does not answer PING with PONG")
        took = elapsed() - began
        values = {"seconds": took, **dict(_values(await _info(redis)))}
    used = f", {values['memory_percent']:.0f} % of its memory" if "memory_percent" in values else ""
    return Reading(Fault.NONE, f"{redis.name} answers in {took * 1000:.0f} ms{used}", values)


async def _info(redis: Redis) -> dict[str, float]:
    """The numbers of INFO; none of them where it is forbidden or unknown."""
    try:
        told = await redis.ask("INFO")
    except Complaint:
        return {}
    pairs = (line.split(":", 1) for line in str(told).splitlines() if ":" in line)
    return {name: float(value) for name, value in pairs if value.replace(".", "", 1).isdecimal()}


def _values(info: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    yield from ((name, info[key]) for name, key in PLAIN.items() if key in info)
    if info.get("maxmemory"):
        yield "memory_percent", 100 * info.get("used_memory", 0.0) / info["maxmemory"]
    if info.get("maxclients"):
        yield "clients_percent", 100 * info.get("connected_clients", 0.0) / info["maxclients"]
    hits, misses = info.get("keyspace_hits", 0.0), info.get("keyspace_misses", 0.0)
    if hits + misses:
        yield "hit_percent", 100 * hits / (hits + misses)


MEASURED = ("seconds", *PLAIN, "memory_percent", "clients_percent", "hit_percent")
KIND = Kind("redis", Options, read, values=MEASURED)
