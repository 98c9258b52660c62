"""What the shop is broken and mended with: HTTP on this machine alone, and a page."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.service.addresses import HOST
from bot.practice.service.keeper import Keeper, Unheard
from bot.practice.service.leash import Json

PAGE = Path(__file__).parent / "panel.html"
NAMES = ("127.0.0.1", "localhost")
HEADERS = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors http://127.0.0.1:* http://localhost:*"
    ),
}  # fmt: skip


class Control:
    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def app(self) -> web.Application:
        app = web.Application(middlewares=[own_machine])
        orders: dict[str, Callable[[Json], Awaitable[None]]] = {
            "/break": lambda told: self._keeper.break_(word(told, "kind")),
            "/mend": lambda told: self._keeper.mend(word(told, "kind") or "all"),
            "/release": lambda told: self._keeper.release(word(told, "version")),
            "/rollback": lambda told: self._keeper.roll_back(),
            "/restart": lambda told: self._keeper.restart(),
            "/capacity": lambda told: self._keeper.resize(told.get("capacity")),
            "/flag": lambda told: self._keeper.flag(word(told, "name"), told.get("on")),
        }
        app.add_routes([web.get("/", self._page), web.get("/state", self._state)])
        app.add_routes([web.post(path, self._order(do)) for path, do in orders.items()])
        return app

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE, headers=HEADERS)

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._keeper.state(), headers=HEADERS)

    def _order(self, do: Callable[[Json], Awaitable[None]]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            try:
                await do(await body(request))
            except Unheard as why:
                return refusal(str(why), 400)
            return web.json_response(self._keeper.state(), headers=HEADERS)

        return handle


@web.middleware
async def own_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nobody else's page may speak to it, whatever name it gave to this machine."""
    port = request.url.port
    hosts = {f"{name}:{port}" for name in NAMES}
    origin = request.headers.get("Origin")
    if request.headers.get("Host") not in hosts or (origin and origin not in {f"http://{host}" for host in hosts}):
        return refusal("This is for this machine alone.", 403)
    return await handler(request)


async def body(request: web.Request) -> Json:
    """Unheard unless it is nothing or a JSON object."""
    raw = await request.text()
    try:
        told = json.loads(raw or "{}")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Unheard('The body is a JSON object: {"kind": "errors"}.')
    return told


def word(told: Json, name: str) -> str:
    return str(told.get(name) or "")[:60]


def refusal(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers=HEADERS)


async def served(keeper: Keeper) -> web.AppRunner:
    """OSError if the port is taken."""
    runner = web.AppRunner(Control(keeper).app(), access_log=None, shutdown_timeout=0.2, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, HOST, keeper.addresses.control, reuse_address=True).start()
    return runner
