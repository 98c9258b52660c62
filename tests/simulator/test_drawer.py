"""What the page's drawer shows of the machinery: calls, deliveries, and the faults that are ordered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator

from .conftest import SILENT, App, refused, until
from .test_page_http import Page


@pytest.fixture
def page(http: aiohttp.ClientSession, sim: Simulator, ana: Person) -> Page:
    return Page(http, sim.url, ana.id)


class Drawer:
    """Somebody who watches."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def of(self, kind: str) -> list[Any]:
        return [line.get(kind) for line in self.lines if line["type"] == kind]


@pytest.fixture
async def drawer(http: aiohttp.ClientSession, sim: Simulator, ana: Person) -> AsyncIterator[Drawer]:
    drawer = Drawer()

    async def listen(ws: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in ws:
            drawer.lines.append(json.loads(frame.data))

    async with http.ws_connect(f"{sim.url}/sim/feed?as={ana.id}&watch=1") as ws:
        listening = asyncio.create_task(listen(ws))
        await until(lambda: drawer.lines)
        yield drawer
        listening.cancel()


async def test_a_call_is_shown_when_it_comes_and_when_it_is_answered(
    drawer: Drawer, web: AsyncWebClient, room: Channel, page: Page
) -> None:
    await web.chat_postMessage(channel=room.id, text="x", token=web.token)
    await until(lambda: len(drawer.of("call")) == 2)

    came, answered = drawer.of("call")
    assert (came["method"], came["status"], came["ms"], came["token"]) == ("chat.postMessage", "open", None, "bot")
    assert (answered["seq"], answered["status"]) == (came["seq"], "ok")
    assert answered["ms"] > 0 and answered["args"]["text"] == "x"
    assert str(web.token) not in json.dumps(drawer.lines)
    rows = (await page.get("calls", since=0, limit=1))["calls"]
    assert [row["seq"] for row in rows] == [came["seq"]]
    assert (await page.get("calls", since=came["seq"]))["calls"] == []
    await web.chat_postMessage(channel=room.id, text="y")
    assert [row["seq"] for row in (await page.get("calls", limit=1))["calls"]] == [came["seq"] + 1]


async def test_a_delivery_is_shown_with_what_became_of_it(
    drawer: Drawer, app: App, sim: Simulator, ana: Person, room: Channel, page: Page
) -> None:
    sim.ack_seconds = 0.05
    app.reply = lambda request: SILENT if request.type == "slash_commands" else None
    await ana.says(room, "hello")
    await until(lambda: [one["outcome"] for one in drawer.of("delivery")] == ["open", "acknowledged"])
    await ana.runs(room, "/incident help")
    await until(lambda: len(drawer.of("delivery")) == 4)

    _, event, _, command = drawer.of("delivery")
    assert (event["kind"], event["name"], event["by"], event["over"]) == ("event", "message", ana.id, "socket")
    assert event["ms"] > 0 and event["payload"]["event"]["text"] == "hello"
    assert "token" not in event["payload"]
    assert (command["kind"], command["name"], command["by"]) == ("command", "/incident", ana.id)
    assert (command["outcome"], command["ms"]) == ("timeout", None)
    rows = (await page.get("deliveries", since=event["seq"]))["deliveries"]
    assert [(row["name"], row["outcome"]) for row in rows] == [("/incident", "timeout")]


async def test_that_nobody_listens_is_shown_too(drawer: Drawer, ana: Person, room: Channel) -> None:
    await ana.runs(room, "/incident help")
    await until(lambda: drawer.of("delivery"))

    assert [one["outcome"] for one in drawer.of("delivery")] == ["dispatch_failed"]


async def test_whoever_has_no_drawer_open_sees_none_of_it(
    http: aiohttp.ClientSession, sim: Simulator, web: AsyncWebClient, ana: Person, room: Channel
) -> None:
    async with http.ws_connect(f"{sim.url}/sim/feed?as={ana.id}") as ws:
        await ws.receive_json()
        await web.chat_postMessage(channel=room.id, text="x")
        assert (await ws.receive_json())["type"] == "message"


async def test_orders_are_listed_counted_off_and_taken_back_one_by_one(
    drawer: Drawer, page: Page, web: AsyncWebClient, room: Channel
) -> None:
    await page.post("faults", do="slow", method="chat.update", seconds=2)
    await page.post("faults", do="fail", method="chat.postMessage", times=2, error="fatal_error")
    answer = await page.post("faults", do="drop", method="*", before=True)
    slow, fail, drop = answer["orders"]
    assert (slow["do"], slow["seconds"], slow["times"]) == ("slow", 2, None)
    assert (fail["do"], fail["method"], fail["times"], fail["error"]) == ("fail", "chat.postMessage", 2, "fatal_error")
    assert (drop["method"], drop["before"], drop["do_work"]) == ("*", True, False)

    assert (await refused(web.chat_postMessage(channel=room.id, text="x")))["error"] == "fatal_error"
    for order in (slow, drop):
        await page.post("faults", do="cancel", id=order["id"])
    assert [(one["id"], one["times"]) for one in (await page.get("faults"))["orders"]] == [(fail["id"], 1)]
    gone = await page.post("faults", do="cancel", id=drop["id"])
    assert gone == {"ok": False, "error": "There is no such order any more."}
    assert len(drawer.of("faults")) == 6

    await page.post("faults", do="clear")
    await web.chat_postMessage(channel=room.id, text="x")
    assert (await page.get("faults"))["orders"] == []


async def test_an_event_that_is_lost_comes_again(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    sim.faults.drop("event", before=True)
    await ana.says(room, "hello")
    await until(lambda: app.got and sim.idle)
    assert [request.retry_attempt for request in app.got] == [1]


@pytest.mark.parametrize("do", ["drop", "hang"])
async def test_an_event_whose_acknowledgement_is_lost_comes_twice(
    app: App, sim: Simulator, ana: Person, room: Channel, do: str
) -> None:
    sim.ack_seconds = 0.1
    sim.faults.order(do, {"method": "event"})
    await ana.says(room, "hello")
    await until(lambda: len(app.got) == 2 and sim.idle)
    assert [request.retry_attempt for request in app.got] == [0, 1]
    assert app.got[0].payload == app.got[1].payload


async def test_a_command_may_be_slowed_and_fail(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    sim.faults.slow("command", 0.05)
    sim.faults.fail("command")
    sim.faults.drop("*", times=5)
    assert (await ana.runs(room, "/incident help")).error == '/incident failed with the error "dispatch_failed"'
    assert app.got == []
    assert (await ana.runs(room, "/incident help")).ok
    assert sim.envelopes[-1].at and len(app.got) == 1


async def test_the_state_of_the_whole_is_told_beside_the_orders(page: Page, sim: Simulator) -> None:
    calm = {"orders": [], "rate_limits": False, "refused": False, "free_team": False}
    assert await page.get("faults") == calm
    sim.faults.rate_limits()
    sim.faults.free_team()
    assert await page.get("faults") == {**calm, "rate_limits": True, "free_team": True}
    sim.faults.refuse(seconds=0.05)
    assert sim.faults.refused
    await until(lambda: not sim.faults.refused)
    sim.faults.clear()
    assert await page.get("faults") == calm


@pytest.mark.parametrize("order", [{"do": "explode"}, {"do": "slow"}, {"do": "cancel", "id": 99}, []])
async def test_what_is_no_order_is_refused(http: aiohttp.ClientSession, sim: Simulator, order: Any) -> None:
    async with http.post(f"{sim.url}/sim/faults", json=order) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].endswith((".", "'seconds'"))
