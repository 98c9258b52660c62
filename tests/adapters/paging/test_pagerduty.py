"""Events as PagerDuty's contract wants them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from bot.adapters.paging.http import Line
from bot.adapters.paging.pagerduty import PagerDutyAlarms
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Rejected
from bot.ports import Alarm
from tests.adapters.paging.servers import HttpService, Order

KEY = "e93facc04764012d7bfb002500d5d1a6"
ALARM = Alarm(
    "01JINC", "#12", "#12 SEV1: checkout is failing", "It fails.", "https://slack.test/archives/C1", "critical"
)
DONE = Order(202, '{"status": "success"}')

#: the part of the Events API v2 that Muster uses: https://developer.pagerduty.com/docs/send-alert-event
TEXT = {"type": "string", "minLength": 1}
PAYLOAD = {
    "type": "object", "required": ["summary", "severity", "source"], "additionalProperties": False,
    "properties": {
        "summary": {**TEXT, "maxLength": 1024}, "source": TEXT, "custom_details": {"type": "object"},
        "severity": {"enum": ["critical", "error", "warning", "info"]},
    },
}  # fmt: skip
LINK = {
    "type": "object",
    "required": ["href"],
    "additionalProperties": False,
    "properties": {"href": TEXT, "text": TEXT},
}
EVENT = {
    "type": "object", "required": ["routing_key", "event_action", "dedup_key"], "additionalProperties": False,
    "properties": {
        "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255}, "payload": PAYLOAD, "client": TEXT,
        "client_url": TEXT, "links": {"type": "array", "items": LINK},
    },
    "if": {"properties": {"event_action": {"const": "trigger"}}}, "then": {"required": ["payload"]},
}  # fmt: skip


@pytest.fixture
def alarms(service: HttpService, client: httpx.AsyncClient, clock: StoppedClock) -> PagerDutyAlarms:
    service.answers(DONE)
    return PagerDutyAlarms(Line("PagerDuty", client, clock), f"{service.address}/v2/", KEY)


async def events(service: HttpService, alarms: PagerDutyAlarms, *given: Alarm) -> list[dict[str, Any]]:
    for alarm in given:
        for verb in (alarms.trigger, alarms.acknowledge, alarms.resolve):
            await verb(alarm)
    return [got.json for got in service.got]


@pytest.mark.parametrize("severity", ["critical", "error", "warning", "info"])
async def test_each_event_keeps_the_contract(service: HttpService, alarms: PagerDutyAlarms, severity: str) -> None:
    sent = await events(
        service, alarms, replace(ALARM, severity=severity), replace(ALARM, link="", text="", subject="")
    )

    for event in sent:
        assert list(Draft202012Validator(EVENT).iter_errors(event)) == []
    assert [event["event_action"] for event in sent] == ["trigger", "acknowledge", "resolve"] * 2
    assert {event["dedup_key"] for event in sent} == {"muster-01JINC"}
    assert sent[0]["payload"]["severity"] == severity


async def test_an_alarm_says_what_is_wrong_and_leads_to_slack(service: HttpService, alarms: PagerDutyAlarms) -> None:
    await alarms.trigger(ALARM)

    [got] = service.got
    assert got.path == "/v2/enqueue" and got.headers["Content-Type"] == "application/json"
    assert got.json["payload"]["summary"] == ALARM.subject
    assert got.json["payload"]["custom_details"] == {"incident": "#12", "text": "It fails."}
    assert got.json["links"] == [{"href": ALARM.link, "text": "#12 in Slack"}]


async def test_a_long_subject_is_cut_to_what_pagerduty_takes(service: HttpService, alarms: PagerDutyAlarms) -> None:
    await alarms.trigger(replace(ALARM, subject="é\n" * 2000, text="x" * 600_000))

    [got] = service.got
    assert len(got.json["payload"]["summary"]) == 1024 and got.json["payload"]["summary"].endswith("…")
    assert len(got.body) < 512 * 1024


async def test_pagerdutys_own_words_are_told_without_the_key(service: HttpService, alarms: PagerDutyAlarms) -> None:
    said = {
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": [f"'routing_key' {KEY}\nis wrong."],
    }
    service.answers(Order(400, json.dumps(said)))

    with pytest.raises(Rejected) as why:
        await alarms.trigger(ALARM)

    assert why.value.sentence == (
        "PagerDuty refused the event: Event object is invalid; 'routing_key' (hidden) is wrong."
    )


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"errors": 7, "message": null}', '{"message": ""}'])
async def test_a_refusal_without_words_is_a_sentence_too(
    service: HttpService, alarms: PagerDutyAlarms, body: str
) -> None:  # fmt: skip
    service.answers(Order(400, body))

    with pytest.raises(Rejected, match=r"^PagerDuty refused the event\.$"):
        await alarms.trigger(ALARM)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_not_known_names_the_setting(
    service: HttpService, alarms: PagerDutyAlarms, status: int
) -> None:  # fmt: skip
    service.answers(Order(status))

    with pytest.raises(Rejected, match="MUSTER_PAGERDUTY_ROUTING_KEY"):
        await alarms.trigger(ALARM)


@pytest.mark.parametrize("status", [302, 404, 407])
async def test_an_answer_that_pagerduty_never_gives_is_waited_out(
    service: HttpService, alarms: PagerDutyAlarms, status: int
) -> None:  # fmt: skip
    service.answers(Order(status, headers={"Location": "http://127.0.0.1:1/"}))

    with pytest.raises(Busy, match="something in between"):
        await alarms.trigger(ALARM)

    assert len(service.got) == 1
