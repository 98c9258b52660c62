"""Which ways there are, by what the environment sets up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from bot.adapters.paging.http import Line, is_safe, open_client
from bot.adapters.paging.mail import MailPager, is_address
from bot.adapters.paging.pagerduty import PagerDutyAlarms
from bot.adapters.paging.relay import relay
from bot.adapters.paging.roster import PagerDutyRoster
from bot.adapters.paging.webhook import WebhookPager
from bot.engine.clock import Clock
from bot.ports import Pager

#: what a header can carry
WORD = re.compile(r"[!-~]+")
SENDERS = {
    "sms": ("MUSTER_SMS_WEBHOOK", "The sender of text messages"),
    "phone": ("MUSTER_PHONE_WEBHOOK", "The service that telephones"),
}


class Unusable(Exception):
    """A sentence on a setting that will not do; it quotes no secret."""


@dataclass(frozen=True)
class Setup:
    """As the environment says; "" for what is not set up. Unusable when one of it will not do."""

    events_url: str
    api_url: str
    routing_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    senders: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        check(self)


class Switchboard:
    """`pagers` by their name in policies; close it when done."""

    def __init__(self, setup: Setup, clock: Clock) -> None:
        self._clock = clock
        self._client = open_client() if online(setup) else None
        self.pagers: Mapping[str, Pager] = {**self._mail(setup), **self._senders(setup)}
        self.alarms = self._alarms(setup)
        self.roster = self._roster(setup)

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()

    def _mail(self, setup: Setup) -> dict[str, Pager]:
        if not setup.smtp_url:
            return {}
        return {"email": MailPager(relay(setup.smtp_url), setup.mail_from, self._clock)}

    def _senders(self, setup: Setup) -> dict[str, Pager]:
        return {
            kind: WebhookPager(self._line(SENDERS[kind][1]), self._clock, kind, SENDERS[kind][0], url, setup.secret)
            for kind, url in setup.senders.items()
            if url
        }

    def _alarms(self, setup: Setup) -> PagerDutyAlarms | None:
        key = setup.routing_key
        return PagerDutyAlarms(self._line("PagerDuty"), setup.events_url, key) if key else None

    def _roster(self, setup: Setup) -> PagerDutyRoster | None:
        token = setup.token
        return PagerDutyRoster(self._line("PagerDuty"), self._clock, setup.api_url, token) if token else None

    def _line(self, name: str) -> Line:
        assert isinstance(self._client, httpx.AsyncClient), "whoever needs a line is online"
        return Line(name, self._client, self._clock)


def online(setup: Setup) -> bool:
    return bool(setup.routing_key or setup.token or any(setup.senders.values()))


def check(setup: Setup) -> None:
    """Unusable for the first setting that will not do."""
    addresses = {"MUSTER_PAGERDUTY_EVENTS_URL": setup.events_url, "MUSTER_PAGERDUTY_API_URL": setup.api_url}
    addresses |= {SENDERS[kind][0]: url for kind, url in setup.senders.items() if url}
    for name, address in addresses.items():
        if not is_safe(address):
            raise Unusable(f"{name} must be an address that begins with https:// (http:// only on this machine).")
    for name, word in (
        ("MUSTER_PAGERDUTY_ROUTING_KEY", setup.routing_key), ("MUSTER_PAGERDUTY_TOKEN", setup.token)
    ):  # fmt: skip
        if word and not WORD.fullmatch(word):
            raise Unusable(f"{name} must be the key alone, without blanks and quotation marks around it.")
    if setup.smtp_url:
        check_mail(setup)


def check_mail(setup: Setup) -> None:
    try:
        relay(setup.smtp_url)
    except ValueError as why:
        raise Unusable(str(why)) from None
    if not is_address(setup.mail_from):
        raise Unusable("MUSTER_MAIL_FROM must be the address that Muster writes from, such as muster@example.org.")
