"""Whether the ways outside the chat are open. Nothing is sent to anybody."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import aiosmtplib

from bot.adapters.paging.http import Line, open_client
from bot.adapters.paging.mail import CALL_SECONDS, STEP_SECONDS, Call, domain
from bot.adapters.paging.relay import relay
from bot.adapters.paging.roster import ACCEPT
from bot.adapters.paging.switchboard import SENDERS, Setup
from bot.domain.finding import Finding, doubtful, well, wrong
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Rejected

LOOK = "Look at the network, and at {setting}."


class PagingCheck:
    def __init__(self, setup: Setup, clock: Clock) -> None:
        self._setup, self._clock = setup, clock

    def looks(self) -> dict[str, Callable[[], Awaitable[list[Finding]]]]:
        """What is set up, by what it is called, each with how to look at it."""
        setup = self._setup
        found: dict[str, Callable[[], Awaitable[list[Finding]]]] = {}
        if setup.smtp_url:
            found["E-mail"] = self.mail
        if setup.token:
            found["PagerDuty"] = self.schedules
        if setup.routing_key:
            found["PagerDuty alarms"] = self.events
        for kind, url in setup.senders.items():
            if url:
                found[SENDERS[kind][1]] = lambda kind=kind, url=url: self.sender(kind, url)  # type: ignore[misc]
        return found

    async def mail(self) -> list[Finding]:
        """Come as far as being let in, and leave."""
        to, call = relay(self._setup.smtp_url), Call(self._clock, self._setup.mail_from)
        client = aiosmtplib.SMTP(
            hostname=to.host, port=to.port, username=to.user, password=to.password, use_tls=to.tls,
            start_tls=to.starttls, timeout=STEP_SECONDS, local_hostname=domain(self._setup.mail_from),
        )  # fmt: skip
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await client.connect()
                await client.ehlo()
                await client.quit()
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, UnicodeError) as error:
            return [wrong("E-mail", str(call.meant(error)), LOOK.format(setting="MUSTER_SMTP_URL"))]
        finally:
            client.close()
        return [well("E-mail", "The mail server lets Muster in.")]

    async def schedules(self) -> list[Finding]:
        headers = {"Authorization": f"Token token={self._setup.token}", "Accept": ACCEPT}
        status = await self._asked("PagerDuty", "GET", f"{self._setup.api_url.rstrip('/')}/abilities", headers)
        if isinstance(status, str):
            return [doubtful("PagerDuty", status, LOOK.format(setting="MUSTER_PAGERDUTY_API_URL"))]
        if status != 200:
            said = f"PagerDuty does not accept the key of Muster (HTTP {status})."
            return [wrong("PagerDuty", said, "Set MUSTER_PAGERDUTY_TOKEN to a REST API key that may read.")]
        return [well("PagerDuty", "It accepts the key for schedules.")]

    async def events(self) -> list[Finding]:
        """Only whether somebody answers: the key is not tried, as that would be an alarm."""
        status = await self._asked("PagerDuty", "HEAD", self._setup.events_url, {})
        if isinstance(status, str):
            return [wrong("PagerDuty alarms", status, LOOK.format(setting="MUSTER_PAGERDUTY_EVENTS_URL"))]
        return [well("PagerDuty alarms", "Its events address answers; the integration key is not tried.")]

    async def sender(self, kind: str, url: str) -> list[Finding]:
        setting, area = SENDERS[kind]
        status = await self._asked(area, "HEAD", url, {})
        if isinstance(status, str):
            return [wrong(area, status, LOOK.format(setting=setting))]
        return [well(area, "Its address answers; nothing was sent.")]

    async def _asked(self, name: str, method: str, url: str, headers: dict[str, str]) -> int | str:
        """The status of the answer, or a sentence on why there is none."""
        client = open_client()
        try:
            return (await Line(name, client, self._clock).ask(method, url, headers=headers)).status
        except (Busy, Doubt, Rejected) as failure:
            return str(failure)
        finally:
            await client.aclose()
