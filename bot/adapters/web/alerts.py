"""POST /webhooks/alerts/<source>: what monitoring says, from whoever knows the secret, in the source's form."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.adapters.web import pagerduty
from bot.adapters.web.body import bounded
from bot.adapters.web.forms import FORMS, Unreadable
from bot.domain.alert import Alert
from bot.engine.clock import Clock
from bot.policy.routing import AlertSource
from bot.ports import Books
from bot.workflows.alerts import intake
from bot.workflows.alerts.intake import Taken
from bot.workflows.desk import Desk

logger = logging.getLogger(__name__)

PATH = "/webhooks/alerts/{source}"
MOST_BYTES = 1024 * 1024
SECRETLESS = (
    "Alerts need the value of MUSTER_ALERT_TOKEN: as Authorization: Bearer …, as ?token=…, as the password of Basic"
    " authentication, or as the key of X-Muster-Signature: sha256=….\n"
)


@dataclass(frozen=True)
class Door:
    """
    Who may send alerts: whoever knows `token` and, in PagerDuty's form, whatever is signed with `pagerduty`; "" is for
    neither. `unwritable` are the errors of a store that cannot write just now; `when_answered` hears each status.
    """

    desk: Desk
    clock: Clock
    token: str
    pagerduty: str = ""
    unwritable: tuple[type[Exception], ...] = ()
    when_answered: Callable[[int], None] = lambda status: None

    async def answer(self, request: web.Request) -> web.Response:
        response = await self._answer(request)
        self.when_answered(response.status)
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        """Only when it is written down is the sender answered with 200; with 503 it is to try again."""
        body = await bounded(request, MOST_BYTES)
        if body is None:
            return refused(413, f"This is too large: a delivery may have {MOST_BYTES // 1024} KB. Send several.")
        source = self.desk.book.routing.source(request.match_info["source"])
        if not self.lets_in(request, body, source):
            logger.warning("Alerts came without the secret.", extra={"action": "alerts.refused"})
            return web.Response(status=401, text=SECRETLESS, headers={"WWW-Authenticate": 'Basic realm="alerts"'})
        if source is None:
            return refused(404, self.unknown())
        try:
            found = read(body, source, self.clock)
        except Unreadable as wrong:
            return refused(400, wrong.sentence)
        return await self.take(found)

    async def take(self, found: list[Alert]) -> web.Response:
        if not found:
            return web.json_response({"taken": 0})

        async def decide(books: Books) -> Taken:
            return await intake.take(self.desk, books, found)

        try:
            taken = await self.desk.store.transact(decide, self.clock.now())
        except self.unwritable as error:
            logger.error("Alerts were not kept: %s", type(error).__name__, extra={"action": "alerts.unwritten"})
            return refused(503, "Muster cannot write this down just now. Send it again.", {"Retry-After": "10"})
        return web.json_response(
            {"taken": len(found), "new": taken.new, "repeated": taken.repeated, "cleared": taken.cleared,
             "opened": len(taken.opened)}
        )  # fmt: skip

    def lets_in(self, request: web.Request, body: bytes, source: AlertSource | None) -> bool:
        if self.token and knows(request, body, self.token):
            return True
        signature = request.headers.get("X-PagerDuty-Signature", "")
        signed = bool(self.pagerduty) and source is not None and source.form == "pagerduty"
        return signed and pagerduty.is_signed(body, signature, self.pagerduty)

    def unknown(self) -> str:
        known = ", ".join(source.id for source in self.desk.book.routing.sources)
        named = f"The policy knows {known}." if known else "The policy knows none yet: routing.yml names them."
        return f"There is no such source of alerts. {named}"


def route(door: Door) -> web.RouteDef:
    return web.post(PATH, door.answer)


def read(body: bytes, source: AlertSource, clock: Clock) -> list[Alert]:
    """Unreadable, with a sentence, for what is not of the source's form."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is no JSON.") from None
    return FORMS[source.form](said, source, clock.now())


def knows(request: web.Request, body: bytes, token: str) -> bool:
    """Whether the request brings the token, in one of the ways of SECRETLESS."""
    right = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    signature = request.headers.get("X-Muster-Signature", "").removeprefix("sha256=")
    brought = [*words(request.headers, request.query)]
    return any([same(each, token) for each in brought]) or same(signature, right)


def words(headers: Mapping[str, str], query: Mapping[str, Any]) -> list[str]:
    """Every word that may be the token."""
    scheme, _, said = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        said = password(said)
    return [word for word in (said.strip(), str(query.get("token", ""))) if word]


def password(basic: str) -> str:
    """
    >>> password("YW5hOnNlc2FtZQ=="), password("?")
    ('sesame', '')
    """
    try:
        return base64.b64decode(basic, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def same(said: str, right: str) -> bool:
    return hmac.compare_digest(said.encode(errors="surrogateescape"), right.encode())


def refused(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=f"{sentence}\n", headers=headers)
