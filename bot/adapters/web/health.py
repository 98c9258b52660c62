"""GET /healthz: 200 while Muster can write its record, 503 otherwise; the parts and how each is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Ping = Callable[[], Awaitable[str]]


class Health:
    """
    `vital` parts answer "ok" or the process is of no use; the others are only told.

    A part is a coroutine function that returns "ok" or a sentence.
    """

    def __init__(self, vital: Mapping[str, Ping], others: Mapping[str, Ping], host: str, port: int) -> None:
        self._vital, self._others = vital, others
        self._host, self._port = host, port
        app = web.Application()
        app.router.add_get("/healthz", self._answer)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self) -> int:
        """The port it listens on."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        vital = {name: await ping() for name, ping in self._vital.items()}
        others = {name: await ping() for name, ping in self._others.items()}
        well = all(said == "ok" for said in vital.values())
        return web.json_response({"ok": well, **vital, **others}, status=200 if well else 503)
