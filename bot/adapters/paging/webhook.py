"""The Pager port over a sender of the team's own, or of a provider: one POST a page, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import datetime

from bot.adapters.paging.http import Answer, Line
from bot.adapters.paging.identity import identity
from bot.engine.clock import Clock
from bot.engine.outcomes import Key, Rejected
from bot.ports import Alarm, Contact

NUMBER = re.compile(r"\+?[0-9]{4,15}")
#: how people group the digits; "(0)" is what one leaves out after the country's code
DRESS = re.compile(r"\(0\)(?=.)|[\s().\-/]")


class WebhookPager:
    """
    `kind` is sms or phone, `setting` the variable that holds `address`. Without `secret` nothing is signed.
    """

    def __init__(self, line: Line, clock: Clock, kind: str, setting: str, address: str, secret: str = "") -> None:
        self._line = line
        self._clock = clock
        self._kind = kind
        self._setting = setting
        self._address = address
        self._secret = secret.encode()

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        body = json.dumps({
            "kind": self._kind, "to": dialled(to), "name": to.name, "subject": alarm.subject, "text": alarm.text,
            "incident": alarm.incident, "link": alarm.link, "key": identity(key),
        }).encode()  # fmt: skip
        headers = {"Content-Type": "application/json", "Idempotency-Key": identity(key)}
        if self._secret:
            headers |= signed(self._secret, body, self._clock.now())
        answer = await self._line.ask("POST", self._address, headers=headers, body=body)
        if not 200 <= answer.status < 300:
            raise Rejected(self._why(answer))

    def _why(self, answer: Answer) -> str:
        if 300 <= answer.status < 400:
            return f"{self._setting} leads to a redirect, which Muster does not follow; set it to the final address."
        return (
            f"{self._line.name} refused the page (HTTP {answer.status}). Look at its log, and at {self._setting} "
            "and MUSTER_WEBHOOK_SECRET."
        )


def signed(secret: bytes, body: bytes, at: datetime) -> dict[str, str]:
    """The headers by which the receiver knows who sent it, and when."""
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Muster-Timestamp": timestamp, "X-Muster-Signature": f"v1={signature}"}


def dialled(to: Contact) -> str:
    """The number without the dress that people give it."""
    whose = to.name or "this person"
    if not to.phone.strip():
        raise Rejected(f"There is no telephone number for {whose}; they can add one to their Slack profile.")
    number = DRESS.sub("", to.phone)
    if not NUMBER.fullmatch(number):
        raise Rejected(f"The telephone number of {whose} in Slack cannot be dialled; right would be +44 20 7946 0123.")
    return number
