"""The API of a running Muster, from the command line: a lost connection is tried again, and nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
from ulid import ULID

from bot.console.settings import Reach

#: seconds between tries
PAUSES = (0.3, 1.0, 3.0)
SECONDS = 20.0
#: how long a request for news may be held open
WAIT = 25
#: answers after which the same request may well be taken
AGAIN = (502, 503, 504)
#: statuses of problems that lie with what was asked for; others lie with how Muster is reached
ASKED = (403, 404, 409, 413, 422)
OFF = "off"


class Declined(Exception):
    """Muster does not do it; its text says why."""


class Unusable(Exception):
    """Muster cannot be reached, or not like this; its text says why."""


class Client:
    """`pauses` are the seconds between tries."""

    def __init__(self, reach: Reach, pauses: tuple[float, ...] = PAUSES) -> None:
        self._url, self._pauses = reach.url.rstrip("/"), pauses
        if not reach.token.get_secret_value():
            raise Unusable("MUSTER_API_TOKEN is not set. It is the secret that the running Muster was given.")
        token = reach.token.get_secret_value()
        if not token.isascii() or not token.isprintable():
            raise Unusable("MUSTER_API_TOKEN has characters that no header can carry.")
        headers = {"Authorization": f"Bearer {token}", "X-Muster-Actor": reach.actor}
        try:
            self._http = httpx.Client(base_url=self._url, headers=headers, timeout=SECONDS)
        except (httpx.InvalidURL, UnicodeEncodeError):
            raise Unusable("MUSTER_URL or MUSTER_ACTOR cannot be used in a request.") from None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: object) -> Any:
        return self._sent(
            "GET", path, params={name: value for name, value in query.items() if value is not None}
        ).json()

    def text(self, path: str) -> str:
        return self._sent("GET", path).text

    def change(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Done once, however often the request has to be sent."""
        said = {name: value for name, value in (body or {}).items() if value not in (None, "")}
        headers = {"Idempotency-Key": str(ULID())}
        return self._sent(method, path, headers=headers, **({"json": said} if said else {})).json()

    def news(self, path: str, lost: Callable[[str], None]) -> Iterator[Any]:
        """What there is and then what comes, for ever; `lost` hears when the connection is."""
        after = 0
        while True:
            try:
                found = self.get(path, after=after, wait=WAIT if after else 0)
            except Unusable as why:
                if after == 0:
                    raise
                lost(str(why))
                time.sleep(self._pauses[-1] if self._pauses else 0)
                continue
            after = max(after, found["cursor"])
            yield found

    def _sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        for pause in (*self._pauses, None):
            try:
                answer = self._http.request(method, path, **more, timeout=httpx.Timeout(SECONDS, read=SECONDS + WAIT))
            except (httpx.UnsupportedProtocol, httpx.InvalidURL):
                raise Unusable(f"MUSTER_URL is {self._url}; right would be http://127.0.0.1:8765") from None
            except httpx.TransportError as why:
                if pause is None:
                    raise Unusable(f"Muster does not answer at {self._url} ({type(why).__name__}).") from None
            else:
                if pause is None or answer.status_code not in AGAIN:
                    return self._checked(answer)
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        problem = self._problem(answer)
        detail = str(problem.get("detail", ""))
        if answer.status_code in ASKED and not str(problem.get("type", "")).endswith(OFF):
            raise Declined(detail)
        raise Unusable(detail)

    def _problem(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict) or "detail" not in found:
            raise Unusable(f"What answers at {self._url} is no Muster: it says {answer.status_code}.")
        return found


def of(incident: str, *more: str) -> str:
    """The path of an incident, or of something of it."""
    return "/".join(["/api/incidents", *(quote(part, safe="") for part in (incident, *more))])
