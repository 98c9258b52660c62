"""
Deliveries as signed requests, for apps without Socket Mode.

https://docs.slack.dev/authentication/verifying-requests-from-slack/ and
https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.simulator.clock import Clock, seconds
from bot.simulator.envelopes import Envelope, Undelivered
from bot.simulator.ids import secret

FORM = "application/x-www-form-urlencoded"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


class Requests:
    """Posts each envelope to `url`, and takes the answer for its acknowledgement."""

    def __init__(self, clock: Clock, url: str, secret: str) -> None:
        self.clock = clock
        self.url = url
        self.secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def post(self, envelope: Envelope, patience: float) -> Any:
        """The acknowledgement's payload, None if it has none. Undelivered, also after `patience` real seconds."""
        if not self.url:
            raise Undelivered("dispatch_failed")
        body = written(envelope)
        headers = {**self.headers(body), "Content-Type": FORM if envelope.type != "events_api" else "application/json"}
        if envelope.retry_attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.retry_attempt)
            headers["X-Slack-Retry-Reason"] = envelope.retry_reason
        status, said, kind = await self._answer(body, headers, patience)
        return None if envelope.type == "events_api" else read(status, said, kind)

    def headers(self, body: str) -> dict[str, str]:
        """Those by which the app knows that Slack sent it."""
        stamp = str(seconds(self.clock.now()))
        made = hmac.new(self.secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}", "User-Agent": AGENT}

    async def _answer(self, body: str, headers: dict[str, str], patience: float) -> tuple[int, str, str]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=patience)
        try:
            async with self._session.post(
                self.url, data=io.BytesIO(body.encode()), headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                said = await answer.text()
        except TimeoutError:
            raise Undelivered("http_timeout") from None
        except (aiohttp.ClientError, OSError):
            raise Undelivered("connection_failed") from None
        if not 200 <= answer.status < 300:
            raise Undelivered("http_error", final=answer.headers.get("X-Slack-No-Retry") == "1")
        return answer.status, said, answer.content_type

    async def verify(self, patience: float) -> bool:
        """Ask whether the url is the app's, as Slack does before it is saved in the app's settings."""
        challenge = secret(16)
        body = json.dumps({"token": "practice", "challenge": challenge, "type": "url_verification"})
        _, said, kind = await self._answer(body, {**self.headers(body), "Content-Type": "application/json"}, patience)
        return said == challenge or (kind == "application/json" and json.loads(said) == {"challenge": challenge})

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def written(envelope: Envelope) -> str:
    """The body: an event is JSON, a gesture JSON in a form, a command a form."""
    if envelope.type == "events_api":
        return json.dumps(envelope.payload)
    form = envelope.payload if envelope.type == "slash_commands" else {"payload": json.dumps(envelope.payload)}
    return urlencode(form)


def read(status: int, said: str, kind: str) -> Any:
    """What the answer says: JSON, or words for whoever gave a command. Undelivered if it is no JSON but says so."""
    if not said:
        return None
    if kind != "application/json":
        return {"text": said}
    try:
        return json.loads(said)
    except ValueError:
        raise Undelivered("http_error") from None
