"""How probes reach out: names are resolved once and pinned, and lead only where the policy lets them."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TypeAlias, TypeVar
from urllib.parse import SplitResult, urlsplit

from bot.adapters.probes.addresses import forbidden
from bot.adapters.probes.spot import Spot, Unseen
from bot.adapters.probes.threads import Threads
from bot.domain.observation import Fault
from bot.engine.clock import SystemClock

T = TypeVar("T")
Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
#: the addresses of a name
Resolve: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]

MOST_THREADS = 32
MOST_PLACES = 4
PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True)
class Place:
    """One address of a host, looked up and allowed. Connect to `ip`; `host` is what it is called, for TLS and HTTP."""

    host: str
    ip: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Reach:
    """
    What all probes share: every connection begins with `places`. `resolve` looks names up, `trust` is the TLS context
    that certificates must satisfy; both are the machine's own unless something else is given.
    """

    def __init__(
        self, resolve: Resolve | None = None, trust: ssl.SSLContext | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:  # fmt: skip
        self._names, self._work = Threads(MOST_THREADS), Threads(MOST_THREADS)
        self._resolve = resolve or self._look_up
        self._trust = trust
        self.now = now or SystemClock().now

    @cached_property
    def trust(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()

    async def aside(self, work: Callable[[], T]) -> T:
        """What `work` returns, which may block: it runs in a thread, of which there are MOST_THREADS at most."""
        return await self._work.run(work)

    async def places(self, spot: Spot, host: str, port: int) -> tuple[Place, ...]:
        """
        The addresses of that host, looked up once. Unseen when there are none, or one is not for this spot.

        Whoever connects takes these, and never the name: the next look-up may have another answer.
        """
        try:
            found = await self._resolve(host)
        except (OSError, UnicodeError, ValueError):
            found = ()
        if not found:
            raise Unseen(Fault.UNRESOLVED, f"the name {host} leads to no address")
        for ip in found:
            if why := forbidden(ip, private=spot.private, given=spot.given):
                raise Unseen(Fault.DENIED, f"{host} leads to {why}, which only a target with private: true may")
        return tuple(Place(host, ip, port) for ip in dict.fromkeys(found))[:MOST_PLACES]

    async def open(
        self, spot: Spot, host: str, port: int, tls: ssl.SSLContext | None = None, name: str | None = None
    ) -> Stream:
        """
        A connection to the first address of the host that takes one; Unseen when none does. Close the writer.

        `name` is what TLS asks for when it is not the host.
        """
        places = await self.places(spot, host, port)
        for place in places[:-1]:
            try:
                async with asyncio.timeout(spot.seconds / len(places)):
                    return await _connect(place, tls, name)
            except (OSError, Unseen):
                continue
        return await _connect(places[-1], tls, name)

    async def _look_up(self, host: str) -> Sequence[str]:
        known = await self._names.run(partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM))
        return [str(each[4][0]) for each in known]


async def _connect(place: Place, tls: ssl.SSLContext | None, name: str | None) -> Stream:
    with troubles(place):
        server = name or place.host if tls else None
        return await asyncio.open_connection(place.ip, place.port, ssl=tls, server_hostname=server)


@contextmanager
def troubles(place: object) -> Iterator[None]:
    """Errors of sockets and TLS as Unseen; `place` is who is talked to, as people call it."""
    try:
        yield
    except TimeoutError:
        raise
    except ConnectionRefusedError:
        raise Unseen(Fault.REFUSED, f"{place} refuses the connection: nobody listens there") from None
    except ssl.SSLCertVerificationError as why:
        said = why.verify_message or "it is not to be trusted"
        raise Unseen(Fault.UNTRUSTED, f"the certificate of {place} fails: {said}") from None
    except ssl.SSLError as why:
        said = (why.reason or "handshake failed").replace("_", " ").lower()
        raise Unseen(Fault.UNEXPECTED, f"{place} does not speak TLS as it should ({said})") from None
    except (ConnectionError, EOFError):
        raise Unseen(Fault.UNEXPECTED, f"{place} closed the connection before it had answered") from None
    except OSError as why:
        fault = Fault.REFUSED if why.errno == errno.EHOSTUNREACH else Fault.BROKEN
        raise Unseen(fault, f"{place} cannot be reached ({why.strerror or type(why).__name__})") from None


def parted(spot: Spot, *schemes: str) -> SplitResult:
    """The spot's address, which begins with one of these schemes. Unseen says what would be right."""
    right = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(spot.address)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable, parts = False, urlsplit("")
    if not usable or parts.scheme not in schemes:
        raise Unseen(Fault.BROKEN, f"the address of this target is not of the right form; right is {right}host:port")
    return parts


def host_port(spot: Spot, *schemes: str, default: int | None = None) -> tuple[str, int]:
    """
    The spot's address as host and port, with one of `schemes` before it or none.

    >>> host_port(Spot("shop.test:8443")), host_port(Spot("[::1]:443")), host_port(Spot("https://a.test/x"), "https")
    (('shop.test', 8443), ('::1', 443), ('a.test', 443))
    """
    bare = "://" not in spot.address
    parts = parted(Spot(f"tcp://{spot.address}"), "tcp") if bare else parted(spot, *(schemes or ("tcp",)))
    port = parts.port or PORTS.get(parts.scheme) or default
    if not port:
        raise Unseen(Fault.BROKEN, "the address of this target has no port; right is host:port")
    return str(parts.hostname), port
