"""A few customers, so that rates and logs are those of a shop that is open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import cycle

import aiohttp

#: seconds that a customer thinks between two requests
THINKS = 0.8
PATIENCE = aiohttp.ClientTimeout(total=8)
CUSTOMERS = ("amara", "bruno", "carla", "deniz", "emil", "farida", "goran", "hanna")
ITEMS = ("mug", "lamp", "chair", "desk", "rug")


async def customers(url: str) -> None:
    """Two of them at a time, until cancelled; whatever the shop answers."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        await asyncio.gather(shop(session, url, CUSTOMERS[::2]), shop(session, url, CUSTOMERS[1::2]))


async def shop(session: aiohttp.ClientSession, url: str, names: tuple[str, ...]) -> None:
    """Look at the orders, place one, and let the next one come."""
    for who, item in zip(cycle(names), cycle(ITEMS), strict=False):
        head = {"X-Customer": who}
        await quietly(session.get(f"{url}/orders", headers=head))
        await asyncio.sleep(THINKS)
        await quietly(session.post(f"{url}/orders", json={"customer": who, "item": item}, headers=head))
        await asyncio.sleep(THINKS)


async def quietly(asked: aiohttp.client._RequestContextManager) -> None:
    with suppress(aiohttp.ClientError, TimeoutError, OSError):
        async with asked as answer:
            await answer.read()
