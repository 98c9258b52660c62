"""The HTTP API: /api/…, described at /openapi.json and, for people, at /docs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from bot.adapters.web.api import page
from bot.adapters.web.api.asked import OnCommit, Room
from bot.adapters.web.api.door import Door
from bot.adapters.web.api.names import Names
from bot.adapters.web.api.openapi import document
from bot.adapters.web.api.operations import Operation
from bot.adapters.web.api.problems import Problem
from bot.adapters.web.api.table import OPERATIONS
from bot.engine.clock import Clock
from bot.workflows.desk import Desk

Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(
    desk: Desk, clock: Clock, on_commit: OnCommit, token: str, unwritable: tuple[type[Exception], ...]
) -> list[web.RouteDef]:  # fmt: skip
    """With `token` "" every request learns that the API is off; its description is there all the same."""
    door = Door(Room(desk, clock, Names(desk.directory, clock), on_commit), token, unwritable)
    found = [web.route(each.method, each.path, handler(door, each)) for each in OPERATIONS]
    return [*found, web.route("*", "/api/{tail:.*}", nowhere(door)), *papers()]


def handler(door: Door, operation: Operation) -> Handler:
    return partial(door.answer, operation)


def nowhere(door: Door) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        try:
            door.let_in(request)
        except Problem as problem:
            return problem.response()
        allowed = sorted({each.method for each in OPERATIONS if each.matches(request.path)})
        if allowed:
            ways = ", ".join(allowed)
            return Problem("wrong-method", f"There one can {ways}.", headers={"Allow": ways}).response()
        return Problem("not-found", "There is no such address. /docs lists all there are.").response()

    return answer


def papers() -> list[web.RouteDef]:
    """Written once, when somebody asks first."""

    async def openapi(request: web.Request) -> web.Response:
        return web.json_response(document())

    async def docs(request: web.Request) -> web.Response:
        return web.Response(text=page.written(), content_type="text/html", headers=page.HEADERS)

    return [web.get("/openapi.json", openapi), web.get("/docs", docs)]
