"""No key, password, number or private address leaves through an error or a log, whatever goes wrong outside."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from bot.adapters.paging import mail
from bot.adapters.paging.http import Line
from bot.adapters.paging.mail import MailPager
from bot.adapters.paging.pagerduty import PagerDutyAlarms
from bot.adapters.paging.relay import relay
from bot.adapters.paging.roster import PagerDutyRoster
from bot.adapters.paging.webhook import WebhookPager
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.ports import Alarm, Contact
from tests.adapters.paging.conftest import NIGHT
from tests.adapters.paging.servers import HttpService, Mailbox, Order, a_mail_server

HUSH = "hushhushhushhushhushhushhushhush"
ANA = Contact("Ana", "ana@example.org", "+442079460123")
ALARM = Alarm("01JINC", "#12", "#12 SEV1: checkout is failing", "It fails.")
KEY = Key("01RUN:sms:slack:U1", NIGHT, False)
ECHO = json.dumps({"message": f"no {HUSH}", "errors": [f"Token token={HUSH}"], "error": f"{HUSH} +442079460123"})
ANSWERS = [*(Order(status, ECHO, {"Retry-After": "1"}) for status in (302, 400, 401, 403, 404, 418, 429, 500, 503)),
           Order(0), Order(200, HUSH)]  # fmt: skip

Act = Callable[[], Awaitable[object]]


def acts(service: HttpService, client: httpx.AsyncClient, clock: StoppedClock) -> dict[str, Act]:
    line = Line("PagerDuty", client, clock)
    hidden = service.address.replace("http://", f"http://user:{HUSH}@")
    alarms, roster = PagerDutyAlarms(line, hidden, HUSH), PagerDutyRoster(line, clock, hidden, HUSH)
    sms = WebhookPager(line, clock, "sms", "MUSTER_SMS_WEBHOOK", f"{hidden}/{HUSH}?token={HUSH}", HUSH)
    return {
        "trigger": lambda: alarms.trigger(ALARM), "resolve": lambda: alarms.resolve(ALARM),
        "roster": lambda: roster.on_call("PSCHED1"), "user": lambda: roster.email("P1", 1.0),
        "sms": lambda: sms.page(ANA, ALARM, KEY),
    }  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda order: str(order.status))
@pytest.mark.parametrize("act", ["trigger", "resolve", "roster", "user", "sms"])
async def test_http(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, caplog: pytest.LogCaptureFixture, act: str,
    answer: Order,
) -> None:  # fmt: skip
    service.answers(answer)

    told = await failure(acts(service, client, clock)[act], caplog)

    assert HUSH not in told and "7946" not in told


@pytest.mark.parametrize("act", ["trigger", "resolve", "roster", "user", "sms"])
async def test_http_that_is_not_there(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, caplog: pytest.LogCaptureFixture, act: str
) -> None:  # fmt: skip
    service.address = "http://127.0.0.1:1"

    told = await failure(acts(service, client, clock)[act], caplog)

    assert "Busy" in told and HUSH not in told and "7946" not in told


@pytest.fixture
async def talkative() -> AsyncIterator[Mailbox]:
    async with a_mail_server(auth_require_tls=False) as mailbox:
        yield mailbox


@pytest.mark.parametrize("says", [
    {}, {"mail": f"550 {HUSH}"}, {"rcpt": f"550 ana@example.org {HUSH}"}, {"rcpt": f"450 {HUSH}"},
    {"data": f"554 {HUSH}"}, {"data": "drop"}, {"data": "hang"}, {"mail": f"999 {HUSH}"},
])  # fmt: skip
@pytest.mark.parametrize("right", [True, False])
async def test_mail(
    talkative: Mailbox, clock: StoppedClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
    says: dict[str, str], right: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(mail, "STEP_SECONDS", 0.3)
    talkative.says, talkative.password = says, HUSH if right else "another"
    caplog.set_level(logging.CRITICAL, "mail.log")
    pager = MailPager(relay(f"smtp://{HUSH}:{HUSH}@127.0.0.1:{talkative.port}?tls=no"), "muster@example.org", clock)

    told = await failure(lambda: pager.page(ANA, ALARM, KEY), caplog)

    assert HUSH not in told + repr(pager.__dict__) and "ana@example.org" not in told


async def failure(act: Act, caplog: pytest.LogCaptureFixture) -> str:
    """All that is said of a call, in its error and in the logs."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("asyncio").setLevel(logging.WARNING)
        try:
            await asyncio.wait_for(act(), 9)
            told = ""
        except (Busy, Doubt, Rejected) as why:
            assert why.__cause__ is None and why.__context__ is None
            told = f"{why!r} {why} {''.join(traceback.format_exception(why))}"
    return told + caplog.text
