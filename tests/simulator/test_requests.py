"""Deliveries to an app without Socket Mode: signed requests, and what their answers mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web as server
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Answer, Channel, Person, Simulator

from .conftest import MANIFEST, HandClock, modal, until

SECRET = "a secret of the app"
HTTP = {**MANIFEST, "settings": {**MANIFEST["settings"], "socket_mode_enabled": False}}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Got:
    headers: dict[str, str]
    body: str

    @property
    def payload(self) -> dict[str, Any]:
        if self.headers["Content-Type"] == "application/json":
            return dict(json.loads(self.body))
        form = {key: values[0] for key, values in parse_qs(self.body).items()}
        return dict(json.loads(form["payload"])) if "payload" in form else form


@dataclass
class App:
    """The app's web server: keeps what it got and answers what it is told to."""

    got: list[Got] = field(default_factory=list)
    status: int = 200
    answer: Any = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    async def take(self, request: server.Request) -> server.Response:
        self.got.append(Got(dict(request.headers), await request.text()))
        await asyncio.sleep(self.seconds)
        if isinstance(self.answer, str):
            return server.Response(status=self.status, text=self.answer, headers=self.headers)
        return server.json_response(self.answer, status=self.status, headers=self.headers)

    @property
    def last(self) -> Got:
        return self.got[-1]


@pytest.fixture
async def app(sim: Simulator) -> AsyncIterator[App]:
    app = App()
    site = server.Application()
    site.router.add_post("/slack/events", app.take)
    runner = server.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await server.TCPSite(runner, "127.0.0.1", 0).start()
    assert sim.requests
    sim.requests.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield app
    await runner.cleanup()


@pytest.fixture
async def sim(clock: HandClock) -> AsyncIterator[Simulator]:
    simulator = Simulator(clock, HTTP, signing_secret=SECRET)
    await simulator.start()
    yield simulator
    await simulator.stop()


class Now(Clock):
    def __init__(self, clock: HandClock) -> None:
        self.clock = clock

    def now(self) -> float:
        return self.clock.now().timestamp()


async def test_a_command_is_a_signed_form(app: App, clock: HandClock, ana: Person, room: Channel) -> None:
    await ana.runs(room, "/incident déclare sev1 & more")

    assert SignatureVerifier(SECRET, Now(clock)).is_valid_request(app.last.body, app.last.headers)
    assert not SignatureVerifier("another", Now(clock)).is_valid_request(app.last.body, app.last.headers)
    assert app.last.headers["Content-Type"] == FORM
    assert (app.last.payload["command"], app.last.payload["text"]) == ("/incident", "déclare sev1 &amp; more")
    assert app.last.payload["is_enterprise_install"] == "false" and app.last.payload["trigger_id"]
    assert not {"X-Slack-Retry-Num", "X-Slack-Retry-Reason"} & app.last.headers.keys()


@pytest.mark.parametrize("answer", ["Just words.", {"text": "Just words."}])
async def test_what_it_answers_is_shown(app: App, ana: Person, room: Channel, answer: Any) -> None:
    app.answer = answer
    said = await ana.runs(room, "/incident help")
    assert (said.ok, said.text) == (True, "Just words.")


async def test_a_press_is_json_in_a_form_and_a_dialog_is_told_what_is_wrong(
    app: App, sim: Simulator, web: AsyncWebClient, ana: Person, room: Channel
) -> None:
    await ana.runs(room, "/incident help")
    await web.views_open(trigger_id=app.last.payload["trigger_id"], view=modal())
    app.answer = {"response_action": "errors", "errors": {"what_block": "Too short."}}
    outcome = await ana.submits(values={"what": "x"})

    assert app.last.headers["Content-Type"] == FORM and app.last.body.startswith("payload=%7B")
    assert app.last.payload["type"] == "view_submission"
    assert (outcome.action, outcome.errors) == ("errors", {"what_block": "Too short."})
    app.answer = ""
    assert (await ana.submits()).action == "close"


async def test_an_event_is_json(app: App, ana: Person, room: Channel) -> None:
    await ana.says(room, "hello")
    await until(lambda: app.got)

    assert app.last.headers["Content-Type"] == "application/json"
    assert (app.last.payload["type"], app.last.payload["event"]["text"]) == ("event_callback", "hello")


async def test_an_event_that_fails_comes_three_times_more(
    app: App, sim: Simulator, clock: HandClock, ana: Person, room: Channel
) -> None:
    app.status = 500
    await ana.says(room, "hello")
    await until(lambda: len(app.got) == 2 and not sim.core.deliveries.in_flight)
    for minutes, tries in ((1, 3), (5, 4)):
        clock.move(minutes=minutes)
        await until(lambda tries=tries: len(app.got) == tries and not sim.core.deliveries.in_flight)  # type: ignore[misc]

    numbers = [(one.headers.get("X-Slack-Retry-Num"), one.headers.get("X-Slack-Retry-Reason")) for one in app.got]
    assert numbers == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({one.payload["event_id"] for one in app.got}) == 1
    assert len(sim.lost) == 1


async def test_an_app_may_ask_for_no_more_tries(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    app.status, app.headers = 500, {"X-Slack-No-Retry": "1"}
    await ana.says(room, "hello")
    await until(lambda: sim.lost)
    assert len(app.got) == 1


async def test_it_has_three_seconds(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    assert sim.ack_seconds == 3.0
    sim.ack_seconds, app.seconds = 0.05, 0.5
    said = await ana.runs(room, "/incident help")
    assert said.error == "/incident failed because the app did not respond."
    await ana.says(room, "hello")
    await until(lambda: app.last.headers.get("X-Slack-Retry-Num") == "1")
    assert app.last.headers["X-Slack-Retry-Reason"] == "http_timeout"


@pytest.mark.parametrize(("status", "error"), [(500, "http_service_error"), (404, "http_service_error")])
async def test_whoever_gave_a_command_is_told(app: App, ana: Person, room: Channel, status: int, error: str) -> None:
    app.status = status
    assert (await ana.runs(room, "/incident help")).error == f'/incident failed with the error "{error}"'


async def test_where_nobody_is_there_is_no_answer(sim: Simulator, ana: Person, room: Channel) -> None:
    assert sim.requests and sim.requests.url == ""
    assert (await ana.runs(room, "/incident help")).error == '/incident failed with the error "dispatch_failed"'
    sim.requests.url = "http://127.0.0.1:9/slack/events"
    assert (await ana.runs(room, "/incident help")).error == '/incident failed with the error "dispatch_failed"'


async def test_the_address_is_asked_whether_it_is_the_apps(app: App, sim: Simulator) -> None:
    assert sim.requests

    async def verified() -> bool:
        assert sim.requests
        asking = asyncio.create_task(sim.requests.verify(3.0))
        await until(lambda: app.got)
        return await asking

    assert not await verified()
    assert app.last.payload["type"] == "url_verification"


async def test_a_delivery_may_come_once_more(app: App, sim: Simulator, ana: Person, room: Channel) -> None:
    await ana.says(room, "hello")
    await until(lambda: sim.envelopes and sim.envelopes[-1].acked_at)
    await sim.redeliver(sim.envelopes[-1])
    assert app.last.headers["X-Slack-Retry-Num"] == "1"
    assert app.got[0].payload["event_id"] == app.last.payload["event_id"]
    assert [envelope.over for envelope in sim.envelopes] == ["http", "http"]


async def test_no_socket_is_opened(sim: Simulator, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{sim.api_url}apps.connections.open", data={"token": sim.app_token}) as answer:
        assert (await answer.json())["error"] == "socket_mode_not_enabled"


async def test_the_manifest_says_where(clock: HandClock) -> None:
    events = {"request_url": "https://muster.example.org/slack/events", "bot_events": []}
    simulator = Simulator(clock, {"settings": {"event_subscriptions": events}})
    assert simulator.requests and simulator.requests.url == "https://muster.example.org/slack/events"
    other = Simulator(clock, {"settings": {"event_subscriptions": events}}, deliver_to="http://127.0.0.1:1/")
    assert other.requests and other.requests.url == "http://127.0.0.1:1/"
    assert Simulator(clock, MANIFEST).requests is None


async def test_an_answer_that_is_no_json_but_says_so_fails(app: App, ana: Person, room: Channel) -> None:
    app.answer, app.headers = "{", {"Content-Type": "application/json"}
    said = await ana.runs(room, "/incident help")
    assert isinstance(said, Answer) and not said.ok
