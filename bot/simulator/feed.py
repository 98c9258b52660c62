"""What the page is told as it happens: one web-socket for each person looking."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.simulator.canvases import sees
from bot.simulator.core import Core
from bot.simulator.errors import Json
from bot.simulator.page_shapes import message_shape, view_shapes
from bot.simulator.records import Canvas, Change, Channel, Message

LISTS = {"channels", "channel_created", "member_joined", "member_left", "pin_added", "pin_removed", "people", "read"}
REACTIONS = {"reaction_added", "reaction_removed"}


class Feed:
    """Listens to the workspace and pushes to the people it concerns."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._looking: dict[web.WebSocketResponse, tuple[str, asyncio.Queue[Json]]] = {}
        self._watching: set[asyncio.Queue[Json]] = set()
        core.workspace.listeners.append(self.heard)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """WS /sim/feed?as=U…, with &watch=1 for the drawer."""
        ws = web.WebSocketResponse(heartbeat=30.0)
        await ws.prepare(request)
        queue: asyncio.Queue[Json] = asyncio.Queue()
        queue.put_nowait({"type": "hello"})
        self._looking[ws] = (request.query.get("as", ""), queue)
        if request.query.get("watch") == "1":
            self._watching.add(queue)
        writer = asyncio.get_running_loop().create_task(self._write(ws, queue))
        try:
            async for frame in ws:
                if frame.type is WSMsgType.ERROR:
                    break
        finally:
            del self._looking[ws]
            self._watching.discard(queue)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return ws

    async def _write(self, ws: web.WebSocketResponse, queue: asyncio.Queue[Json]) -> None:
        while True:
            await ws.send_str(json.dumps(await queue.get()))

    def show(self, made: Callable[[], Json]) -> None:
        """A line for whoever has the drawer open; it is made only if somebody has."""
        if not self._watching:
            return
        line = made()
        for queue in self._watching:
            queue.put_nowait(line)

    def heard(self, change: Change) -> None:
        if not self._looking:
            return
        for user, queue in self._looking.values():
            for line in self._lines(change, user):
                queue.put_nowait(line)

    def _lines(self, change: Change, user: str) -> list[Json]:
        if change.kind in {"toast", "views"}:
            return self._own(change, user)
        if change.kind == "presence":
            return [{"type": "presence", "user": change.user, "presence": change.extra["presence"]}]
        if change.kind == "canvas":
            return self._canvas(change, user)
        channel = change.channel
        if channel is not None and not self.core.workspace.sees(user, channel):
            return [{"type": "channels"}] if change.user == user and change.kind == "member_left" else []
        lines: list[Json] = [{"type": "channels"}] if change.kind in LISTS else []
        if channel is not None and change.message is not None:
            lines += self._said(change, channel, change.message, user)
        return lines

    def _own(self, change: Change, user: str) -> list[Json]:
        if change.user != user:
            return []
        if change.kind == "toast":
            return [{"type": "toast", "text": change.extra["text"]}]
        return [{"type": "views", "views": view_shapes(self.core, user)}]

    def _canvas(self, change: Change, user: str) -> list[Json]:
        canvas: Canvas = change.extra["canvas"]
        if not sees(self.core.workspace, user, canvas):
            return []
        line: Json = {"type": "canvas", "id": canvas.id, "channel": canvas.channel}
        return [line, {"type": "channels"}] if canvas.channel else [line]

    def _said(self, change: Change, channel: Channel, message: Message, user: str) -> list[Json]:
        if message.ephemeral_to not in (None, user):
            return []
        where: Json = {"channel": channel.id}
        if message.is_reply:
            where["thread_ts"] = message.thread_ts
        if change.kind == "deleted":
            return [{"type": "deleted", **where, "ts": message.ts}, *self._parent(channel, message)]
        kind = "message" if change.kind == "message" else "changed"
        shape = message_shape(self.core.workspace, message)
        return [{"type": kind, **where, "message": shape}, *self._parent(channel, message)]

    def _parent(self, channel: Channel, message: Message) -> list[Json]:
        """The parent too, whose count of replies has changed."""
        parent = channel.messages.get(message.thread_ts or "") if message.is_reply else None
        if parent is None or message.ephemeral:
            return []
        shape = message_shape(self.core.workspace, parent)
        return [{"type": "changed", "channel": channel.id, "message": shape}]

    async def stop(self) -> None:
        closing = [asyncio.ensure_future(ws.close(code=1001, drain=False)) for ws in list(self._looking)]
        if closing:
            await asyncio.wait(closing, timeout=0.2)
        for task in closing:
            task.cancel()
        await asyncio.gather(*closing, return_exceptions=True)
