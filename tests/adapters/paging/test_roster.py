"""Who is on call by PagerDuty's own word."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.adapters.paging.acquainted import acquainted
from bot.adapters.paging.http import Line
from bot.adapters.paging.roster import PagerDutyRoster
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Doubt, Rejected
from tests.adapters.paging.servers import HttpService, Order
from tests.fakes import FakeDirectory

PAST, LATER = "2026-11-20T17:00:00Z", "2026-11-21T17:00:00Z"


@pytest.fixture
def roster(service: HttpService, client: httpx.AsyncClient, clock: StoppedClock) -> PagerDutyRoster:
    return PagerDutyRoster(Line("PagerDuty", client, clock), clock, f"{service.address}/", "T0KEN")


def entry(email: str | None, start: str | None = PAST, end: str | None = LATER, level: int = 1) -> dict[str, Any]:
    user = {"id": f"P{email}", "type": "user", "summary": "A person", **({"email": email} if email else {})}
    return {"user": user, "schedule": {"id": "PSCHED1"}, "start": start, "end": end, "escalation_level": level}


def oncalls(*entries: Any) -> Order:
    return Order(200, json.dumps({"oncalls": list(entries), "limit": 100, "offset": 0, "more": False}))


async def test_it_asks_for_those_on_call_now_with_their_addresses(
    service: HttpService, roster: PagerDutyRoster
) -> None:  # fmt: skip
    service.answers(oncalls())

    await roster.on_call("PSCHED1")

    [got] = service.got
    assert (got.method, got.path) == ("GET", "/oncalls")
    asked = {"schedule_ids[]": "PSCHED1", "include[]": "users", "earliest": "true"}
    assert asked.items() <= got.query.items()
    assert got.headers["Authorization"] == "Token token=T0KEN"
    assert got.headers["Accept"] == "application/vnd.pagerduty+json;version=2"


async def test_each_person_once_and_by_level(service: HttpService, roster: PagerDutyRoster) -> None:
    """A schedule that stands in two escalation policies comes once for each."""
    service.answers(oncalls(entry("ben@x.test", level=2), entry("ana@x.test"), entry("ben@x.test", level=3)))

    assert await roster.on_call("PSCHED1") == ("ana@x.test", "ben@x.test")


async def test_whoever_comes_later_is_not_on_call_yet(service: HttpService, roster: PagerDutyRoster) -> None:
    service.answers(oncalls(
        entry("later@x.test", start=LATER, end=None), entry("before@x.test", end="2026-11-21T03:00:00Z"),
        entry("now@x.test", start="2026-11-21T04:00:00+01:00"), entry("always@x.test", start=None, end=None, level=2),
        entry("odd@x.test", start="tomorrow", end="2026-11-21", level=3),
    ))  # fmt: skip

    assert await roster.on_call("PSCHED1") == ("now@x.test", "always@x.test", "odd@x.test")


async def test_a_key_that_may_not_see_addresses_is_told_so(service: HttpService, roster: PagerDutyRoster) -> None:
    service.answers(oncalls(entry(None)))

    with pytest.raises(Rejected, match="MUSTER_PAGERDUTY_TOKEN a key that may read users"):
        await roster.on_call("PSCHED1")


@pytest.mark.parametrize(
    ("status", "words"), [(401, "MUSTER_PAGERDUTY_TOKEN"), (403, "TOKEN"), (404, "PSCHED1"), (400, "PSCHED1")]
)
async def test_refusals_say_what_would_be_right(
    service: HttpService, roster: PagerDutyRoster, status: int, words: str
) -> None:  # fmt: skip
    service.answers(Order(status, "{}"))

    with pytest.raises(Rejected, match=words):
        await roster.on_call("PSCHED1")


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"oncalls": 7}', "x" * 300_000])
async def test_an_answer_that_cannot_be_read_is_a_doubt(
    service: HttpService, roster: PagerDutyRoster, body: str
) -> None:  # fmt: skip
    service.answers(Order(200, body))

    with pytest.raises(Doubt, match="could not be read"):
        await roster.on_call("PSCHED1")


@pytest.mark.parametrize("odd", [None, 7, "x", {}, {"user": None}, {"user": {"email": 7}}, {"user": {"email": "none"}}])
async def test_odd_entries_are_left_out(service: HttpService, roster: PagerDutyRoster, odd: Any) -> None:
    service.answers(oncalls(odd, entry("ana@x.test")))

    assert await roster.on_call("PSCHED1") == ("ana@x.test",)


async def test_something_in_between_is_waited_out(service: HttpService, roster: PagerDutyRoster) -> None:
    service.answers(Order(302, headers={"Location": "http://127.0.0.1:1/"}))

    with pytest.raises(Busy):
        await roster.on_call("PSCHED1")


async def test_a_person_of_pagerduty_is_known_by_their_address(service: HttpService, roster: PagerDutyRoster) -> None:
    service.answers(Order(200, json.dumps({"user": {"id": "P/1", "email": "ana@x.test"}})))
    known = acquainted(roster, FakeDirectory(people={"ana@x.test": "slack:U1"}))

    assert await known("P/../1") == "slack:U1"
    assert service.got[0].path == "/users/P%2F..%2F1"


@pytest.mark.parametrize("order", [
    Order(200, '{"user": {"email": "stranger@x.test"}}'), Order(200, '{"user": {}}'), Order(200, "[]"), Order(404),
    Order(429), Order(500), Order(0), Order(401),
])  # fmt: skip
async def test_who_cannot_be_known_is_nobody_and_no_failure(
    service: HttpService, roster: PagerDutyRoster, order: Order
) -> None:  # fmt: skip
    service.answers(order)

    assert await acquainted(roster, FakeDirectory())("P1") is None
