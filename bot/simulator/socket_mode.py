"""Socket Mode: tickets, web-sockets, hello, refresh, https://docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.deliveries import Deliveries
from bot.simulator.errors import SlackError
from bot.simulator.ids import secret

MOST_SOCKETS = 10
HEARTBEAT_SECONDS = 30.0
CONNECTION_SECONDS = 3600


class AppSocket:
    """One web-socket of the app."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.request = request

    async def send(self, text: str) -> None:
        await self.ws.send_str(text)

    def abort(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()


class SocketMode:
    """Keeps the app's open sockets; every envelope goes to one of them at random."""

    def __init__(self, deliveries: Deliveries, app_id: str) -> None:
        self.deliveries = deliveries
        self.app_id = app_id
        self.open: list[AppSocket] = []
        self.opened = 0
        self.random = random.Random(11)
        self._tickets: set[str] = set()
        deliveries.pick = self.pick

    def pick(self) -> AppSocket | None:
        live = [socket for socket in self.open if not socket.ws.closed]
        return self.random.choice(live) if live else None

    def ticket(self) -> str:
        """A single-use address part for a new socket."""
        ticket = secret()
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        await ws.prepare(request)
        socket = AppSocket(ws, request)
        if len(self.open) >= MOST_SOCKETS:
            await self._goodbye(socket, "too_many_websockets")
            await ws.close()
            return ws
        await self._serve(socket)
        return ws

    async def _serve(self, socket: AppSocket) -> None:
        await socket.send(json.dumps(self._hello()))
        self.open.append(socket)
        self.opened += 1
        try:
            async for frame in socket.ws:
                if frame.type is WSMsgType.TEXT:
                    self._frame(frame.data)
        finally:
            self.open.remove(socket)
            self.deliveries.closed(socket)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.open) + 1,
            "debug_info": {
                "host": "applink-practice",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self.app_id},
        }

    def _frame(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if isinstance(frame, dict) and isinstance(frame.get("envelope_id"), str):
            self.deliveries.acked(frame["envelope_id"], frame.get("payload"))

    async def refresh(self, *, warning: bool = False) -> None:
        """Ask the app to connect anew, as Slack does every few hours; with `warning` only announce it."""
        for socket in list(self.open):
            await self._goodbye(socket, "warning" if warning else "refresh_requested")
        if not warning:
            await asyncio.gather(*(self._close_later(socket) for socket in list(self.open)))

    async def _close_later(self, socket: AppSocket) -> None:
        for _ in range(50):
            if socket.ws.closed:
                return
            await asyncio.sleep(0.02)
        await socket.ws.close()

    async def _goodbye(self, socket: AppSocket, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-practice"}}
        try:
            await socket.send(json.dumps(frame))
        except ConnectionError:
            return

    def cut(self) -> None:
        for socket in list(self.open):
            socket.abort()

    def check(self, enabled: bool) -> None:
        """SlackError if the app's manifest has no Socket Mode."""
        if not enabled:
            raise SlackError("socket_mode_not_enabled")

    async def stop(self) -> None:
        """Close all quickly; an app that does not answer the close frame is cut off."""
        closing = [asyncio.ensure_future(socket.ws.close(code=1001, drain=False)) for socket in self.open]
        if closing:
            await asyncio.wait(closing, timeout=0.2)
        self.cut()
        for task in closing:
            task.cancel()
        await asyncio.gather(*closing, return_exceptions=True)
