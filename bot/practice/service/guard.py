"""Around every request: it is measured and logged, and what goes wrong becomes an answer."""

from __future__ import annotations

import asyncio
import errno
import logging
from time import monotonic

import aiosqlite
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.service.capacity import Overloaded
from bot.practice.service.orders import NotPaid
from bot.practice.service.pages import CheckoutError
from bot.practice.service.pool import PoolExhausted
from bot.practice.service.shop import Shop

#: seconds that the slow shop lets everybody wait
SLOW = 5.5
#: what says how it is answers promptly all the same
PROMPT = ("/metrics", "/releases", "/ws")
#: what the shop itself cannot help is 503
BUSY = (PoolExhausted, NotPaid, Overloaded)

logger = logging.getLogger("shop.web")


def guards(shop: Shop) -> list[Middleware]:
    return [web.middleware(guard(shop)) for guard in (measured, caught, unhurried)]


def measured(shop: Shop) -> Middleware:
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        began, path, status = monotonic(), path_of(request), 0
        shop.met(request.headers.get("X-Customer") or request.remote or "")
        try:
            answer = await handler(request)
            status = answer.status
        except web.HTTPException as refusal:
            status = refusal.status
            raise
        finally:
            if status:
                took(shop, request.method, path, status, monotonic() - began)
        return answer

    return around


def path_of(request: web.Request) -> str:
    """As the route names it, so that nobody can make up paths without end."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "other"


def took(shop: Shop, method: str, path: str, status: int, seconds: float) -> None:
    shop.metrics.count(method, path, status, seconds)
    if path == "/orders":
        shop.failed.append(status == 500)
    milliseconds = round(seconds * 1000, 1)
    about = {"method": method, "path": path, "status": status, "ms": milliseconds}
    logger.info("%s %s %d in %.0f ms", method, path, status, milliseconds, extra={"about": about})


def caught(shop: Shop) -> Middleware:
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except BUSY as why:
            logger.error("%s %s failed: %s", request.method, path_of(request), why)
            return web.json_response({"error": str(why)}, status=503)
        except (CheckoutError, LookupError, OSError, aiosqlite.Error) as why:
            full = isinstance(why, OSError) and why.errno == errno.ENOSPC
            said = "ENOSPC: no space left on device" if full else f"{type(why).__name__}: {why}"
            where = f"{request.method} {path_of(request)} failed in release {shop.wanted.release}"
            logger.exception("%s: %s", where, said)
            return web.json_response({"error": said}, status=500)

    return around


def unhurried(shop: Shop) -> Middleware:
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = path_of(request)
        if "slow" in shop.wanted.broken and path not in PROMPT:
            await asyncio.sleep(SLOW)
        if path != "/orders":
            return await handler(request)
        async with shop.capacity.place():
            return await handler(request)

    return around
