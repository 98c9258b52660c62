"""The drawer of the page: each call and each delivery as it happens, and the faults that are ordered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.simulator.calls import Call
from bot.simulator.calls import Phase as CallPhase
from bot.simulator.core import Core
from bot.simulator.deliveries import Phase
from bot.simulator.envelopes import Envelope
from bot.simulator.errors import Json
from bot.simulator.faults import Faults
from bot.simulator.web_api import WebApi

FAILURES = {"http_timeout": "timeout"}
MOST_ROWS = 1000
MOST_DELIVERIES = 2000


class Drawer:
    """Listens to the Web API and to the deliveries; what `tell` is given goes to whoever has the drawer open."""

    def __init__(self, core: Core, web_api: WebApi, faults: Faults, tell: Callable[[Callable[[], Json]], None]) -> None:
        self.core = core
        self.web_api = web_api
        self.faults = faults
        self.tell = tell
        web_api.watchers.append(self._called)
        core.deliveries.watchers.append(self._delivered)
        faults.changed = self._ordered

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/sim/calls", self._calls),
            web.get("/sim/deliveries", self._deliveries),
            web.get("/sim/faults", self._faults),
            web.post("/sim/faults", self._order),
        ]

    def _called(self, call: Call, phase: CallPhase) -> None:
        self.tell(lambda: {"type": "call", "call": call.as_json()})

    def _delivered(self, envelope: Envelope, phase: Phase) -> None:
        self.tell(lambda: {"type": "delivery", "delivery": delivery(envelope)})

    def _ordered(self) -> None:
        self.tell(lambda: {"type": "faults"})

    async def _calls(self, request: web.Request) -> web.Response:
        limit = _number(request, "limit", MOST_ROWS)
        start = _number(request, "since", max(0, len(self.web_api.calls) - limit) if "limit" in request.query else 0)
        rows = [call.as_json() for call in self.web_api.calls[start : start + limit]]
        return web.json_response({"calls": rows, "complaints": self.core.complaints})

    async def _deliveries(self, request: web.Request) -> web.Response:
        since, limit = _number(request, "since", 0), _number(request, "limit", MOST_DELIVERIES)
        rows = [delivery(envelope) for envelope in self.core.deliveries.sent if envelope.seq > since]
        return web.json_response({"deliveries": rows[-limit:]})

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._orders())

    async def _order(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise ValueError("An order is a JSON object.")
            args = {name: value for name, value in body.items() if name not in {"do", "as"}}
            self.faults.order(str(body.get("do", "")), args)
        except ValueError as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)
        return web.json_response({"ok": True, **self._orders()})

    def _orders(self) -> Json:
        plan = {"refused": self.faults.refused, "free_team": self.core.workspace.free}
        return {"orders": self.faults.orders(), "rate_limits": self.faults.limits.on, **plan}


def delivery(envelope: Envelope) -> Json:
    """An envelope as the drawer shows it."""
    kind, payload = envelope.kind, envelope.payload
    event = payload.get("event", {}) if kind == "event" else payload
    name = {"event": event.get("type"), "command": payload.get("command"), "interaction": payload.get("type")}[kind]
    by = event.get("user_id") if kind == "command" else event.get("user")
    ended = None if envelope.acked_at is None else round((envelope.acked_at - envelope.sent_at) * 1000, 1)
    return {
        "seq": envelope.seq,
        "id": payload.get("event_id", envelope.id),
        "kind": kind,
        "name": name,
        "by": by.get("id", "") if isinstance(by, dict) else by or "",
        "over": envelope.over,
        "attempt": envelope.retry_attempt,
        "reason": envelope.retry_reason,
        "at": envelope.at.isoformat() if envelope.at is not None else "",
        "ms": ended,
        "outcome": _outcome(envelope),
        "payload": untold(payload),
    }


def _outcome(envelope: Envelope) -> str:
    if envelope.failure:
        return FAILURES.get(envelope.failure, envelope.failure)
    return "open" if envelope.acked_at is None else "acknowledged"


def untold(value: Any) -> Any:
    """The same without tokens."""
    if isinstance(value, dict):
        return {key: untold(one) for key, one in value.items() if key != "token"}
    return [untold(one) for one in value] if isinstance(value, list) else value


def _number(request: web.Request, name: str, default: int) -> int:
    said = request.query.get(name, "")
    return int(said) if said.isascii() and said.isdigit() else default
