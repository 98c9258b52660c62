from __future__ import annotations

import asyncio
import gc
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Call, Channel, Person, Simulator

from .conftest import App, refused, until


@pytest.mark.parametrize(("error", "status"), [("fatal_error", 200), ("internal_error", 200)])
async def test_failing_calls(
    web: AsyncWebClient, sim: Simulator, room: Channel, ana: Person, error: str, status: int
) -> None:
    sim.faults.fail("chat.postMessage", times=2, error=error, status=status)
    for _ in range(2):
        assert (await refused(web.chat_postMessage(channel=room.id, text="x")))["error"] == error
    assert (await web.chat_postMessage(channel=room.id, text="x"))["ok"]
    assert len(ana.sees("#ops")) == 1
    assert [call.status for call in sim.calls] == [error, error, "ok"]


async def test_a_failure_may_have_done_its_work(
    web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel
) -> None:
    sim.faults.fail("chat.postMessage", do_work=True)
    assert (await refused(web.chat_postMessage(channel=room.id, text="x")))["error"] == "fatal_error"
    assert len(ana.sees("#ops")) == 1


async def test_a_server_error_and_a_429(web: AsyncWebClient, sim: Simulator, room: Channel) -> None:
    sim.faults.fail("*", status=500)
    sim.faults.fail("chat.postMessage", status=429, retry_after=17)
    with pytest.raises(SlackApiError) as limited:
        await web.chat_postMessage(channel=room.id, text="x")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "17"
    with pytest.raises(SlackApiError) as broken:
        await web.auth_test()
    assert broken.value.response.status_code == 500
    assert [call.status for call in sim.calls] == ["429", "500"]


async def test_a_dropped_call_may_have_landed_or_not(
    web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel
) -> None:
    sim.faults.drop("chat.postMessage", before=True)
    sim.faults.drop("chat.postMessage", lag=0.1)
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=room.id, text="never")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=room.id, text="late")
    await until(lambda: sim.idle)
    assert [row.text for row in ana.sees("#ops")] == ["late"]
    assert [call.status for call in sim.calls] == ["dropped", "dropped"]
    assert sim.calls[1].response is not None


async def test_a_hanging_call_ends_when_the_client_gives_up(
    sim: Simulator, http: aiohttp.ClientSession, ana: Person, room: Channel
) -> None:
    sim.faults.hang("chat.postMessage")
    body = {"channel": room.id, "text": "x", "token": sim.bot_token}
    with pytest.raises(TimeoutError):
        await http.post(f"{sim.api_url}chat.postMessage", data=body, timeout=aiohttp.ClientTimeout(total=0.1))
    await until(lambda: sim.requests_open == 0)
    assert len(ana.sees("#ops")) == 1


async def test_clearing_lets_hanging_calls_go(sim: Simulator, web: AsyncWebClient) -> None:
    sim.faults.hang("auth.test", do_work=False)
    asking = asyncio.create_task(web.auth_test())
    await until(lambda: sim.requests_open == 1)
    sim.faults.clear()
    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_slowness(sim: Simulator, web: AsyncWebClient) -> None:
    sim.faults.slow("auth.test", 0.2)
    started = time.monotonic()
    asking = asyncio.create_task(web.auth_test())
    await until(lambda: sim.requests_open == 1)
    assert not sim.idle
    await asking
    assert 0.2 <= time.monotonic() - started < 1
    [call] = sim.calls
    assert call.ended is not None
    assert call.ended - call.started >= 0.2
    sim.faults.clear()
    started = time.monotonic()
    await web.auth_test()
    assert time.monotonic() - started < 0.1


async def test_slack_can_be_down_and_come_back(
    app: App, web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel
) -> None:
    await web.auth_test()
    sim.faults.refuse(True)
    await until(lambda: sim.sockets == 0)
    with pytest.raises(aiohttp.ClientConnectorError):
        await web.auth_test()
    assert "dispatch_failed" in (await ana.runs("#ops", "/incident")).error
    sim.faults.refuse(False)
    assert (await web.auth_test())["ok"]
    await until(lambda: sim.sockets == 1)
    assert (await ana.runs("#ops", "/incident")).ok


async def test_being_down_may_end_by_itself(web: AsyncWebClient, sim: Simulator) -> None:
    sim.faults.refuse(True, seconds=0.1)
    with pytest.raises(aiohttp.ClientConnectorError):
        await web.auth_test()
    await asyncio.sleep(0.15)
    assert (await web.auth_test())["ok"]


async def test_hooks_see_each_call_before_and_after(
    web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel
) -> None:
    seen: list[tuple[str, str, int]] = []

    async def hook(call: Call, phase: str) -> None:
        await asyncio.sleep(0)
        seen.append((call.method, phase, len(ana.sees("#ops"))))

    sim.on_call.append(hook)
    await web.chat_postMessage(channel=room.id, text="x")
    assert seen == [("chat.postMessage", "before", 0), ("chat.postMessage", "after", 1)]


async def test_connections_are_counted(sim: Simulator, web: AsyncWebClient) -> None:
    for _ in range(5):
        await web.auth_test()
    assert sim.connections == 1
    lonely = AsyncWebClient(token=sim.bot_token, base_url=sim.api_url, retry_handlers=[])
    for _ in range(3):
        await lonely.auth_test()
    assert sim.connections == 4


async def test_an_unknown_order_is_refused(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="There is no fault explode"):
        sim.faults.order("explode", {})
    with pytest.raises(ValueError, match="slow does not take these arguments"):
        sim.faults.order("slow", {"speed": 1})


async def test_stopping_is_quick_and_leaves_nothing(app: App, sim: Simulator, http: aiohttp.ClientSession) -> None:
    sim.faults.hang("auth.test")
    asking = asyncio.create_task(http.post(f"{sim.api_url}auth.test", data={"token": sim.bot_token}))
    feed = await http.ws_connect(f"{sim.url}/sim/feed?as=U1")
    await until(lambda: sim.requests_open == 1)
    for client in app.clients:
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
    started = time.monotonic()
    await sim.stop()
    assert time.monotonic() - started < 1
    with pytest.raises(aiohttp.ClientError):
        await asking
    await feed.close()
    gc.collect()
