"""How each way a call can end is understood. A small server does what no Slack would do on purpose."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.adapters.slack.calls import SlackCalls, deadline
from bot.adapters.slack.errors import REASONS, RateLimited, Refusal
from bot.adapters.slack.memory import LocalMemory
from bot.adapters.slack.session import open_session, redacted, sdk_logger, web_client
from bot.engine.clock import SystemClock
from bot.engine.outcomes import Busy, Doubt, Rejected
from tests.adapters.slack.wire import wired

TOKEN = "xoxb-practice-canary"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def calling(url: str) -> AsyncIterator[SlackCalls]:
    async with open_session(url) as session:
        yield SlackCalls(web_client(url, TOKEN, session), SystemClock())


async def outcome(handler: Handler, seconds: float = 5.0) -> BaseException | None:
    """How a call ends that `handler` answers."""
    app = web.Application()
    app.router.add_route("*", "/api/{method}", handler)
    async with TestServer(app) as server, calling(str(server.make_url("/api/"))) as calls:
        try:
            with deadline(seconds):
                await calls.call("chat.postMessage", channel="C1", text="hello")
        except (Busy, Doubt, Rejected) as failure:
            return failure
    return None


def text(body: str, status: int = 200, content_type: str = "application/json", **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body, status=status, content_type=content_type, headers=headers)

    return answer


async def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"ok": true')
    assert request.transport
    request.transport.close()
    return response


async def garbled(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"ok": true, "text": "\xff\xfe"}', headers={"Content-Type": "application/json"})


async def klingon(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"ok": tru', headers={"Content-Type": "application/json; charset=klingon"})


DOUBTFUL: dict[str, Handler] = {
    "not json": text("{nonsense"),
    "html": text("<h1>sorry</h1>", content_type="text/html"),
    "plain text": text("ok", content_type="text/plain"),
    "a list": text("[1, 2]"),
    "nothing": text(""),
    "no ok": text('{"surprise": 1}'),
    "garbled": garbled,
    "unknown charset": klingon,
    "500": text("oops", 500, "text/plain"),
    "500 json": text('{"ok": false, "error": "internal_error"}', 500),
    "502": text("<h1>bad gateway</h1>", 502, "text/html"),
    "503": text("", 503),
    "fatal_error": text('{"ok": false, "error": "fatal_error"}'),
    "internal_error": text('{"ok": false, "error": "internal_error"}'),
    "service_unavailable": text('{"ok": false, "error": "service_unavailable"}'),
    "reset": cut,
    "half an answer": half,
}


@pytest.mark.parametrize("case", DOUBTFUL)
async def test_perhaps_done_is_doubt(case: str) -> None:
    assert type(await outcome(DOUBTFUL[case])) is Doubt


async def test_no_answer_in_time_is_doubt_within_the_limit() -> None:
    async def sleep(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(1.5)
        return web.Response()

    began = time.monotonic()
    assert type(await outcome(sleep, seconds=0.8)) is Doubt
    assert time.monotonic() - began < 2.5


async def test_nobody_listening_is_busy() -> None:
    async with calling(f"http://127.0.0.1:{unused_port()}/api/") as calls:
        with pytest.raises(Busy) as busy:
            await calls.call("auth.test")
    assert timedelta(0) < busy.value.until - SystemClock().now() <= timedelta(seconds=3)


async def test_a_name_that_leads_nowhere_is_busy() -> None:
    async with calling("http://slack.invalid/api/") as calls:
        with pytest.raises(Busy):
            await calls.call("auth.test")


async def test_no_time_left_is_busy() -> None:
    async with wired() as wire:
        with deadline(0.2), pytest.raises(Busy):
            await wire.calls.call("auth.test")
        assert wire.sim.calls_to("auth.test") == []


@pytest.mark.parametrize(
    ("handler", "seconds"),
    [
        (text('{"ok": false, "error": "ratelimited"}', 429, **{"Retry-After": "7"}), 7),
        (text("slow down", 429, "text/plain", **{"Retry-After": "7"}), 7),
        (text("<p>slow down", 429, "text/html", **{"Retry-After": "7"}), 7),
        (text('{"ok": false, "error": "ratelimited"}', 429), 30),
        (text('{"ok": false, "error": "rate_limited"}', 200, **{"Retry-After": "soon"}), 30),
    ],
)
async def test_slow_down_is_busy_until_then(handler: Handler, seconds: int) -> None:
    busy = await outcome(handler)
    assert isinstance(busy, RateLimited)
    left = (busy.until - SystemClock().now()).total_seconds()
    assert seconds - 2 < left <= seconds


async def test_after_429_the_method_is_left_alone_by_all_replicas() -> None:
    shared = LocalMemory()
    async with wired(pauses=shared) as wire:
        wire.sim.faults.fail("auth.test", status=429, error="ratelimited", retry_after=30)
        for _ in range(3):
            with pytest.raises(Busy):
                await wire.calls.call("auth.test")
        assert len(wire.sim.calls_to("auth.test")) == 1
        await wire.calls.call("users.conversations", types="public_channel")
        async with open_session(wire.sim.api_url) as session:
            replica = SlackCalls(web_client(wire.sim.api_url, wire.sim.bot_token, session), wire.clock, shared)
            with pytest.raises(Busy):
                await replica.call("auth.test")


async def test_a_refused_connection_pauses_nothing() -> None:
    async with wired() as wire:
        wire.sim.faults.refuse()
        with pytest.raises(Busy):
            await wire.calls.call("auth.test")
        wire.sim.faults.clear()
        assert (await wire.calls.call("auth.test"))["user_id"] == wire.sim.workspace.bot.id


async def test_a_refusal_is_a_sentence() -> None:
    refusal = await outcome(text('{"ok": false, "error": "is_archived"}'))
    assert str(refusal) == "Slack refused to post the message: the channel is archived; unarchive it first."


async def test_an_unknown_refusal_is_named() -> None:
    refusal = await outcome(text('{"ok": false, "error": "moon_in_wrong_phase"}'))
    assert isinstance(refusal, Refusal)
    assert refusal.sentence == "Slack refused to post the message (moon_in_wrong_phase)."


async def test_a_missing_scope_says_which() -> None:
    refusal = await outcome(text('{"ok": false, "error": "missing_scope", "needed": "chat:write"}'))
    assert "lacks chat:write" in str(refusal)


def test_every_reason_reads_as_part_of_a_sentence() -> None:
    assert all(reason[0].islower() or reason.startswith("Muster") for reason in REASONS.values())
    assert not any(reason.endswith(".") for reason in REASONS.values())


async def test_one_connection_serves_many_calls() -> None:
    async with wired() as wire:
        for _ in range(5):
            await wire.calls.call("auth.test")
        assert wire.sim.connections == 1


async def test_no_call_is_sent_twice() -> None:
    async with wired() as wire:
        wire.sim.faults.drop("chat.postMessage", before=True)
        with pytest.raises(Doubt):
            await wire.calls.call("chat.postMessage", channel="C1", text="hello")
        assert len(wire.sim.calls_to("chat.postMessage")) == 1


async def test_pages_are_turned() -> None:
    async with wired() as wire:
        for number in range(5):
            wire.sim.workspace.add_channel(f"room-{number}")
        rows = wire.calls.pages("conversations.list", "channels", limit=2)
        names = [row["name"] async for row in rows]
        assert {f"room-{number}" for number in range(5)} <= set(names)
        assert len(wire.sim.calls_to("conversations.list")) >= 3


async def echo(request: web.Request) -> web.StreamResponse:
    """A server that repeats every secret it was told."""
    token = request.headers.get("Authorization", "")
    return web.json_response({"ok": False, "error": token, "needed": token}, headers={"Retry-After": token})


async def echo_scope(request: web.Request) -> web.StreamResponse:
    token = request.headers.get("Authorization", "")
    return web.json_response({"ok": False, "error": "missing_scope", "needed": token})


async def echo_html(request: web.Request) -> web.StreamResponse:
    return web.Response(text=request.headers.get("Authorization", ""), status=400, content_type="text/html")


SPEAKING = {"echo": echo, "echo scope": echo_scope, "echo html": echo_html}


@pytest.mark.parametrize("case", [*DOUBTFUL, *SPEAKING])
async def test_no_failure_holds_the_token(case: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    failure = await outcome((DOUBTFUL | SPEAKING)[case])
    while failure is not None:
        assert TOKEN not in f"{failure!r} {failure} {getattr(failure, '__dict__', {})}".replace("Bearer", "")
        failure = failure.__cause__ or failure.__context__
    assert TOKEN not in caplog.text


async def test_a_one_time_address_is_in_no_failure() -> None:
    async with wired() as wire:
        hook = f"{wire.sim.url}/hooks/secret-canary"
        with pytest.raises(Rejected) as refusal:
            await wire.calls.send(hook, json={"text": "late"})
        assert "secret-canary" not in repr(refusal.value)
        wire.sim.faults.refuse()
        with pytest.raises((Busy, Doubt)) as failure:
            await wire.calls.send(hook, json={"text": "late"})
        assert "secret-canary" not in repr(failure.value)


def test_the_sdks_log_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    log = sdk_logger("test")
    try:
        raise aiohttp.ClientError("wss://wss.example/link/?ticket=secret-canary")
    except aiohttp.ClientError as error:
        log.exception(f"Failed to connect (error: {error}) with xapp-1-canary")
    assert "canary" not in caplog.text
    assert "Failed to connect" in caplog.text


def test_redaction_leaves_the_rest() -> None:
    assert redacted("the oxbow xoxb-1-a.") == "the oxbow (hidden)"
