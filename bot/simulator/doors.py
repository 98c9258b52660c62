"""The listening port, which can be shut and opened again without losing its number."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from aiohttp import web


class Doors:
    """While the port is shut a second socket, bound but not listening, keeps others from taking it."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._guard: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._handler: web.Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None
        self.shut = False
        self.opened_again: Callable[[], None] = lambda: None

    async def open(self, runner: web.AppRunner) -> int:
        """Bind and listen; the port that was chosen."""
        self._handler = runner.server
        self._guard = self._bound(self.port)
        self.port = self._guard.getsockname()[1]
        await self._serve(self._listening())
        return self.port

    def _bound(self, port: int) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, port))
        except OSError:
            bound.close()
            raise
        bound.setblocking(False)
        return bound

    def _listening(self) -> socket.socket:
        listener = self._bound(self.port)
        listener.listen(128)
        return listener

    async def _serve(self, listener: socket.socket) -> None:
        assert self._handler is not None
        self._server = await asyncio.get_running_loop().create_server(self._handler, sock=listener)

    def refuse(self, lasting: float | None) -> None:
        """Refuse new connections, for so many real seconds if given."""
        self._cancel_timer()
        if lasting is not None:
            self._timer = asyncio.get_running_loop().call_later(lasting, self.let_in)
        if not self.shut and self._server is not None:
            self.shut = True
            self._server.close()
            self._server = None

    def let_in(self) -> None:
        """Listen again, at once; accepting begins a moment later."""
        self._cancel_timer()
        if self.shut:
            self.shut = False
            self.opened_again()
            self._opening = asyncio.get_running_loop().create_task(self._serve(self._listening()))

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def stop(self) -> None:
        self._cancel_timer()
        if self._opening is not None:
            await self._opening
        if self._server is not None:
            self._server.close()
        if self._guard is not None:
            self._guard.close()
