"""Orders: kept in the database, counted in the cache, paid at the payments service, with a receipt on disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

import aiohttp
import redis.asyncio as redis

from bot.engine.clock import Clock
from bot.practice.service.circuit import Circuit
from bot.practice.service.pool import Pool
from bot.practice.service.quota import Quota

Json = dict[str, Any]
PRICES = {"mug": 1200, "lamp": 4900, "chair": 15900, "desk": 34900, "rug": 8900}
#: orders that the database keeps, and that the list shows
MOST_KEPT, MOST_SHOWN = 2000, 20
LONGEST_PAYMENT = aiohttp.ClientTimeout(total=3)
INSERT = "insert into orders (customer, item, cents, charge, at) values (?, ?, ?, ?, ?)"
LATEST = "select id, customer, item, cents, at from orders order by id desc limit ?"

logger = logging.getLogger("shop.orders")
paying = logging.getLogger("shop.payments")


class NotPaid(Exception):
    """Payments did not answer, or are left alone because they did not."""


class Orders:
    """What it needs is open already; `opened` hears when the circuit opens and closes."""

    def __init__(
        self, pool: Pool, cache: redis.Redis, http: aiohttp.ClientSession, payments: str, quota: Quota, clock: Clock
    ) -> None:
        self._pool, self._cache, self._http, self._payments = pool, cache, http, payments
        self._quota, self._clock = quota, clock
        self.circuit = Circuit()

    async def latest(self) -> Json:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(LATEST, (MOST_SHOWN,))).fetchall()
        names = ("id", "customer", "item", "cents", "at")
        orders = [dict(zip(names, row, strict=True)) for row in rows]
        return {"orders": orders, "placed": await self._cached(self._cache.get)}

    async def place(self, customer: str, item: str) -> Json:
        """KeyError for an item that is not sold, NotPaid, PoolExhausted, OSError without room for the receipt."""
        cents, at = PRICES[item], self._clock.now().isoformat(timespec="seconds")
        charge = await self._pay(cents)
        async with self._pool.connection() as connection:
            made = await connection.execute(INSERT, (customer, item, cents, charge, at))
            await connection.execute("delete from orders where id <= ?", ((made.lastrowid or 0) - MOST_KEPT,))
        order = {"id": made.lastrowid, "customer": customer, "item": item, "cents": cents, "at": at}
        self._quota.add(json.dumps({**order, "charge": charge}))
        await self._cached(self._cache.incr)
        return order

    async def _cached(self, do: Callable[[str], Any]) -> int | None:
        """The count of orders; None while the cache is away, for an order does not depend on it."""
        try:
            return int(await do("orders:placed") or 0)
        except redis.RedisError as why:
            logger.warning("the cache does not answer: %s", why)
            return None

    async def _pay(self, cents: int) -> str:
        if not self.circuit.lets_through(monotonic()):
            raise NotPaid("circuit breaker open: payments are left alone for a moment")
        try:
            async with self._http.post(
                f"{self._payments}/charge", json={"cents": cents}, timeout=LONGEST_PAYMENT
            ) as answer:
                answer.raise_for_status()
                charge = str((await answer.json())["charge"])
        except (aiohttp.ClientError, TimeoutError) as why:
            raise self._failed(why) from why
        if self.circuit.succeeded():
            paying.info("circuit breaker closed: payments answer again")
        return charge

    def _failed(self, why: Exception) -> NotPaid:
        refused = isinstance(why, aiohttp.ClientConnectorError) and isinstance(why.os_error, ConnectionRefusedError)
        said = f"connect ECONNREFUSED {self._payments.removeprefix('http://')}" if refused else f"{why or 'time-out'}"
        if self.circuit.failed(monotonic()):
            paying.error("circuit breaker open: payments failed again and again")
        return NotPaid(f"payments: {said}")
