"""Texts and calls by a sender of the team's own: what it gets, and how it knows from whom."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import httpx
import pytest

from bot.adapters.paging.http import Line
from bot.adapters.paging.webhook import WebhookPager
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Key, Rejected
from bot.ports import Alarm, Contact
from tests.adapters.paging.conftest import NIGHT
from tests.adapters.paging.servers import HttpService, Order, an_http_service

ANA = Contact("Ana López", "ana@example.org", "+44 (0)20 7946-0123")
ALARM = Alarm("01JINC", "#12", "#12 SEV1: checkout is failing", "It fails.", "https://slack.test/C1")
KEY = Key("01RUN:sms:slack:Ü1\n", NIGHT, False)
SECRET = "a secret of our own"


def pager(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, secret: str = SECRET, kind: str = "sms"
) -> WebhookPager:
    line = Line("The sender of text messages", client, clock)
    return WebhookPager(line, clock, kind, "MUSTER_SMS_WEBHOOK", f"{service.address}/send?token=t0ken", secret)


@pytest.mark.parametrize("kind", ["sms", "phone"])
async def test_the_sender_gets_all_it_needs(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, kind: str
) -> None:
    await pager(service, client, clock, kind=kind).page(ANA, ALARM, KEY)

    [got] = service.got
    assert (got.method, got.path, got.query) == ("POST", "/send", {"token": "t0ken"})
    assert got.json == {
        "kind": kind, "to": "+442079460123", "name": "Ana López", "subject": ALARM.subject, "text": "It fails.",
        "incident": "01JINC", "link": "https://slack.test/C1", "key": got.headers["Idempotency-Key"],
    }  # fmt: skip
    assert got.headers["Idempotency-Key"].isalnum()


async def test_the_signature_covers_the_moment_and_the_body(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock
) -> None:
    """As docs/paging.md tells receivers to check it."""
    await pager(service, client, clock).page(ANA, ALARM, KEY)
    clock.advance(NIGHT + timedelta(minutes=5))
    await pager(service, client, clock).page(ANA, ALARM, KEY)

    for got, moment in zip(service.got, (NIGHT, NIGHT + timedelta(minutes=5)), strict=True):
        timestamp = got.headers["X-Muster-Timestamp"]
        signed = hmac.new(SECRET.encode(), timestamp.encode() + b"." + got.body, hashlib.sha256)
        assert int(timestamp) == moment.timestamp()
        assert got.headers["X-Muster-Signature"] == f"v1={signed.hexdigest()}"
    first, second = service.got
    assert first.body == second.body and first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


async def test_without_a_secret_nothing_pretends_to_be_signed(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock
) -> None:
    await pager(service, client, clock, secret="").page(ANA, ALARM, KEY)

    assert not [name for name in service.got[0].headers if name.startswith("X-Muster")]


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("+44 20 7946 0123", "+442079460123"), ("+44 (0)20 7946 0123", "+442079460123"),
        ("020.7946/0123", "02079460123"), ("(020) 7946-0123", "02079460123"), (" +49 (0) 30 1234 ", "+49301234"),
    ],
)  # fmt: skip
async def test_numbers_lose_their_dress(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, typed: str, dialled: str
) -> None:
    await pager(service, client, clock).page(Contact("Ana", phone=typed), ALARM, KEY)

    assert service.got[0].json["to"] == dialled


@pytest.mark.parametrize(
    "typed", ["", "  ", "ask Ben", "+44 20 7946 0123 ext 9", "12", "+" + "1" * 30, "+44\r\n;rm", "٠٢٠٧٩٤٦"]
)
async def test_what_is_no_number_is_not_dialled(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, typed: str
) -> None:
    with pytest.raises(Rejected, match="Ana López"):
        await pager(service, client, clock).page(Contact("Ana López", phone=typed), ALARM, KEY)

    assert service.got == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_a_refusal_says_where_to_look(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock, status: int
) -> None:
    service.answers(Order(status, "Ana's number +442079460123 is on a list; token=t0ken"))

    with pytest.raises(Rejected, match=rf"text messages refused the page \(HTTP {status}\).*MUSTER_SMS_WEBHOOK") as why:
        await pager(service, client, clock).page(ANA, ALARM, KEY)

    assert "t0ken" not in why.value.sentence and "7946" not in why.value.sentence


async def test_a_redirect_carries_no_number_to_somewhere_else(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock
) -> None:
    async with an_http_service() as elsewhere:
        service.answers(Order(307, headers={"Location": elsewhere.address}))

        with pytest.raises(Rejected, match="MUSTER_SMS_WEBHOOK leads to a redirect"):
            await pager(service, client, clock).page(ANA, ALARM, KEY)

        assert elsewhere.got == []


async def test_too_many_at_once_are_waited_for(
    service: HttpService, client: httpx.AsyncClient, clock: StoppedClock
) -> None:
    service.answers(Order(429, headers={"Retry-After": "9"}))

    with pytest.raises(Busy, match="The sender of text messages asked Muster to wait 9 s"):
        await pager(service, client, clock).page(ANA, ALARM, KEY)
