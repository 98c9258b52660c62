"""Services on this machine that answer as a test orders: an HTTP server, and a mail server that is a real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANG_SECONDS = 60.0


@dataclass(frozen=True)
class Order:
    """`status` 0 closes the connection without an answer, -1 keeps it open without one."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Got:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class HttpService:
    """Answers each request with the next order, and with the last one from then on."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.orders: list[Order] = []
        self.address = ""
        self._held: set[asyncio.Event] = set()

    def answers(self, *orders: Order) -> None:
        self.orders = list(orders)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.got.append(Got(request.method, request.rel_url.raw_path, dict(request.query), dict(request.headers), body))
        order = self.orders.pop(0) if len(self.orders) > 1 else self.orders[0]
        if order.status == -1:
            released = asyncio.Event()
            self._held.add(released)
            await released.wait()
        if order.status <= 0:
            assert request.transport
            request.transport.abort()
        return web.Response(status=max(order.status, 200), text=order.body, headers=order.headers)

    def release(self) -> None:
        for held in self._held:
            held.set()


@asynccontextmanager
async def an_http_service(*orders: Order) -> AsyncIterator[HttpService]:
    service = HttpService()
    service.answers(*(orders or (Order(202, "{}"),)))
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", service.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        service.release()
        await runner.cleanup()


class Mailbox:
    """
    What the mail server took, and what it says where a test orders something else: by "mail", "rcpt" and "data".

    With "drop" it takes the message and closes the connection without a word; with "hang" it says nothing.
    """

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        self.signed_in: list[str] = []
        self.says: dict[str, str] = {}
        self.password = "s3cret/pass"
        self.port = 0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if said := self.says.get("mail"):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if said := self.says.get("rcpt"):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = self.says.get("data", "250 OK")
        if said.startswith(("2", "drop", "hang")):
            message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.mails += [(address, message) for address in envelope.rcpt_tos]
        if said == "drop":
            server.transport.abort()
        if said == "hang":
            await asyncio.sleep(HANG_SECONDS)
        return said

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:  # fmt: skip
        assert isinstance(data, LoginPassword)
        right = data.password == self.password.encode()
        if right:
            self.signed_in.append(data.login.decode())
        return AuthResult(success=right, handled=right)


@asynccontextmanager
async def a_mail_server(**settings: Any) -> AsyncIterator[Mailbox]:
    """aiosmtpd in this very loop. `settings` are those of its SMTP."""
    mailbox, loop = Mailbox(), asyncio.get_running_loop()
    open_ones: list[SMTP] = []

    def serve() -> SMTP:
        protocol = SMTP(mailbox, loop=loop, hostname="mail.test", authenticator=mailbox.authenticate, **settings)
        open_ones.append(protocol)
        return protocol

    server = await loop.create_server(serve, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        for protocol in open_ones:
            if protocol._handler_coroutine:
                protocol._handler_coroutine.cancel()
        await asyncio.sleep(0)
        await server.wait_closed()
