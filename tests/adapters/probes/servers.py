"""Servers on this machine that answer as a test orders, however wrong, and a spot that leads to them."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.adapters.probes.kind import Spot

HERE = "127.0.0.1"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def spot(address: str, **more: Any) -> Spot:
    """One that may lead to this machine."""
    return Spot(address, **{"private": True, "seconds": 5.0, **more})


@asynccontextmanager
async def talking(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that does with each connection what `talk` does; the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = asyncio.current_task()
        assert me
        tasks.add(me)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.transport.abort()

    server = await asyncio.start_server(meet, HERE, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def saying(data: bytes, piece: int = 0, pause: float = 0.0, then: Talk | None = None) -> Talk:
    """Reads a request's head, says `data` (in pieces, if need be) and closes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for start in range(0, len(data), piece or len(data) or 1):
            writer.write(data[start : start + (piece or len(data))])
            await writer.drain()
            await asyncio.sleep(pause)
        if then:
            await then(reader, writer)

    return talk


@dataclass
class Site:
    """A web server: `pages` by path are a status, a body (JSON unless text or bytes) and headers."""

    address: str
    pages: dict[str, tuple[int, Any, Mapping[str, str]]]
    asked: list[web.Request]

    def page(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, body, named)


@asynccontextmanager
async def a_site(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    site = Site("", {}, [])

    async def handle(request: web.Request) -> web.StreamResponse:
        site.asked.append(request)
        known = site.pages.get(request.path_qs) or site.pages.get(request.path)
        status, body, headers = known or (404, "not here", {})
        raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return web.Response(status=status, body=raw, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HERE, 0, ssl_context=tls).start()
    site.address = f"{'https' if tls else 'http'}://{HERE}:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


@dataclass(frozen=True)
class Identity:
    """A server's TLS context, and one that trusts it."""

    serve: ssl.SSLContext
    trust: ssl.SSLContext


def identity(folder: Path, until: datetime, since: datetime | None = None, host: str = HERE) -> Identity:
    """A certificate that vouches for itself, and is valid until then."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.test")])
    known = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since or until - timedelta(days=365))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder.mkdir(exist_ok=True)
    file = folder / f"{host}.pem"
    file.write_bytes(secret + shown)
    serve = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serve.load_cert_chain(file)
    return Identity(serve, ssl.create_default_context(cadata=shown.decode()))
