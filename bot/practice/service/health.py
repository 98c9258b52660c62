"""Whether the shop can serve, by its own parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import redis.asyncio as redis

from bot.practice.service.leash import Json
from bot.practice.service.pool import PoolExhausted
from bot.practice.service.shop import Shop

#: the part of the last orders that may fail
MOST_FAILED = 0.5
MOST_MEMORY = 90.0


class Wrong(Exception):
    """What a part lacks, as a sentence."""


async def health(shop: Shop) -> Json:
    """`wrong` is what keeps it from serving, `noted` what does not; `status` is ok or failing."""
    parts: Mapping[str, Callable[[Shop], Awaitable[None]]] = {
        "database": database, "disk": disk, "orders": orders, "cache": cache, "payments": payments, "memory": memory,
        "certificate": certificate,
    }  # fmt: skip
    found = {name: why for name, look in parts.items() if (why := await what_is_wrong(look, shop))}
    wrong = {name: why for name, why in found.items() if name in ("database", "disk", "orders")}
    return {
        "status": "failing" if wrong else "ok", "release": shop.wanted.release, "wrong": wrong,
        "noted": {name: why for name, why in found.items() if name not in wrong},
    }  # fmt: skip


async def what_is_wrong(look: Callable[[Shop], Awaitable[None]], shop: Shop) -> str:
    try:
        await look(shop)
    except Wrong as why:
        return str(why)
    return ""


async def database(shop: Shop) -> None:
    try:
        async with shop.pool.connection() as connection:
            await connection.execute("select 1")
    except PoolExhausted as why:
        raise Wrong(str(why)) from None


async def disk(shop: Shop) -> None:
    if shop.quota.used >= shop.quota.limit:
        raise Wrong(f"no space left: {shop.quota.used} of {shop.quota.limit} bytes are used")


async def orders(shop: Shop) -> None:
    failed, seen = sum(shop.failed), len(shop.failed)
    if seen >= 5 and failed > seen * MOST_FAILED:
        raise Wrong(f"{failed} of the last {seen} orders failed")


async def cache(shop: Shop) -> None:
    try:
        await shop.cache.ping()
    except redis.RedisError as why:
        raise Wrong(f"the cache does not answer: {why}") from None


async def payments(shop: Shop) -> None:
    if shop.orders.circuit.state != "closed":
        raise Wrong(f"payments do not answer: the circuit is {shop.orders.circuit.state}")


async def memory(shop: Shop) -> None:
    if (percent := shop.metrics.memory_percent()) > MOST_MEMORY:
        raise Wrong(f"{percent:g} % of its memory is used")


async def certificate(shop: Shop) -> None:
    if shop.valid_until <= shop.clock.now():
        raise Wrong("the TLS certificate has expired")
