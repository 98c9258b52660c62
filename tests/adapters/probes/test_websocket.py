from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.websocket import WebsocketOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import HERE, a_site, hang, saying, spot, talking

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/ws", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HERE, 0).start()
    try:
        yield f"ws://{HERE}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def shop(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT and json.loads(message.data).get("type") == "ping":
            await socket.send_json({"type": "pong"})
    return socket


async def silent(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    await asyncio.sleep(60)
    return socket


async def closing(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.close()
    return socket


async def looked(handler: Handler, **options: Any) -> Reading:
    async with serving(handler) as address:
        return await read(spot(address), WebsocketOptions(path="/ws", **options), Reach())


@pytest.mark.parametrize("send", ["", '{"type": "ping"}', {"type": "ping"}])
async def test_it_opens_and_answers(send: Any) -> None:
    reading = await looked(shop, send=send)

    assert reading.fault is Fault.NONE
    assert 0 < reading.values["seconds"] < 2 and 0 < reading.values["answer_seconds"] < 2


async def test_the_answer_is_judged() -> None:
    assert (await looked(shop, send={"type": "ping"}, contains="pong")).fault is Fault.NONE
    assert (await looked(shop, send={"type": "ping"}, contains="ready")).fault is Fault.UNEXPECTED


async def test_one_that_never_answers_takes_all_the_time_there_is() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await looked(silent)


async def test_one_that_closes_instead_is_unexpected() -> None:
    with pytest.raises(Unseen) as why:
        await looked(closing)

    assert why.value.fault is Fault.UNEXPECTED


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (404, Fault.UNEXPECTED),
        (200, Fault.UNEXPECTED),
        (503, Fault.UNEXPECTED),
        (401, Fault.DENIED),
        (403, Fault.DENIED),
    ],
)
async def test_a_page_that_is_none(status: int, fault: Fault) -> None:
    async with a_site() as site:
        site.page("/ws", "no", status)
        with pytest.raises(Unseen) as why:
            await read(spot(site.address.replace("http", "ws")), WebsocketOptions(path="/ws"), Reach())

    assert why.value.fault is fault


async def test_a_redirect_is_not_followed() -> None:
    async with a_site() as site:
        site.page("/ws", "", 302, Location="/there")
        with pytest.raises(Unseen) as why:
            await read(spot(site.address.replace("http", "ws")), WebsocketOptions(path="/ws"), Reach())

        assert "redirects" in why.value.summary and len(site.asked) == 1


async def test_a_handshake_that_proves_nothing() -> None:
    forged = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    async with talking(saying(forged + b"Sec-WebSocket-Accept: bm8=\r\n\r\n", then=hang)) as port:
        with pytest.raises(Unseen) as why:
            await read(spot(f"ws://{HERE}:{port}"), WebsocketOptions(), Reach())

    assert why.value.fault is Fault.UNEXPECTED
