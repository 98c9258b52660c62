"""HTTP for probes: one request, no redirect followed, and never more of the answer than was asked for."""

from __future__ import annotations

import json
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.adapters.probes.reach import PORTS, Place, Reach, parted, troubles
from bot.adapters.probes.spot import Spot, Unseen
from bot.domain.observation import Fault
from bot.engine.clock import elapsed

MOST_BYTES = 64 * 1024
#: of an answer that is read by a machine and not shown
MOST_DATA = 4 * 1024 * 1024
WEB = ("http", "https")
COMPRESSED = {"gzip": 47, "x-gzip": 47, "deflate": 47}


@dataclass(frozen=True)
class Answer:
    """`body` is cut to what was asked for; then `cut` is true. `seconds` passed until it was read."""

    place: Place
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    cut: bool = False

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Unseen when it is no JSON, or more of it than MOST_DATA."""
        if self.cut:
            raise Unseen(Fault.UNEXPECTED, f"{self.place} answers with more than Muster reads")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unseen(Fault.UNEXPECTED, f"{self.place} answers with something that is no JSON") from None

    def wanted(self, what: str = "") -> Answer:
        """Itself if it is a 200. Unseen for all else; `what` is what was asked for, for a 404."""
        if self.status == 200:
            return self
        if self.status == 404 and what:
            raise Unseen(Fault.MISSING, f"{self.place} knows no {what}")
        raise Unseen(self.fault, self.said())

    @property
    def fault(self) -> Fault:
        """What a status that was not wanted means."""
        return Fault.DENIED if self.status in (401, 403) else Fault.UNEXPECTED

    def said(self) -> str:
        """The status in words."""
        if self.status in (401, 403):
            return f"{self.place} does not let Muster look (HTTP {self.status})"
        if 300 <= self.status < 400:
            return f"{self.place} redirects (HTTP {self.status}), which is not followed"
        return f"{self.place} answers with HTTP {self.status}"


async def get(
    reach: Reach, spot: Spot, path: str = "", *, query: Sequence[tuple[str, str]] = (), method: str = "GET",
    headers: Mapping[str, str] | None = None, most: int = MOST_BYTES, trust: ssl.SSLContext | None = None,
) -> Answer:  # fmt: skip
    """
    What the spot's address, with `path` after it, answers. Unseen when nothing comes of it.

    `most` bytes of the body are read, whatever is sent.
    """
    url = joined(parted(spot, *WEB), path, query)
    asked = {"Accept-Encoding": "identity", "User-Agent": "Muster", **spot.headers, **(headers or {})}
    began = elapsed()
    async with session(reach, spot, url, trust) as (client, place):
        with broken(place):
            async with client.request(method, url.geturl(), headers=asked, allow_redirects=False) as response:
                raw, cut = await _short(response.content, most)
                response.close()
                took = elapsed() - began
                body, more = _unpacked(place, raw, response.headers.get("Content-Encoding", ""), most)
                return Answer(place, response.status, dict(response.headers), body, took, cut or more)


def joined(base: SplitResult, path: str = "", query: Sequence[tuple[str, str]] = ()) -> SplitResult:
    """
    >>> from urllib.parse import urlsplit
    >>> joined(urlsplit("http://a.test/x/?k=1#f"), "/y?z=2", [("q", "a b")]).geturl()
    'http://a.test/x/y?k=1&z=2&q=a+b'
    """
    more, _, asked = path.partition("?")
    whole = f"{base.path.rstrip('/')}/{more.lstrip('/')}" if more else base.path
    told = "&".join(each for each in (base.query, asked, urlencode(query)) if each)
    return base._replace(path=whole, query=told, fragment="")


@asynccontextmanager
async def session(
    reach: Reach, spot: Spot, url: SplitResult, trust: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[aiohttp.ClientSession, Place]]:
    """A client that connects to the looked-up addresses of this one URL, and to nothing else."""
    port = url.port or PORTS[url.scheme]
    places = await reach.places(spot, str(url.hostname), port)
    tls: ssl.SSLContext | bool = (trust or reach.trust) if url.scheme in ("https", "wss") else True
    connector = aiohttp.TCPConnector(
        resolver=Pinned(places), socket_factory=Gate(places), ssl=tls, force_close=True, use_dns_cache=False
    )
    limits = aiohttp.ClientTimeout(total=spot.seconds, connect=None, sock_connect=None)
    async with aiohttp.ClientSession(
        connector=connector, timeout=limits, auto_decompress=False, trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[staying(places[0])],
    ) as client:  # fmt: skip
        yield client, places[0]


def staying(place: Place) -> aiohttp.TraceConfig:
    """Ends whatever would follow a redirect."""

    async def redirected(_: object, __: object, seen: aiohttp.TraceRequestRedirectParams) -> None:
        status = seen.response.status
        raise Unseen(Fault.UNEXPECTED, f"{place} redirects (HTTP {status}), which is not followed")

    config = aiohttp.TraceConfig()
    config.on_request_redirect.append(redirected)
    return config


class Pinned(AbstractResolver):
    """Whatever is looked up leads to these places."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:  # fmt: skip
        return [
            ResolveResult(
                hostname=host, host=place.ip, port=place.port, proto=0, flags=socket.AI_NUMERICHOST,
                family=socket.AF_INET6 if ":" in place.ip else socket.AF_INET,
            )
            for place in self._places
        ]  # fmt: skip

    async def close(self) -> None: ...


class Gate:
    """Makes sockets for these places alone: the last word, whatever the client made of the URL."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._open = {(place.ip.partition("%")[0], place.port) for place in places}

    def __call__(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        if (str(address[0]).partition("%")[0], address[1]) not in self._open:
            raise OSError(f"{address[0]} is not where this probe looks")
        made = socket.socket(family=family, type=kind, proto=proto)
        made.setblocking(False)
        return made


@contextmanager
def broken(place: Place) -> Iterator[None]:
    """Errors of the client as Unseen; a time-out stays one."""
    try:
        with troubles(place):
            try:
                yield
            except aiohttp.ClientConnectorCertificateError as why:
                raise why.certificate_error from None
            except aiohttp.ClientConnectorError as why:
                raise why.os_error from None
            except aiohttp.ServerTimeoutError:
                raise TimeoutError from None
            except aiohttp.ClientOSError as why:
                # made anew, it is of the class that belongs to its number
                raise OSError(why.errno or 0, why.strerror or "connection lost") from None
    except aiohttp.ServerDisconnectedError:
        raise Unseen(Fault.UNEXPECTED, f"{place} closed the connection before it had answered") from None
    except aiohttp.ClientPayloadError:
        raise Unseen(Fault.UNEXPECTED, f"{place} broke off in the middle of its answer") from None
    except (aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError, ValueError):
        raise Unseen(Fault.UNEXPECTED, f"{place} answers with something that is no HTTP") from None


async def _short(content: aiohttp.StreamReader, most: int) -> tuple[bytes, bool]:
    """The beginning of it, and whether there was more."""
    found = bytearray()
    async for piece in content.iter_any():
        found += piece
        if len(found) > most:
            break
    return bytes(found[:most]), len(found) > most


def _unpacked(place: Place, raw: bytes, coding: str, most: int) -> tuple[bytes, bool]:
    """It was asked not to be compressed; if it is all the same, no more than `most` comes out."""
    coding = coding.strip().lower()
    if coding in ("", "identity") or not raw:
        return raw, False
    if coding not in COMPRESSED:
        raise Unseen(Fault.UNEXPECTED, f"{place} compresses its answer in a way nobody asked for")
    unpack = zlib.decompressobj(COMPRESSED[coding])
    try:
        body = unpack.decompress(raw, most)
    except zlib.error:
        raise Unseen(Fault.UNEXPECTED, f"{place} compresses its answer wrongly") from None
    return body, bool(unpack.unconsumed_tail)
