"""People are woken outside Slack: by e-mail, text message and PagerDuty, whose acknowledgements count here."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from tests.adapters.paging.servers import HttpService, Mailbox, Order, a_mail_server, an_http_service
from tests.adapters.web.test_pagerduty import SECRET, event, signature
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts

OURS = """
page_by: [slack, email, sms]
pagerduty: [sev1]
rules: []
"""
SEVERITIES = (Path(__file__).parents[2] / "bot/policy/policies/default/severities.yml").read_text()
PAGED = SEVERITIES.replace('"oncall:primary"', '"group:oncall"')


@dataclass
class Outside:
    mail: Mailbox
    sms: HttpService
    pagerduty: HttpService

    @property
    def events(self) -> list[str]:
        return [got.json["event_action"] for got in self.pagerduty.got if got.path == "/v2/enqueue"]

    def settings(self) -> dict[str, Any]:
        return {
            "smtp_url": SecretStr(f"smtp://127.0.0.1:{self.mail.port}?tls=no"), "mail_from": "muster@example.org",
            "sms_webhook": SecretStr(f"{self.sms.address}/sms"), "webhook_secret": SecretStr("s3cret"),
            "pagerduty_routing_key": SecretStr("R0UTING"), "pagerduty_events_url": f"{self.pagerduty.address}/v2",
            "pagerduty_token": SecretStr("T0KEN"), "pagerduty_api_url": self.pagerduty.address,
            "pagerduty_webhook_secret": SecretStr(SECRET),
        }  # fmt: skip


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        mail = await stack.enter_async_context(a_mail_server())
        services = [await stack.enter_async_context(an_http_service(Order(202, "{}"))) for _ in range(2)]
        yield Outside(mail, *services)


@pytest.fixture
async def town(tmp_path: Path, outside: Outside) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", escalation=OURS, severities=PAGED)
    async with a_town(tmp_path / "data", policy) as town:
        town._build = {**town._build, "config": town._build["config"].model_copy(update=outside.settings())}
        await town.restarts()
        await town.connects()
        yield town


#: whom a sev1 pages besides whoever declared it
CALLED = ("ben", "chen", "dana")


def email(town: Town, name: str) -> str:
    return town.simulator.workspace.users[getattr(town, name).id].email


async def paged(town: Town, way: str) -> Sequence[str]:
    return [entry.text for entry in await town.timeline() if entry.kind == "paged" and way in entry.text]


async def test_everybody_on_call_is_woken_by_every_way(town: Town, outside: Outside) -> None:
    await town.declares("sev1 checkout is failing")
    await town.later(seconds=5)

    assert {to for to, _ in outside.mail.mails} == {email(town, name) for name in CALLED}
    assert len(outside.mail.mails) == len(outside.sms.got) == len(CALLED)
    assert all("SEV1" in mail["Subject"] and "checkout is failing" in mail["Subject"] for _, mail in outside.mail.mails)
    assert {got.json["kind"] for got in outside.sms.got} == {"sms"}
    assert len(await paged(town, "e-mail")) == len(await paged(town, "text message")) == len(CALLED)
    assert await town.troubles() == []


async def test_pagerduty_follows_the_incident(town: Town, outside: Outside) -> None:
    room = await town.declares("sev1 checkout is failing")
    assert outside.events == ["trigger"]

    [page] = [m for m in town.told(town.ben) if "ack" in acts(m)]
    await town.clicks(town.ben, page, "Acknowledge")
    assert outside.events == ["trigger", "acknowledge"]

    await town.says(town.ben, room, "/incident resolve rollback the deploy was reverted")
    assert outside.events == ["trigger", "acknowledge", "resolve"]
    assert {got.json["dedup_key"] for got in outside.pagerduty.got} == {f"muster-{(await town.incident()).id}"}


async def test_an_acknowledgement_in_pagerduty_is_one_here_by_the_same_person(town: Town, outside: Outside) -> None:
    await town.declares("sev1 checkout is failing")
    outside.pagerduty.answers(Order(200, json.dumps({"user": {"id": "PLH1HKV", "email": email(town, "ben")}})))
    body = event((await town.incident()).id)
    [address] = {f"http://{host}:{port}" for host, port, *_ in town.muster._web._runner.addresses}

    async with aiohttp.ClientSession() as session:
        for _ in range(4):
            headers = {"X-PagerDuty-Signature": signature(body, SECRET)}
            async with session.post(f"{address}/webhooks/pagerduty", data=body, headers=headers) as answer:
                assert answer.status == 202
    await town.later(seconds=10)

    assert (await town.incident()).acknowledged_by == f"slack:{town.ben.id}"
    [room] = town.rooms()
    assert sum(f"{town.ben.mention} acknowledged this" in m.words for m in town.heard(room)) == 1


async def test_a_sender_that_refuses_shows_on_the_record_and_the_other_ways_go_on(
    town: Town, outside: Outside
) -> None:  # fmt: skip
    outside.sms.answers(Order(403, "no"))

    room = await town.declares("sev1 checkout is failing")
    await town.later(seconds=10)

    assert len(outside.mail.mails) == len(CALLED) and len(await paged(town, "text message")) == 0
    failed = [entry.text for entry in await town.timeline() if entry.kind == "page_failed"]
    assert len(failed) == len(CALLED) and all("MUSTER_SMS_WEBHOOK" in text for text in failed)
    assert "s3cret" not in town.card(room).words


async def test_a_doubtful_text_message_goes_out_again_under_the_same_key(town: Town, outside: Outside) -> None:
    outside.sms.answers(Order(0), Order(200))

    await town.declares("sev1 checkout is failing")
    await town.later(minutes=1)

    keys = [got.headers["Idempotency-Key"] for got in outside.sms.got]
    assert len(keys) == len(CALLED) + 1 and len(set(keys)) == len(CALLED)
    assert len(await paged(town, "text message")) == len(CALLED)


async def test_a_test_page_goes_every_way_and_says_that_it_is_one(town: Town, outside: Outside) -> None:
    outside.sms.answers(Order(400, "{}"))
    told = await town.says(town.ana, "#general", "/incident testpage @ben")
    await town.later(seconds=5)

    assert "direct message, e-mail, text message" in told
    [(to, mail)] = outside.mail.mails
    assert to == email(town, "ben") and mail["Subject"].startswith("TEST")
    assert "Nothing is broken" in mail.get_content()
    [line] = [m.words for m in town.told(town.ana) if "The test page to" in m.words]
    assert "direct message sent; e-mail sent; text message failed (" in line
    assert outside.events == []
    assert await town.muster.store.incidents(open=None) == []
