"""The Web API over HTTP: reading a request, the faults it meets, the method, the answer."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import time
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from bot.simulator.calls import Call, CallHook, Phase
from bot.simulator.core import Core
from bot.simulator.errors import Json, SlackError
from bot.simulator.faults import Fault, Faults
from bot.simulator.limits import RateLimits
from bot.simulator.methods import table
from bot.simulator.methods.base import Method, Session

HANG_LOOK_SECONDS = 0.02
Work = Callable[[], Json]


class Dropped(Exception):
    """The connection is closed without an answer."""


class WebApi:
    """Serves /api/<method> and keeps the record of the calls."""

    def __init__(self, core: Core, faults: Faults, limits: RateLimits) -> None:
        self.core = core
        self.faults = faults
        self.limits = limits
        self.methods = table()
        self.calls: list[Call] = []
        self.hooks: list[CallHook] = []
        #: told of each call when it comes in, and when it is answered
        self.watchers: list[Callable[[Call, Phase], None]] = []
        self.requests_open = 0
        self.connections = 0
        self.transports: set[asyncio.Transport] = set()
        self._late: set[asyncio.Task[None]] = set()
        self.scopes_header = ",".join(sorted(core.manifest.scopes))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """POST or GET /api/<method>."""
        raw, warning = await _arguments(request)
        method = request.match_info["method"]
        token = _token(request, raw)
        kind = {self.core.bot_token: "bot", self.core.app_token: "app"}.get(token, "none")
        call = self._record(method, raw, kind)
        return await self.serve(request, call, lambda: self._run(call, token, raw, warning))

    def _record(self, method: str, args: Json, token: str) -> Call:
        shown = {key: value for key, value in args.items() if key != "token"}
        call = Call(len(self.calls) + 1, method, shown, token, self.core.clock.now(), time.monotonic())
        self.calls.append(call)
        return call

    async def hook(self, request: web.Request, run: Callable[[Json], Json]) -> web.StreamResponse:
        """POST to a response url; recorded and faulted as the method "response_url"."""
        raw, _ = await _arguments(request)
        call = self._record("response_url", raw, "none")
        return await self.serve(request, call, lambda: run(raw), refused=404)

    async def upload(self, request: web.Request, args: Json, work: Work) -> web.StreamResponse:
        """POST to an upload url; recorded and faulted as the method "upload"."""
        return await self.serve(request, self._record("upload", args, "none"), work, refused=404)

    async def serve(self, request: web.Request, call: Call, work: Work, refused: int = 200) -> web.StreamResponse:
        """Do the work with whatever faults are ordered for it, and answer."""
        self._seen(request)
        self.requests_open += 1
        self._watched(call, "before")
        try:
            await self._tell(call, "before")
            return await self._faulty(request, call, work, refused)
        except Dropped:
            call.status = "dropped"
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            call.ended = time.monotonic()
            self.requests_open -= 1
            self._watched(call, "after")

    def _watched(self, call: Call, phase: Phase) -> None:
        for watcher in self.watchers:
            watcher(call, phase)

    def _seen(self, request: web.Request) -> None:
        transport = request.transport
        if transport is not None and transport not in self.transports:
            self.connections += 1
            self.transports = {one for one in self.transports if not one.is_closing()}
            self.transports.add(transport)

    async def _tell(self, call: Call, phase: Phase) -> None:
        for hook in list(self.hooks):
            result = hook(call, phase)
            if inspect.isawaitable(result):
                await result

    async def _faulty(self, request: web.Request, call: Call, work: Work, refused: int) -> web.StreamResponse:
        delay = self.faults.delay(call.method)
        if delay:
            await asyncio.sleep(delay / 2)
        fault = self.faults.take(call.method)
        if fault is not None and fault.do == "drop":
            await self._drop(call, fault, work)
        if fault is not None and fault.do == "fail" and not fault.do_work:
            return self._failed(call, fault)
        if fault is None or fault.do_work:
            self._do(call, work)
            await self._tell(call, "after")
        if fault is not None and fault.do == "hang":
            await self._hang(request)
        if delay:
            await asyncio.sleep(delay / 2)
        return self._failed(call, fault) if fault is not None else self._answer(call, refused)

    def _do(self, call: Call, work: Work) -> None:
        try:
            call.response = {"ok": True, **work()}
            call.status = "ok"
        except SlackError as refusal:
            call.response = refusal.answer()
            call.status = refusal.error

    async def _drop(self, call: Call, fault: Fault, work: Work) -> None:
        if fault.before:
            raise Dropped
        self.requests_open += 1
        task = asyncio.get_running_loop().create_task(self._land(call, fault.lag, work))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        raise Dropped

    async def _land(self, call: Call, lag: float, work: Work) -> None:
        """The work of a dropped call, which lands after its connection is gone."""
        try:
            await asyncio.sleep(self.faults.random.random() * lag)
            self._do(call, work)
            call.status = "dropped"
            await self._tell(call, "after")
        finally:
            self.requests_open -= 1

    async def _hang(self, request: web.Request) -> None:
        # nothing tells a handler that its client has gone, so it has to look
        epoch, transport = self.faults.epoch, request.transport
        while transport and not transport.is_closing() and epoch == self.faults.epoch:  # noqa: ASYNC110 (polling)
            await asyncio.sleep(HANG_LOOK_SECONDS)
        raise Dropped

    def _failed(self, call: Call, fault: Fault) -> web.Response:
        headers = {"Retry-After": str(fault.retry_after)} if fault.status == 429 else {}
        error = "ratelimited" if fault.status == 429 else fault.error or "internal_error"
        call.status = str(fault.status) if fault.status != 200 else error
        if fault.status >= 500:
            return web.Response(status=fault.status, text="upstream connect error")
        return _json({"ok": False, "error": error}, fault.status, headers)

    def _answer(self, call: Call, refused: int) -> web.Response:
        response = call.response or {}
        date = format_datetime(self.core.clock.now(), usegmt=True)
        headers = {"x-oauth-scopes": self.scopes_header, "x-slack-req-id": f"practice-{call.seq}", "Date": date}
        if call.status == "ratelimited":
            call.status = "429"
            headers["Retry-After"] = str(response.get("retry_after", 1))
            return _json({"ok": False, "error": "ratelimited"}, 429, headers)
        return _json(response, 200 if response.get("ok") else refused, headers)

    def _run(self, call: Call, token: str, raw: Json, warning: str) -> Json:
        method = self.methods.get(call.method)
        if method is None:
            self.core.complain(f"{call.method} is not a method that this Slack has.")
            raise SlackError("unknown_method", req_method=call.method)
        self._check_token(method, call, token)
        session = Session(self.core, method)
        session.allowed()
        wait = self.limits.wait(call.method, str(raw.get("channel", "")), self.core.clock.now())
        if wait is not None:
            raise SlackError("ratelimited", retry_after=wait)
        try:
            answer = method.run(session, method.parse(raw))
        except SlackError as refusal:
            self._complain(call, refusal)
            raise
        return _warned(answer, warning) if warning else answer

    def _complain(self, call: Call, refusal: SlackError) -> None:
        lines = refusal.extra.get("response_metadata", {}).get("messages", [])
        if lines:
            self.core.complain(f"{call.method}: {refusal.error}: {'; '.join(lines)}")

    def _check_token(self, method: Method, call: Call, token: str) -> None:
        if method.name == "api.test":
            return
        if not token:
            raise SlackError("not_authed")
        if call.token == "none":
            raise SlackError("invalid_auth")
        if call.token != method.token:
            raise SlackError("not_allowed_token_type")

    async def stop(self) -> None:
        """Let hanging requests go and drop what has not landed."""
        self.faults.epoch += 1
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)


def _warned(answer: Json, warning: str) -> Json:
    metadata = answer.get("response_metadata", {})
    warnings = [*metadata.get("warnings", []), warning]
    return {**answer, "warning": ",".join(warnings), "response_metadata": {**metadata, "warnings": warnings}}


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def _token(request: web.Request, raw: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() or str(raw.get("token", ""))


async def _arguments(request: web.Request) -> tuple[Json, str]:
    """Query, form and JSON arguments merged, and Slack's warning about the charset, if it would give one."""
    raw: Json = dict(request.query)
    if request.method != "POST" or not request.can_read_body:
        return raw, ""
    if request.content_type == "application/json":
        with contextlib.suppress(ValueError):
            body = json.loads(await request.read() or b"{}")
            raw.update(body if isinstance(body, dict) else {})
        return raw, "" if request.charset else "missing_charset"
    form: Any = await request.post()
    raw.update({key: value for key, value in form.items() if isinstance(value, str)})
    return raw, ""
