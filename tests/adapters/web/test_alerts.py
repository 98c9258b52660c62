"""Whoever knows the secret may send alerts, in the form of their source; whatever is wrong with one is said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot import app
from bot.adapters.web.forms import FORMS, Unreadable
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource, Fields
from tests.alerting import SIGNED, TOKEN, Door, a_door, delivery, fires
from tests.town import NIGHT, Town

NOW = datetime(2026, 11, 21, 3, 0, 30, tzinfo=UTC)


@pytest.fixture
async def door(town: Town) -> AsyncIterator[Door]:
    async with a_door(town) as door:
        yield door


def basic(password: str) -> str:
    return f"Basic {base64.b64encode(f'am:{password}'.encode()).decode()}"


def signature(body: bytes, key: str = TOKEN) -> str:
    return f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"


def pagerduty(kind: str = "incident.triggered", key: str = "abc", **more: Any) -> bytes:
    data = {
        "id": "PGR0VU2", "type": "incident", "title": "checkout is failing", "incident_key": key, "urgency": "high",
        "html_url": "https://x.test/PGR0VU2", "created_at": "2026-11-21T02:58:00Z", "priority": {"summary": "P1"},
        "service": {"summary": "checkout"},
    }  # fmt: skip
    event = {"id": "01E", "event_type": kind, "occurred_at": "2026-11-21T03:00:00Z", "data": {**data, **more}}
    return json.dumps({"event": event}).encode()


# who may


BODY = json.dumps(delivery(fires())).encode()
WAYS: list[tuple[dict[str, str], str]] = [
    ({"Authorization": f"Bearer {TOKEN}"}, ""),
    ({"Authorization": basic(TOKEN)}, ""),
    ({}, f"?token={TOKEN}"),
    ({"X-Muster-Signature": signature(BODY)}, ""),
]
WRONG: list[tuple[dict[str, str], str]] = [
    ({}, ""),
    ({"Authorization": "Bearer "}, ""),
    ({"Authorization": "Bearer other"}, ""),
    ({"Authorization": basic("other")}, ""),
    ({"Authorization": "Basic ?"}, ""),
    ({"Authorization": "Bearer \xff\xfe"}, ""),
    ({}, "?token="),
    ({"X-Muster-Signature": signature(BODY + b" ")}, ""),
    ({"X-Muster-Signature": "sha256="}, ""),
    ({"X-PagerDuty-Signature": f"v1={hmac.new(SIGNED.encode(), BODY, hashlib.sha256).hexdigest()}"}, ""),
]


@pytest.mark.parametrize(("headers", "query"), WAYS)
async def test_whoever_brings_the_token_is_heard(
    town: Town, door: Door, headers: dict[str, str], query: str
) -> None:  # fmt: skip
    answer = await door.sends("alertmanager", BODY, headers, query)
    assert (answer.status, answer.json) == (
        200, {"taken": 1, "new": 1, "repeated": 0, "cleared": 0, "opened": 1}
    )  # fmt: skip


@pytest.mark.parametrize(("headers", "query"), WRONG)
@pytest.mark.parametrize("source", ["alertmanager", "nobody"])
async def test_nobody_else_is_heard(
    town: Town, door: Door, headers: dict[str, str], query: str, source: str
) -> None:  # fmt: skip
    answer = await door.sends(source, BODY, headers, query)
    assert answer.status == 401
    assert TOKEN not in answer.text
    assert "alertmanager" not in answer.text
    assert await town.muster.store.incidents() == []


async def test_without_a_token_only_what_pagerduty_signs_is_heard(town: Town) -> None:
    async with a_door(town, token="") as door:
        for headers in ({}, {"Authorization": "Bearer "}, {"X-Muster-Signature": signature(BODY, "")}):
            assert (await door.sends("alertmanager", BODY, headers)).status == 401
        body = pagerduty()
        right = {"X-PagerDuty-Signature": f"v1={hmac.new(SIGNED.encode(), body, hashlib.sha256).hexdigest()}"}
        assert (await door.sends("pagerduty", body, right)).status == 200
        assert (await door.sends("pagerduty", pagerduty(key="other"), right)).status == 401


# what is answered


async def test_an_unknown_source_is_told_which_there_are(door: Door) -> None:
    answer = await door.sends("nagios", delivery(fires()))
    assert answer.status == 404
    assert "alertmanager, pagerduty, grafana, statuspage, generic" in answer.text


async def test_too_much_is_refused_and_the_limit_said(door: Door, town: Town) -> None:
    assert (await door.sends("alertmanager", b" " * (1024 * 1024 + 1))).status == 413
    few = [{**fires(n=n), "annotations": {}, "generatorURL": ""} for n in range(2001)]
    answer = await door.sends("alertmanager", delivery(*few))
    assert (answer.status, "2001" in answer.text, "2000" in answer.text) == (400, True, True)
    assert await town.muster.store.incidents() == []


@pytest.mark.parametrize(
    ("source", "body", "sentence"),
    [
        ("alertmanager", b"{", "The body is no JSON."),
        ("alertmanager", b"[" * 100_000, "The body is no JSON."),
        ("alertmanager", [], "The body must be an object, and is a list."),
        ("alertmanager", {}, "alerts must be a list, and is missing."),
        ("alertmanager", delivery(fires(), "x"), "alerts.1 must be an object, and is text."),
        ("alertmanager", delivery({**fires(), "status": "?"}), "alerts.0.status must be firing or resolved, and is ?."),
        ("alertmanager", delivery({**fires(), "labels": {"a": []}}), "alerts.0.labels.a must be text, and is a list."),
        ("grafana", delivery({**fires(), "startsAt": "soon"}), "alerts.0.startsAt must be a time"),
        ("grafana", delivery({**fires(), "startsAt": True}), "alerts.0.startsAt must be a time"),
        ("pagerduty", {"event": {}}, "event.event_type is missing."),
        ("pagerduty", {"event": {"event_type": "incident.triggered", "data": {}}}, "event.data.id is missing."),
        ("statuspage", {"page": {}}, "There is neither incident nor component"),
        ("statuspage", {"incident": {"status": "investigating"}}, "incident.id is missing."),
        ("generic", {}, "name is missing."),
        ("generic", {"name": {}}, "name must be text, and is an object."),
        ("generic", {"name": "x", "at": 1e300}, "at must be a time"),
        ("generic", 5, "The body must be an object, and is a number."),
    ],
)
async def test_what_is_wrong_with_a_delivery_is_said(
    town: Town, door: Door, source: str, body: Any, sentence: str
) -> None:  # fmt: skip
    answer = await door.sends(source, body)
    assert answer.status == 400
    assert sentence in answer.text
    assert await town.muster.store.alert_groups(None) == []


async def test_a_delivery_is_answered_when_it_is_written_down(
    town: Town, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """A store that cannot write: the sender is to try again, and then all is well."""

    async def broken(*_: object) -> None:
        raise OperationalError(None, None, Exception("disk I/O error"))

    with monkeypatch.context() as patch:
        patch.setattr(town.muster.store, "transact", broken)
        answer = await door.sends("alertmanager", delivery(fires()))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert town.errors.pop().startswith("Alerts were not kept: OperationalError")

    assert (await door.sends("alertmanager", delivery(fires()))).json["opened"] == 1


async def test_the_same_body_again_changes_nothing_but_the_count(town: Town, door: Door) -> None:
    body = delivery(fires(), fires("Errors", "web"))
    await door.sends("alertmanager", body)
    await town.settle()
    before = await town.incident()
    for _ in range(3):
        assert (await door.sends("alertmanager", body)).json["repeated"] == 2
    await town.later(minutes=1)

    assert (await town.incident()).alerts == before.alerts
    assert [kept.times for kept in await town.muster.store.alerts_of(before.id)] == [4, 4]
    assert len(await town.muster.store.incidents(open=None)) == 1


async def test_what_muster_itself_raised_in_pagerduty_declares_nothing(town: Town, door: Door) -> None:
    await town.declares("sev1 checkout is failing")
    ours = f"muster-{(await town.incident()).id}"
    for kind in ("incident.triggered", "incident.reopened", "incident.resolved"):
        assert (await door.sends("pagerduty", pagerduty(kind, ours))).json == {"taken": 0}
    assert len(await town.muster.store.incidents(open=None)) == 1
    assert (await door.sends("pagerduty", pagerduty())).json["new"] == 1


async def test_a_priority_that_the_policy_does_not_know_leaves_the_urgency(town: Town, door: Door) -> None:
    """PagerDuty's priorities are called as each customer likes; its urgencies are high and low."""
    await door.sends("pagerduty", pagerduty(priority={"summary": "Sev-Blue"}))
    incident = await town.incident()
    assert (incident.title, incident.severity) == ("checkout is failing on checkout", "sev2")
    assert [raised.grade for raised in incident.alerts.values()] == ["high"]


async def test_secrets_in_alerts_are_kept_nowhere(town: Town, door: Door) -> None:
    secret = "hunter2hunter2"
    evil = {
        **fires(severity="critical"), "generatorURL": f"https://u:{secret}@x.test/",
        "annotations": {"summary": f"postgresql://app:{secret}@db/shop"},
    }  # fmt: skip
    evil["labels"] = {**evil["labels"], "dsn": f"redis://:{secret}@cache"}
    await door.sends("alertmanager", delivery(evil))
    await town.later(minutes=1)

    kept = await town.muster.store.alerts_of((await town.incident()).id)
    assert secret not in repr(kept)
    assert secret not in repr(await town.timeline())
    assert not any(secret in message.words for message in town.everything())


async def test_muster_listens_once_there_is_a_token(town: Town, tmp_path: Path) -> None:
    config = town._build["config"].model_copy(update={"data_dir": tmp_path / "bare"})
    for token, status in (("", 404), (TOKEN, 200)):
        build = {**town._build, "config": config.model_copy(update={"alert_token": SecretStr(token)})}
        muster = await app.build(**build)
        try:
            async with aiohttp.ClientSession() as session:
                door = Door(session, f"http://127.0.0.1:{await muster.start()}")
                assert (await door.sends("alertmanager", delivery(fires(severity="info")))).status == status
        finally:
            await muster.stop()


# the forms


def read(form: str, body: Any, **more: Any) -> list[Alert]:
    source = AlertSource(id="src", title="Vendor", form=form, **more)
    return FORMS[form](json.loads(body) if isinstance(body, bytes) else body, source, NOW)


def test_alertmanager() -> None:
    [alert] = read("alertmanager", delivery(fires(n=7)))
    assert alert == Alert(
        "src", "HighLatency-api-7", "HighLatency", True, "high", datetime(2026, 11, 21, 3, 0, 0, 123456, tzinfo=UTC),
        service="api", summary="HighLatency of api on i7", link="http://prometheus.test/graph?g0.expr=up",
        labels={"alertname": "HighLatency", "service": "api", "severity": "high", "instance": "i7"},
    )  # fmt: skip
    [over] = read("alertmanager", delivery(fires(status="resolved"), status="firing"))
    assert (over.firing, over.until) == (False, datetime(2026, 11, 21, 3, 10, tzinfo=UTC))


def test_alertmanager_without_what_is_not_needed() -> None:
    bare = {"status": "firing", "labels": {"job": "node"}, "startsAt": None}
    [alert] = read("alertmanager", {"alerts": [bare]}, grade="warning")
    assert (alert.name, alert.service, alert.grade, alert.since) == ("alert", "node", "warning", NOW)
    [same] = read("alertmanager", {"alerts": [{**bare, "annotations": {"summary": "other"}}]})
    [other] = read("alertmanager", {"alerts": [{**bare, "labels": {"job": "x"}}]})
    assert alert.fingerprint == same.fingerprint != other.fingerprint


def test_grafana() -> None:
    said = {**fires(), "dashboardURL": "https://g.test/d/1", "panelURL": "https://g.test/d/1?viewPanel=2"}
    [alert] = read("grafana", delivery(said))
    assert alert.link == "https://g.test/d/1?viewPanel=2"
    labels = {"alertname": "DatasourceNoData", "rulename": "Checkout rate"}
    [nameless] = read("grafana", delivery({**fires(), "labels": labels, "panelURL": ""}))
    assert nameless.name == "Checkout rate: DatasourceNoData"


def test_pagerduty() -> None:
    [alert] = read("pagerduty", pagerduty())
    assert (alert.fingerprint, alert.name, alert.service, alert.grade) == (
        "PGR0VU2", "checkout is failing", "checkout", "P1"
    )  # fmt: skip
    assert (alert.firing, alert.since) == (True, datetime(2026, 11, 21, 2, 58, tzinfo=UTC))
    [over] = read("pagerduty", pagerduty("incident.resolved", priority=None))
    assert (over.firing, over.grade, over.id) == (False, "high", alert.id)
    assert read("pagerduty", pagerduty("incident.acknowledged")) == []
    assert read("pagerduty", {"event": {"event_type": "pagey.ping", "data": {"message": "Hello"}}}) == []


STATUSPAGE = {
    "page": {"id": "p", "status_indicator": "major", "status_description": "Partial System Outage"},
    "incident": {
        "id": "lbkhbwn21v5q", "name": "Cards are declined", "status": "investigating", "impact": "major",
        "shortlink": "https://stspg.io/x", "created_at": "2026-11-21T02:50:00Z", "resolved_at": None,
        "incident_updates": [{"body": "We are looking into it.", "status": "investigating"}],
    },
}  # fmt: skip


def test_statuspage() -> None:
    [alert] = read("statuspage", STATUSPAGE)
    assert (alert.name, alert.service, alert.grade, alert.type) == (
        "Cards are declined", "Vendor", "major", "vendor_down"
    )  # fmt: skip
    assert (alert.fingerprint, alert.summary) == ("lbkhbwn21v5q", "We are looking into it.")
    ended = {**STATUSPAGE["incident"], "status": "resolved", "resolved_at": "2026-11-21T03:10:00Z"}
    [over] = read("statuspage", {"incident": ended})
    assert (over.firing, over.id) == (False, alert.id)
    [planned] = read("statuspage", {"incident": {**STATUSPAGE["incident"], "status": "scheduled"}})
    assert planned.type == "maintenance"


@pytest.mark.parametrize(("status", "firing"), [("major_outage", True), ("operational", False)])
def test_a_component_of_a_status_page(status: str, firing: bool) -> None:
    update = {"new_status": status, "created_at": "2026-11-21T02:50:00Z", "component_id": "c1"}
    [alert] = read("statuspage", {"component_update": update, "component": {"id": "c1", "name": "API"}})
    assert (alert.name, alert.firing, alert.fingerprint) == ("API", firing, "component:c1")


def test_any_json_by_the_fields_of_the_policy() -> None:
    fields = Fields(
        each="checks", name="check.title", fingerprint="check.id", service="tags.0", since="down_since",
        status="state", over=("UP",),
    )  # fmt: skip
    body = {"checks": [
        {"check": {"title": "Login", "id": 12}, "tags": ["web"], "down_since": 1795230000, "state": "down"},
        {"check": {"title": "Login", "id": 13}, "tags": [], "state": "up", "labels": {"region": "eu"}},
    ]}  # fmt: skip
    first, second = read("form", body, fields=fields, grade="high")
    assert (first.name, first.fingerprint, first.service, first.grade) == ("Login", "12", "web", "high")
    assert (first.firing, first.since) == (True, NIGHT)
    assert (second.firing, second.service, second.labels) == (False, "", {"region": "eu"})


def test_without_an_id_the_same_name_service_and_labels_are_the_same_alert() -> None:
    said = {"name": "Down", "service": "web", "summary": "one"}
    [one], [two] = read("form", said), read("form", {**said, "summary": "two", "severity": "low"})
    [other] = read("form", {**said, "labels": {"region": "eu"}})
    assert one.id == two.id != other.id


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("body", [None, 1, "x", [], {}, {"alerts": None}, {"event": []}, {"incident": 1}])
def test_no_form_takes_what_it_does_not_know(form: str, body: Any) -> None:
    with pytest.raises(Unreadable):
        read(form, body)
