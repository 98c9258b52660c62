"""What people do in PagerDuty counts here, once, and only if PagerDuty itself says it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot import app
from bot.adapters.web import pagerduty
from bot.adapters.web.server import WebServer
from bot.engine.clock import Clock, StoppedClock
from bot.engine.outcomes import Rejected
from bot.workflows.desk import Desk
from tests.town import NIGHT, Town, a_town

SECRET, OLD = "0ur-secret", "0ld-secret"
BEN_THERE = {"id": "PLH1HKV", "type": "user_reference", "summary": "Ben Ola", "html_url": "https://x.test/PLH1HKV"}
US_THERE = {"id": "PINT1", "type": "events_api_v2_inbound_integration_reference", "summary": "Muster"}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


def event(incident: str, kind: str = "incident.acknowledged", id: str = "01EVENT", **more: Any) -> bytes:
    data = {
        "id": "PGR0VU2", "type": "incident", "number": 2, "status": "acknowledged", "title": "checkout is failing",
        "incident_key": f"muster-{incident}", "assignees": [], "resolve_reason": None,
    }  # fmt: skip
    said = {
        "id": id, "event_type": kind, "resource_type": "incident", "occurred_at": "2026-11-21T03:02:00.169Z",
        "agent": BEN_THERE, "client": {"name": "PagerDuty"}, "data": data,
    }  # fmt: skip
    return json.dumps({"event": {**said, **more}}).encode()


def signature(body: bytes, *secrets: str) -> str:
    return ",".join(f"v1={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}" for secret in secrets)


@dataclass(frozen=True)
class Door:
    """`sends` is PagerDuty at our door; the status of the answer."""

    address: str

    async def sends(self, body: Any, signed: str | None = "") -> int:
        signed = signature(body, SECRET) if signed == "" else signed
        headers = {"Content-Type": "application/json", **({"X-PagerDuty-Signature": signed} if signed else {})}
        async with aiohttp.ClientSession() as session, session.post(self.address, data=body, headers=headers) as answer:
            assert SECRET not in await answer.text()
            return answer.status


@asynccontextmanager
async def a_door(town: Town, people: Mapping[str, str] | None = None, store: Any = None) -> AsyncIterator[Door]:
    desk = replace(town.muster.desk, store=store) if store else town.muster.desk
    async with open_to(desk, town.clock, people) as door:
        yield door


@asynccontextmanager
async def open_to(desk: Desk, clock: Clock, people: Mapping[str, str] | None = None) -> AsyncIterator[Door]:
    async def known(user: str) -> str | None:
        return (people or {}).get(user)

    server = WebServer([pagerduty.route(desk, clock, SECRET, known)], "127.0.0.1", 0)
    try:
        yield Door(f"http://127.0.0.1:{await server.start()}{pagerduty.PATH}")
    finally:
        await server.stop()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door behind which nobody is: whatever would be acted on fails."""
    async with open_to(cast(Desk, None), StoppedClock(NIGHT)) as door:
        yield door


async def declared(town: Town) -> str:
    await town.declares("sev1 checkout is failing")
    return (await town.incident()).id


async def test_an_acknowledgement_there_counts_here_once(town: Town) -> None:
    id = await declared(town)
    async with a_door(town) as door:
        for _ in range(4):
            assert await door.sends(event(id)) == 202
        await town.later(seconds=10)

    incident = await town.incident()
    assert incident.acknowledged_by == "pagerduty:Ben_Ola"
    assert [entry.by for entry in await town.timeline() if "acknowledged" in entry.text] == ["pagerduty:Ben_Ola"]
    [room] = town.rooms()
    assert sum("Ben Ola (PagerDuty) acknowledged this" in message.words for message in town.heard(room)) == 1
    assert "Ben Ola (PagerDuty)" in town.card(room).words


async def test_whoever_is_known_here_acknowledges_as_themselves(town: Town) -> None:
    id = await declared(town)
    async with a_door(town, people={"PLH1HKV": f"slack:{town.ben.id}"}) as door:
        assert await door.sends(event(id)) == 202
        await town.settle()

    assert (await town.incident()).acknowledged_by == f"slack:{town.ben.id}"


async def test_somebody_was_faster(town: Town) -> None:
    id = await declared(town)
    [to_chen] = town.told(town.chen)
    await town.clicks(town.chen, to_chen, "Acknowledge")
    async with a_door(town) as door:
        assert await door.sends(event(id)) == 202
        await town.settle()

    assert (await town.incident()).acknowledged_by == f"slack:{town.chen.id}"


async def test_the_end_there_is_a_note_and_the_incident_goes_on(town: Town) -> None:
    id = await declared(town)
    async with a_door(town) as door:
        for kind, delivery in (("incident.resolved", "1"), ("incident.reopened", "2"), ("incident.resolved", "1")):
            assert await door.sends(event(id, kind, delivery)) == 202
        await town.settle()

    notes = [entry.text for entry in await town.timeline() if entry.kind == "noted"]
    assert len(notes) == 2 and "Resolved in PagerDuty." in notes[0] and "Opened again in PagerDuty." in notes[1]
    assert not (await town.incident()).over


NOTHING: list[dict[str, Any]] = [
    {"agent": US_THERE}, {"agent": None}, {"agent": {"type": "user_reference", "id": "../P1", "summary": "x"}},
    {"kind": "incident.unacknowledged"}, {"kind": "incident.reassigned"}, {"kind": "incident.triggered"},
    {"kind": "pagey.ping", "data": {"type": "ping", "message": "Hello"}}, {"data": {"incident_key": None}},
    {"data": {"incident_key": "srv01/HTTP"}}, {"data": {"incident_key": "muster-01JNOTHERE"}}, {"data": []},
    {"data": {"incident_key": "muster-'; drop table incidents; --"}},
]  # fmt: skip


async def test_what_is_not_a_person_acknowledging_one_of_ours_changes_nothing(town: Town) -> None:
    """It is answered well all the same: PagerDuty stops sending to those who refuse three in a row."""
    id = await declared(town)
    before = await town.muster.store.facts(id)
    async with a_door(town) as door:
        for number, more in enumerate(NOTHING):
            assert await door.sends(event(id, **{"id": f"01EVENT{number}", **more})) == 202, more
        await town.settle()

    assert await town.muster.store.facts(id) == before


async def test_what_is_over_stays_over(town: Town) -> None:
    id = await declared(town)
    [room] = town.rooms()
    await town.says(town.ana, room, "/incident cancel it was a test")
    async with a_door(town) as door:
        assert await door.sends(event(id)) == 202

    assert (await town.incident()).acknowledged_by is None


RIGHT = signature(b"{}", SECRET)


@pytest.mark.parametrize("signed", [
    None, " ", "v1=", "v1=0", RIGHT[:-1], f"{RIGHT}0", RIGHT.upper(), RIGHT.removeprefix("v1="),
    RIGHT.replace("v1", "v2"), signature(b"{}", OLD), signature(b"{} ", SECRET), signature(b"{}", ""), ",,,",
    f"v1=é{RIGHT}", RIGHT.replace("=", " = "),
])  # fmt: skip
async def test_what_pagerduty_did_not_sign_is_not_heard(door: Door, signed: str | None) -> None:
    assert await door.sends(b"{}", signed) == 401


async def test_an_unsigned_acknowledgement_changes_nothing(town: Town) -> None:
    id = await declared(town)
    async with a_door(town) as door:
        assert await door.sends(event(id), signature(event("another"), SECRET)) == 401
        await town.settle()

    assert (await town.incident()).acknowledged_by is None


@pytest.mark.parametrize("secrets", [(OLD, SECRET), (SECRET, OLD), (OLD, "third", SECRET)])
async def test_while_the_secret_is_changed_one_of_two_signatures_will_do(door: Door, secrets: tuple[str, ...]) -> None:
    body = event("another", "incident.triggered")

    assert await door.sends(body, signature(body, *secrets)) == 202
    assert await door.sends(body, signature(body, *secrets).replace(",", ", ")) == 202


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"7", b'"event"', b"{}", b'{"event": null}', b'{"event": []}', b'{"event": {}}',
    b'{"event": {"id": 7, "event_type": "x", "data": {}}}', b'{"event": {"id": "", "event_type": "x", "data": {}}}',
    b'{"event": {"id": "a b", "event_type": "x", "data": {}}}', b'{"event": {"id": "1", "event_type": 7, "data": {}}}',
    b"\xff\xfe", b"[" * 100_000,
])  # fmt: skip
async def test_what_is_no_event_is_no_good(door: Door, body: bytes) -> None:
    assert await door.sends(body) == 400


async def endless() -> AsyncIterator[bytes]:
    for _ in range(40):
        yield b" " * 16 * 1024


async def test_a_huge_body_is_not_read_to_its_end(door: Door) -> None:
    limit, fits = pagerduty.MOST_BYTES, event("another", "incident.triggered")

    assert await door.sends(b" " * (limit + 1)) == 413
    assert await door.sends(endless(), RIGHT) == 413
    assert await door.sends(fits + b" " * (limit - len(fits))) == 202


class Unwritable:
    async def transact(self, *_: Any) -> Any:
        raise OperationalError("the disk is full", {}, Exception())


async def test_what_could_not_be_written_is_not_taken_for_done(town: Town) -> None:
    """PagerDuty sends again what was answered with 5xx: https://developer.pagerduty.com/docs/webhook-behavior"""
    id = await declared(town)
    async with a_door(town, store=Unwritable()) as door:
        assert await door.sends(event(id)) >= 500
    async with a_door(town) as door:
        assert await door.sends(event(id)) == 202

    assert (await town.incident()).acknowledged_by


async def test_without_a_secret_nobody_is_listened_to(town: Town, tmp_path: Path) -> None:
    config = town._build["config"]
    build = {**town._build, "config": config.model_copy(update={"data_dir": tmp_path / "bare"})}
    for secret, status in (("", 404), (SECRET, 202)):
        build["config"] = build["config"].model_copy(update={"pagerduty_webhook_secret": SecretStr(secret)})
        muster = await app.build(**build)
        try:
            door = Door(f"http://127.0.0.1:{await muster.start()}{pagerduty.PATH}")
            assert await door.sends(event("01JNOTHERE")) == status
        finally:
            await muster.stop()


async def test_somebody_only_pagerduty_knows_cannot_be_written_to(town: Town) -> None:
    with pytest.raises(Rejected, match="nobody in Slack"):
        await town.muster.desk.chat.direct("pagerduty:Ben_Ola")
