"""
POST /webhooks/pagerduty: what people do about an incident in PagerDuty counts here too.

The payload: https://developer.pagerduty.com/docs/webhooks-overview
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.adapters.web.body import bounded
from bot.domain.errors import Refused
from bot.engine.clock import Clock
from bot.workflows import record, respond
from bot.workflows.desk import Desk, Gesture

logger = logging.getLogger(__name__)

PATH = "/webhooks/pagerduty"
# what is larger PagerDuty itself drops: https://developer.pagerduty.com/docs/webhook-behavior
MOST_BYTES = 256 * 1024
KEY = re.compile(r"muster-([0-9A-Za-z]{1,40})")
ID = re.compile(r"[!-~]{1,100}")
USER = re.compile(r"[A-Za-z0-9_-]{1,40}")
UNFIT = re.compile(r"[^\w.-]+")
NOTES = {"incident.resolved": "Resolved in PagerDuty.", "incident.reopened": "Opened again in PagerDuty."}
ACKNOWLEDGED = "incident.acknowledged"

#: the person in the chat behind an id of PagerDuty's; None when that is not known
Known = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True)
class Heard:
    """One event. `incident` is the id of ours that it is about, `user` the person there; "" for none."""

    id: str
    kind: str
    incident: str
    user: str
    name: str


def route(desk: Desk, clock: Clock, secret: str, known: Known | None = None) -> web.RouteDef:
    """
    `secret` is that of the webhook subscription.

    PagerDuty is answered when the decision is committed. Whatever is rightly signed and can be read is answered with
    202, also when nothing follows from it: after three refusals in a row PagerDuty sends nothing for a day.
    """

    async def answer(request: web.Request) -> web.Response:
        body = await bounded(request, MOST_BYTES)
        if body is None:
            return web.Response(status=413, text="This is too large.\n")
        if not is_signed(body, request.headers.get("X-PagerDuty-Signature", ""), secret):
            logger.warning("A webhook was not signed by PagerDuty.", extra={"action": "pagerduty.unsigned"})
            return web.Response(status=401, text="The signature does not fit.\n")
        heard = read(body)
        if heard is None:
            return web.Response(status=400, text="This is no event of PagerDuty.\n")
        if heard.incident and heard.user and (heard.kind == ACKNOWLEDGED or heard.kind in NOTES):
            await act(desk, heard, clock, known)
        return web.Response(status=202)

    return web.post(PATH, answer)


async def act(desk: Desk, heard: Heard, clock: Clock, known: Known | None) -> None:
    """An acknowledgement there is one here; the rest is noted."""
    person = (await known(heard.user) if known else None) or reference(heard)
    gesture = Gesture(person, clock.now(), f"pagerduty:{heard.id}")
    try:
        if heard.kind == ACKNOWLEDGED:
            await respond.acknowledge(desk, gesture, heard.incident)
        else:
            await record.note(desk, gesture, heard.incident, NOTES[heard.kind])
    except Refused as refusal:
        logger.info("Nothing follows from PagerDuty: %s", refusal.sentence, extra={"action": "pagerduty.nothing"})


def is_signed(body: bytes, signatures: str, secret: str) -> bool:
    """
    Whether one of the signatures fits: while a secret is changed there are two.

    https://developer.pagerduty.com/docs/verifying-webhook-signatures
    """
    right = b"v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
    given = (each.strip().encode(errors="surrogateescape") for each in signatures.split(","))
    return any([hmac.compare_digest(right, each) for each in given])


def read(body: bytes) -> Heard | None:
    """None for what is no event."""
    try:
        event = json.loads(body)["event"]
        id, kind, data = event["id"], event["event_type"], event["data"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if not (isinstance(id, str) and ID.fullmatch(id) and isinstance(kind, str)):
        return None
    user, name = person(event.get("agent"))
    return Heard(id, kind, incident(data), user, name)


def incident(data: Any) -> str:
    """The id of ours in the key under which Muster raised the alarm; "" for an incident of somebody else."""
    key = data.get("incident_key") if isinstance(data, Mapping) else None
    found = KEY.fullmatch(key) if isinstance(key, str) else None
    return found[1] if found else ""


def person(agent: Any) -> tuple[str, str]:
    """Id and name; "" unless it is a person. What Muster itself does there comes back in the name of an integration."""
    if not isinstance(agent, Mapping) or agent.get("type") != "user_reference":
        return "", ""
    id, name = agent.get("id"), agent.get("summary")
    return (id if isinstance(id, str) and USER.fullmatch(id) else ""), (name if isinstance(name, str) else "")


def reference(heard: Heard) -> str:
    """
    Somebody whom only PagerDuty knows, in one word.

    >>> reference(Heard("01EVENT", "incident.acknowledged", "01INCIDENT", "PLH1HKV", "Ana López <ana>"))
    'pagerduty:Ana_López_ana'
    """
    name = UNFIT.sub("_", heard.name).strip("_.-")[:60] or heard.user
    return f"pagerduty:{name}"
