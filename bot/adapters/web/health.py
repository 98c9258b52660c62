"""
GET /healthz: 200 while Muster can write its record, 503 otherwise; the parts and how each is.

GET /readyz: 200 while it can take gestures as well, 503 otherwise. A process that is not ready is not to be killed for
it: it goes on trying.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Ping = Callable[[], Awaitable[str]]


def routes(vital: Mapping[str, Ping], others: Mapping[str, Ping], further: Mapping[str, Ping]) -> list[web.RouteDef]:
    """Both; `further` parts only keep it from being ready."""
    return [route(vital, others), route({**vital, **others, **further}, {}, "/readyz")]


def route(vital: Mapping[str, Ping], others: Mapping[str, Ping], path: str = "/healthz") -> web.RouteDef:
    """
    `vital` parts answer "ok" or the process is of no use; the others are only told.

    A part is a coroutine function that returns "ok" or a sentence.
    """

    async def answer(request: web.Request) -> web.Response:
        found = {name: await ping() for name, ping in vital.items()}
        told = {name: await ping() for name, ping in others.items()}
        well = all(said == "ok" for said in found.values())
        return web.json_response({"ok": well, **found, **told}, status=200 if well else 503)

    return web.get(path, answer)
