"""The payments service, which the shop depends on."""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from aiohttp import web

from bot.practice.service import leash
from bot.practice.service.addresses import HOST
from bot.practice.service.routes import STATUS_PATHS


class Payments:
    def __init__(self) -> None:
        self._numbers = count(1)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [*(web.get(path, self.health) for path in STATUS_PATHS), web.post("/charge", self.charge)]

    async def health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def charge(self, request: web.Request) -> web.Response:
        cents = (await request.json()).get("cents")
        if not isinstance(cents, int) or cents <= 0:
            return web.json_response({"refused": "cents is a whole number above 0"}, status=400)
        return web.json_response({"charge": f"ch_{next(self._numbers)}", "cents": cents})


async def main(port: int) -> None:
    app = web.Application()
    app.add_routes(Payments().routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    leash.say({"ready": True})
    await leash.until_let_go()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
