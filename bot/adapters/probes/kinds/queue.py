"""
How much waits in a queue: a list, set or stream of Redis (`redis://…`, its key), or RabbitMQ by its management API
(`http://user:password@host:15672`), one queue or all of them.

Values: ready (waits for somebody), and where that is known: unacked (somebody has it and has not said that it is done),
consumers, oldest_seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import Field

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.resp import Redis, Reply, connected
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault, Reading

COUNTS = {"list": "LLEN", "set": "SCARD", "zset": "ZCARD", "stream": "XLEN"}
#: https://www.rabbitmq.com/docs/management#http-api
RABBIT = {"ready": "messages_ready", "unacked": "messages_unacknowledged", "consumers": "consumers"}
COLUMNS = ",".join(("name", "vhost", "head_message_timestamp", *RABBIT.values()))
MOST_SHOWN = 50


class QueueOptions(Options):
    """`queue` is its key or name; with RabbitMQ, "" are all of them. `vhost` is RabbitMQ's."""

    queue: str = Field(default="", max_length=255)
    vhost: str = Field(default="/", max_length=255)


async def read(spot: Spot, options: QueueOptions, reach: Reach) -> Reading:
    if spot.address.startswith(("http://", "https://")):
        return await _rabbit(spot, options, reach)
    if not options.queue:
        raise Unseen(Fault.BROKEN, "this probe names no queue; right would be queue: jobs")
    async with connected(reach, spot) as redis:
        values = await _redis(redis, options.queue, reach.now().timestamp())
    return Reading(Fault.NONE, _said(options.queue, values), values)


async def _redis(redis: Redis, key: str, now: float) -> dict[str, float]:
    sort = str(await redis.ask("TYPE", key))
    if sort == "none":  # an empty list is no key
        return {"ready": 0.0}
    if sort not in COUNTS:
        raise Unseen(Fault.UNEXPECTED, f"{key} is a {sort}, which is no queue")
    count = _float(await redis.ask(COUNTS[sort], key))
    return await _stream(redis, key, count, now) if sort == "stream" else {"ready": count}


async def _stream(redis: Redis, key: str, count: float, now: float) -> dict[str, float]:
    """With groups of consumers, what the slowest of them has not been given; without, all that is in it."""
    groups = [_pairs(group) for group in _list(await redis.ask("XINFO", "GROUPS", key))]
    if groups:
        lags = [count if group.get("lag") is None else _float(group["lag"]) for group in groups]
        held = {name: sum(_float(group.get(key)) for group in groups) for name, key in
                (("unacked", "pending"), ("consumers", "consumers"))}  # fmt: skip
        return {"ready": max(lags), **held}
    first = _list(await redis.ask("XRANGE", key, "-", "+", "COUNT", "1"))
    # an id begins with milliseconds: https://redis.io/docs/latest/develop/data-types/streams/#entry-ids
    born = [float(str(_list(entry)[0]).partition("-")[0]) / 1000 for entry in first]
    return {"ready": count, **({"oldest_seconds": max(0.0, now - born[0])} if born else {})}


def _list(reply: Reply) -> list[Reply]:
    return reply if isinstance(reply, list) else []


def _pairs(reply: Reply) -> dict[str, Reply]:
    flat = _list(reply)
    return {str(name): value for name, value in zip(flat[::2], flat[1::2], strict=False)}


def _float(told: Any) -> float:
    return float(told) if isinstance(told, int | float) else 0.0


async def _rabbit(spot: Spot, options: QueueOptions, reach: Reach) -> Reading:
    one = f"/{quote(options.vhost, safe='')}/{quote(options.queue, safe='')}" if options.queue else ""
    answer = await get(reach, spot, f"/api/queues{one}", query=[("columns", COLUMNS)], most=MOST_DATA)
    told = answer.wanted(f"queue {options.queue}".strip()).json()
    queues = [queue for queue in (told if isinstance(told, list) else [told]) if isinstance(queue, dict)]
    values = {name: sum(_float(queue.get(key)) for queue in queues) for name, key in RABBIT.items()}
    values |= _oldest(queues, reach.now().timestamp())
    longest = sorted(queues, key=lambda queue: _float(queue.get("messages_ready")), reverse=True)
    text = "\n".join(map(_line, longest[:MOST_SHOWN]))
    return Reading(Fault.NONE, _said(options.queue or f"{len(queues)} queues", values), values, text)


def _oldest(queues: Iterable[Mapping[str, Any]], now: float) -> dict[str, float]:
    """By the time that its sender gave the first message, if it did: https://www.rabbitmq.com/docs/publishers"""
    born = [at for queue in queues if (at := _float(queue.get("head_message_timestamp")))]
    return {"oldest_seconds": max(0.0, now - min(born))} if born else {}


def _line(queue: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{name} {_float(queue.get(key)):g}" for name, key in RABBIT.items())
    return f"{queue.get('name')}: {counts}"


def _said(name: str, values: Mapping[str, float]) -> str:
    known = [f"{values['ready']:g} waiting"]
    if "unacked" in values:
        known.append(f"{values['unacked']:g} in hand")
    if "consumers" in values:
        known.append(f"{values['consumers']:g} consumers")
    return f"{name}: {', '.join(known)}"


KIND = Kind("queue", QueueOptions, read, values=("ready", "unacked", "consumers", "oldest_seconds"))
