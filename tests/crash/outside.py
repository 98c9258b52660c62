"""The world outside Slack: an address that sends text messages, and tells what it was asked to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

#: called with how many came before and "before" or "after"; true leaves it at that
Hook = Callable[[int, str], bool]


class Messages:
    """`sent` by key: how often the same was asked for; whoever sends them tells twins by that key."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.to: dict[str, str] = {}
        self.asked = 0
        self.hook: Hook = lambda asked, phase: False
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        asked, self.asked = self.asked, self.asked + 1
        if self.hook(asked, "before"):
            return web.Response(status=503)
        body = await request.json()
        self.sent[request.headers["Idempotency-Key"]] += 1
        self.to[request.headers["Idempotency-Key"]] = body["to"]
        if self.hook(asked, "after"):
            return web.Response(status=503)
        return web.json_response({})


@asynccontextmanager
async def text_messages() -> AsyncIterator[Messages]:
    messages, app = Messages(), web.Application()
    app.router.add_post("/sms", messages.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    messages.url = f"http://127.0.0.1:{runner.addresses[0][1]}/sms"
    try:
        yield messages
    finally:
        await runner.cleanup()
