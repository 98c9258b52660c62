"""The web process: the shop on HTTP and on TLS."""

from __future__ import annotations

import asyncio
import json
import sys

from aiohttp import web

from bot.practice.service import journal, leash
from bot.practice.service.addresses import HOST, Addresses
from bot.practice.service.guard import guards
from bot.practice.service.pages import Pages
from bot.practice.service.shop import Shop, logger
from bot.practice.service.wanted import Wanted


async def main(addresses: Addresses, wanted: Wanted) -> None:
    shop = Shop(addresses, wanted)
    journal.keep(addresses.log, addresses.plain_log, lambda: shop.wanted.release)
    runner = await served(shop)
    logger.info("started release %s on port %d", wanted.release, addresses.web)
    leash.say({"ready": True})
    try:
        await leash.obey(shop.apply)
    finally:
        logger.info("stopped")
        await runner.cleanup()
        await shop.close()


async def served(shop: Shop) -> web.AppRunner:
    app = web.Application(middlewares=guards(shop))
    app.add_routes(Pages(shop).routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handle_signals=False)
    await runner.setup()
    await shop.open()
    await web.TCPSite(runner, HOST, shop.addresses.web, reuse_address=True).start()
    await web.TCPSite(runner, HOST, shop.addresses.tls, ssl_context=shop.tls, reuse_address=True).start()
    return runner


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    asyncio.run(main(Addresses.of(told["addresses"]), Wanted.of(told["wanted"])))
