"""Every HTTP request to a paging service passes here, once, and ends as an answer or as Busy or Doubt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpx

from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt

# The engine takes a call for doubtful after 10 s; ours ends before.
CALL_SECONDS, CONNECT_SECONDS = 9.0, 3.0
MOST_BYTES = 256 * 1024
CONNECT_PAUSE, DETOUR_PAUSE = timedelta(seconds=3), timedelta(seconds=60)
RETRY_AFTER, MOST_RETRY_AFTER = 60.0, 3600.0
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

#: a connection that never stood carried nothing: https://www.python-httpx.org/exceptions/
NEVER_SENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """`body` is cut to MOST_BYTES."""

    status: int
    body: bytes
    headers: Mapping[str, str]


Failure: TypeAlias = Busy | Doubt


def open_client() -> httpx.AsyncClient:
    """
    A client that follows no redirect; close it when done.

    Proxies come from the environment, but never for a server on this machine.
    """
    for name in ("httpx", "httpcore"):
        # it logs whole addresses, and a sender's address may be all the secret there is
        logging.getLogger(name).setLevel(logging.WARNING)
    direct: dict[str, None] = {"all://localhost": None, "all://127.0.0.1": None, "all://[::1]": None}
    timeout = httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS)
    return httpx.AsyncClient(follow_redirects=False, timeout=timeout, mounts=direct)


class Line:
    """The way to one service, called `name` in sentences. Nothing is tried twice: the engine knows whether and when."""

    def __init__(self, name: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self.name = name
        self._client = client
        self._clock = clock

    async def ask(
        self, method: str, address: str, *, headers: Mapping[str, str], body: bytes | None = None,
        params: Any = None, seconds: float = CALL_SECONDS,
    ) -> Answer:  # fmt: skip
        """Whatever was answered, but for 429, 408 and 5xx: those are raised as Busy and Doubt."""
        # what is not compressed cannot grow beyond MOST_BYTES when it is read
        plain = {**headers, "Accept-Encoding": "identity"}
        outcome = await self._attempt(method, address, seconds, headers=plain, content=body, params=params)
        if not isinstance(outcome, Answer):
            raise outcome
        if outcome.status == 429:
            raise self._throttled(outcome)
        if outcome.status >= 500 or outcome.status == 408:
            raise Doubt(f"{self.name} had an error of its own (HTTP {outcome.status}); perhaps it was done.")
        return outcome

    def detour(self, answer: Answer) -> Busy:
        """An answer that the service itself never gives."""
        sentence = f"The address of {self.name} answers with HTTP {answer.status}; is something in between?"
        return Busy(self._clock.now() + DETOUR_PAUSE, sentence)

    async def _attempt(self, method: str, address: str, seconds: float, **request: Any) -> Answer | Failure:
        """
        Failures are returned, to be raised where no exception of the client is around: those hold the request, and
        with it what authorises it.
        """
        try:
            async with asyncio.timeout(seconds), self._client.stream(method, address, **request) as response:
                return Answer(response.status_code, await short(response), dict(response.headers))
        except NEVER_SENT:
            return Busy(self._clock.now() + CONNECT_PAUSE, f"{self.name} cannot be reached.")
        except (TimeoutError, httpx.TimeoutException):
            return Doubt(f"{self.name} did not answer in time.")
        except (httpx.HTTPError, OSError):
            return Doubt(f"The connection to {self.name} broke before it answered.")

    def _throttled(self, answer: Answer) -> Busy:
        wait = timedelta(seconds=retry_after(answer.headers))
        return Busy(self._clock.now() + wait, f"{self.name} asked Muster to wait {wait.total_seconds():.0f} s.")


async def short(response: httpx.Response) -> bytes:
    """The beginning of the body: the rest is left unread."""
    found = b""
    async for piece in response.aiter_raw(16 * 1024):
        found += piece
        if len(found) >= MOST_BYTES:
            break
    return found[:MOST_BYTES]


def retry_after(headers: Mapping[str, str]) -> float:
    """
    Seconds to wait, 1 to MOST_RETRY_AFTER; RETRY_AFTER if it was not said in a way that can be read.

    >>> retry_after({"retry-after": "30"}), retry_after({"retry-after": "0"}), retry_after({"retry-after": "soon"})
    (30.0, 1.0, 60.0)
    """
    value = headers.get("retry-after", "")
    if not (value.isascii() and value.isdigit()):
        return RETRY_AFTER
    return min(max(float(value[:9]), 1.0), MOST_RETRY_AFTER)


def is_safe(address: str) -> bool:
    """
    Whether secrets and telephone numbers may travel there: over TLS, or within this machine.

    >>> [is_safe(each) for each in ("https://a.test/x", "http://127.0.0.1:8080/", "http://a.test/", "ftp://a.test/")]
    [True, True, False, False]
    """
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - it raises for a port that is none
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
