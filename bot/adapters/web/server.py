"""The web server: whoever builds Muster says which routes it has."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

#: seconds that requests under way have when Muster stops; those that only wait for news need none
LONGEST_GOODBYE = 2.0


class WebServer:
    def __init__(self, routes: Sequence[web.RouteDef], host: str, port: int) -> None:
        self._host, self._port = host, port
        app = web.Application()
        app.router.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=LONGEST_GOODBYE)

    async def start(self) -> int:
        """The port it listens on."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self._runner.cleanup()
