"""What comes in as a request: only what Slack signed lately is believed, and nothing acknowledged that is not kept."""

from __future__ import annotations

import asyncio
import doctest
import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import manifest, requests
from bot.adapters.slack.requests import MOST_BYTES, Requests
from bot.adapters.web.body import bounded
from bot.adapters.web.server import WebServer
from bot.engine.clock import StoppedClock

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SECRET = "practice"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = urlencode({"command": "/incident", "text": "the payload is late", "user_id": "U1", "team_id": "T1"})
EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "message", "user": "U1"}}


class Edge:
    """A Bolt app that keeps what it gets, and Muster's door before it."""

    def __init__(self, requests: Requests, url: str, session: aiohttp.ClientSession) -> None:
        self.requests, self.url, self.session = requests, url, session
        self.got: list[dict[str, Any]] = []
        self.broken = False
        self.hold: asyncio.Event | None = None

    async def command(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        self.got.append(command)
        if self.hold:
            await self.hold.wait()
        await ack(text="Open.", blocks=[{"type": "divider"}])

    async def submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        self.got.append(body)
        await ack(response_action="errors", errors={"title": "Too short."})

    async def event(self, body: dict[str, Any]) -> None:
        self.got.append(body)
        if self.broken:
            raise OSError("the disk is full")

    async def post(
        self, body: str | bytes, kind: str = FORM, at: datetime = NOW, secret: str = SECRET, **headers: str
    ) -> tuple[int, str]:
        stamp, raw = str(int(at.timestamp())), body if isinstance(body, bytes) else body.encode()
        signed = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=raw.decode(errors="replace"))
        known = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signed), "Content-Type": kind}
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(self.url, data=io.BytesIO(raw), headers={**known, **wanted}) as answer:
            return answer.status, await answer.text()


async def anybody(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    bolt = AsyncApp(
        authorize=anybody, process_before_response=True, request_verification_enabled=False, client=AsyncWebClient()
    )
    requests = Requests(bolt, SECRET, StoppedClock(NOW), bounded)
    server = WebServer([requests.route], "127.0.0.1", 0)
    port = await server.start()
    await requests.start()
    async with aiohttp.ClientSession() as session:
        edge = Edge(requests, f"http://127.0.0.1:{port}/slack/events", session)
        bolt.command("/incident")(edge.command)
        bolt.view("form")(edge.submission)
        bolt.event("message")(edge.event)
        yield edge
    await server.stop()


@pytest.mark.parametrize("module", [requests, manifest])
def test_its_examples_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


async def test_a_command_is_answered_whatever_words_it_has(edge: Edge) -> None:
    took: list[tuple[str, float]] = []
    edge.requests.when_answered = lambda kind, seconds: took.append((kind, seconds))
    status, said = await edge.post(COMMAND)

    assert [kind for kind, seconds in took if 0 < seconds < 3] == ["slash_commands"]
    assert (status, json.loads(said)) == (200, {"text": "Open.", "blocks": [{"type": "divider"}]})
    assert [command["text"] for command in edge.got] == ["the payload is late"]


async def test_a_dialog_is_told_what_is_wrong(edge: Edge) -> None:
    view = {"type": "modal", "callback_id": "form", "id": "V1"}
    payload = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}
    status, said = await edge.post(urlencode({"payload": json.dumps(payload)}))

    assert (status, json.loads(said)) == (200, {"response_action": "errors", "errors": {"title": "Too short."}})


async def test_an_event_that_is_not_kept_is_sent_again(edge: Edge) -> None:
    edge.broken = True
    assert (await edge.post(json.dumps(EVENT), JSON))[0] == 500
    edge.broken = False
    assert (await edge.post(json.dumps(EVENT), JSON, X_Slack_Retry_Num="1"))[0] == 200
    assert [body["event_id"] for body in edge.got] == ["Ev1", "Ev1"]


async def test_slack_sees_that_the_address_is_ours(edge: Edge) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"})
    status, said = await edge.post(body, JSON)
    assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw1aB"})
    assert (await edge.post("ssl_check=1&token=t", X_Slack_Signature="")) == (200, "")


Wrong = Callable[[Edge], Awaitable[tuple[int, str]]]
UNSIGNED: dict[str, Wrong] = {
    "another secret": lambda edge: edge.post(COMMAND, secret="guessed"),
    "too old": lambda edge: edge.post(COMMAND, at=NOW - timedelta(minutes=5, seconds=1)),
    "from the future": lambda edge: edge.post(COMMAND, at=NOW + timedelta(minutes=5, seconds=1)),
    "no signature": lambda edge: edge.post(COMMAND, X_Slack_Signature=""),
    "another kind of signature": lambda edge: edge.post(COMMAND, X_Slack_Signature="v0=ü"),
    "a stamp that is no number": lambda edge: edge.post(COMMAND, X_Slack_Request_Timestamp="now"),
    "a body of no letters": lambda edge: edge.post(b"\xff\xfe"),
    "an unsigned event that speaks of certificates": lambda edge: edge.post(
        json.dumps({"type": "event_callback", "text": "&ssl_check=1&"}), JSON, secret="guessed"
    ),
}


@pytest.mark.parametrize("wrong", UNSIGNED.values(), ids=UNSIGNED)
async def test_nobody_else_is_believed_and_nothing_of_it_logged(
    edge: Edge, wrong: Wrong, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        status, said = await wrong(edge)

    assert (status, said, edge.got) == (401, "", [])
    assert "payload is late" not in caplog.text and "ssl_check" not in caplog.text


async def test_five_minutes_are_not_too_old(edge: Edge) -> None:
    assert (await edge.post(COMMAND, at=NOW - timedelta(minutes=5)))[0] == 200


@pytest.mark.parametrize(("body", "kind"), [("{", JSON), ("[]", JSON), ("[" * 100_000, JSON), ("payload=x", FORM)])
async def test_what_is_signed_and_no_delivery_is_refused(edge: Edge, body: str, kind: str) -> None:
    assert await edge.post(body, kind) == (400, "")


async def test_a_body_has_a_limit(edge: Edge) -> None:
    assert (await edge.post(b"x" * (MOST_BYTES + 1)))[0] == 413


async def test_what_is_in_hand_is_answered_at_the_end_and_nothing_more_taken(edge: Edge) -> None:
    edge.hold = asyncio.Event()
    in_hand = asyncio.create_task(edge.post(COMMAND))
    while not edge.got:
        await asyncio.sleep(0.01)
    stopping = asyncio.create_task(edge.requests.stop())
    await asyncio.sleep(0.01)

    assert (await edge.post(COMMAND))[0] == 503
    assert not stopping.done()
    assert edge.requests.health() == 0
    edge.hold.set()
    await stopping
    assert (await in_hand)[0] == 200
