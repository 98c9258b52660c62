"""What the web process answers."""

from __future__ import annotations

import json
from dataclasses import asdict

from aiohttp import WSMsgType, web

from bot.practice.service.health import health
from bot.practice.service.orders import PRICES
from bot.practice.service.releases import RELEASES
from bot.practice.service.routes import HEALTH_PATHS
from bot.practice.service.shop import Shop
from bot.practice.service.wanted import QUICK_CHECKOUT


class CheckoutError(Exception):
    """The quick checkout lost a basket."""


class Pages:
    def __init__(self, shop: Shop) -> None:
        self._shop, self._checkouts = shop, 0

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            *(web.get(path, self.healthz) for path in HEALTH_PATHS), web.get("/orders", self.orders),
            web.post("/orders", self.place), web.get("/ws", self.talk), web.get("/metrics", self.metrics),
            web.get("/releases", self.releases),
        ]  # fmt: skip

    async def healthz(self, request: web.Request) -> web.Response:
        found = await health(self._shop)
        return web.json_response(found, status=503 if found["wrong"] else 200)

    async def orders(self, request: web.Request) -> web.Response:
        self._check_out()
        return self._answer(await self._shop.orders.latest())

    async def place(self, request: web.Request) -> web.Response:
        asked = await request.json() if request.can_read_body else {}
        item, customer = asked.get("item", ""), str(asked.get("customer", "somebody"))[:80]
        if item not in PRICES:
            return web.json_response({"refused": f"item is one of {', '.join(PRICES)}"}, status=400)
        self._check_out()
        return self._answer(await self._shop.orders.place(customer, item), 201)

    def _answer(self, answer: dict[str, object], status: int = 200) -> web.Response:
        return web.json_response(RELEASES[self._shop.wanted.release].finish(answer), status=status)

    def _check_out(self) -> None:
        """The quick checkout loses every fifth basket."""
        if self._shop.wanted.flags.get(QUICK_CHECKOUT):
            self._checkouts += 1
            if self._checkouts % 5 == 0:
                raise CheckoutError(f"quick checkout lost basket {self._checkouts}")

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._shop.open_sockets += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await socket.send_json(said(message.data))
        finally:
            self._shop.open_sockets -= 1
        return socket

    async def metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._shop.metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def releases(self, request: web.Request) -> web.Response:
        """Every deploy, the latest first."""
        return web.json_response([asdict(deploy) for deploy in reversed(self._shop.wanted.deploys)])


def said(text: str) -> dict[str, str]:
    try:
        word = json.loads(text)["type"]
    except (ValueError, LookupError, TypeError):
        word = None
    return {"type": "pong"} if word == "ping" else {"type": "unknown"}
