"""The web server: whoever builds Muster says which routes it has."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web


class WebServer:
    def __init__(self, routes: Sequence[web.RouteDef], host: str, port: int) -> None:
        self._host, self._port = host, port
        app = web.Application()
        app.router.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self) -> int:
        """The port it listens on."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self._runner.cleanup()
