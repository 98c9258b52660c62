"""
The default policy and the practice shop: each way to break it leads to its cause first, and to no wrong one.

The readings are what the probes find there while it is broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.observation import Fault, Look, Observation, Reading
from bot.policy.book import Book, load
from bot.policy.judging import Finding, find, observe
from bot.practice.service.breaks import KINDS

from .asking import AT


class Saw(NamedTuple):
    """What differs in a reading from that of a healthy shop."""

    fault: str = ""
    values: Mapping[str, float] = {}
    text: str = ""


REFUSED = Saw("refused")
#: a healthy shop, by probe; those of targets that have no address are left out
HEALTHY: dict[str, Saw] = {
    "shop-health": Saw(values={"seconds": 0.004, "status": 200}),
    "shop-orders": Saw(values={"seconds": 0.006, "status": 200}),
    "shop-websocket": Saw(values={"seconds": 0.003, "answer_seconds": 0.001}, text='{"type": "pong"}'),
    "shop-process": Saw(values={"count": 1, "memory_percent": 0.6, "cpu_percent": 4}),
    "shop-metrics": Saw(values={"memory_usage_percent": 24, "sessions": 9, "circuit_open": 0}),
    "shop-traffic": Saw(values={"error_percent": 0, "p95_seconds": 0.009}),
    "shop-log": Saw(text="2026-11-24T20:00:00.000+00:00 INFO GET /orders 200 in 3 ms logger=shop.web release=1.4.1"),
    "shop-plain-log": Saw(text="2026-11-24 20:00:00.000+00:00 INFO shop.web [1.4.1] POST /orders 201 in 5 ms"),
    "shop-certificate": Saw(values={"days_left": 364.9, "seconds": 0.01}),
    "shop-disk": Saw(values={"used_percent": 3.1}),
    "shop-releases": Saw(values={"deploys": 0, "minutes_since": 2880}),
    "database": Saw(values={"seconds": 0.001, "value": 311}),
    "database-connections": Saw(values={"in_use": 1, "waiting": 0}),
    "cache": Saw(values={"seconds": 0.0004, "clients": 2}),
    "payments": Saw(values={"seconds": 0.002, "status": 200}),
}


def log(*lines: str) -> Saw:
    told = [f"2026-11-24T20:00:0{n}.000+00:00 ERROR {line} logger=shop.web" for n, line in enumerate(lines)]
    return Saw(text="\n".join(told))


TRACE = 'exception=Traceback (most recent call last): File "guard.py", line 71, in around'
FAILED = "POST /orders 500 in 4 ms"
BROKEN: dict[str, tuple[str, dict[str, Saw]]] = {
    "kill": ("not-running", {
        **dict.fromkeys(("shop-health", "shop-orders", "shop-websocket", "shop-metrics", "shop-traffic",
                         "shop-certificate", "shop-releases", "database-connections"), REFUSED),
        "shop-process": Saw("missing"),
    }),
    "slow": ("overload", {
        "shop-health": Saw(values={"seconds": 5.53, "status": 200}),
        "shop-orders": Saw(values={"seconds": 5.52, "status": 200}),
        "shop-traffic": Saw(values={"error_percent": 0, "p95_seconds": 9.75}),
        "shop-log": Saw(text="2026-11-24T20:00:00.000+00:00 INFO GET /orders 200 in 5507 ms"),
    }),
    "errors": ("code", {
        "shop-traffic": Saw(values={"error_percent": 20, "p95_seconds": 0.01}),
        "shop-log": log(f"POST /orders failed in release 1.4.1: CheckoutError: quick checkout lost basket 15 {TRACE}",
                        FAILED, "GET /orders 500 in 2 ms"),
    }),
    "leak": ("memory", {
        "shop-metrics": Saw(values={"memory_usage_percent": 94.2, "sessions": 9, "circuit_open": 0}),
    }),
    "disk": ("disk", {
        "shop-health": Saw("unexpected", {"seconds": 0.01, "status": 503}),
        "shop-traffic": Saw(values={"error_percent": 55, "p95_seconds": 0.01}),
        "shop-disk": Saw(values={"used_percent": 100}),
        "shop-log": log(f"POST /orders failed in release 1.4.1: ENOSPC: no space left on device {TRACE}",
                        FAILED, FAILED),
    }),
    "connections": ("connections", {
        "shop-health": Saw("unexpected", {"seconds": 2.01, "status": 503}),
        "shop-orders": Saw("unexpected", {"seconds": 2.01, "status": 503}),
        "shop-traffic": Saw(values={"error_percent": 100, "p95_seconds": 2.4}),
        "database-connections": Saw(values={"in_use": 5, "waiting": 2}),
        "shop-log": log("GET /orders failed: connection pool exhausted: timed out after 2 s waiting for a database "
                        "connection; 5 of 5 are in use", "GET /orders 503 in 2004 ms", "POST /orders 503 in 2003 ms"),
    }),
    "certificate": ("certificate", {
        "shop-certificate": Saw("untrusted", {"days_left": -1, "seconds": 0.01}),
        "shop-log": log("TLS: certificate has expired (it was valid until 2026-11-23T20:00:00+00:00)"),
    }),
    "bad-release": ("bad-release", {
        "shop-health": Saw("unexpected", {"seconds": 0.01, "status": 503}),
        "shop-orders": Saw("unexpected", {"seconds": 0.01, "status": 500}),
        "shop-traffic": Saw(values={"error_percent": 100, "p95_seconds": 0.01}),
        "shop-releases": Saw(values={"deploys": 1, "minutes_since": 0.2}),
        "shop-log": log(f"GET /orders failed in release 1.5.0: KeyError: 'tier' {TRACE}", FAILED, FAILED),
    }),
    "dependency": ("dependency", {
        "payments": REFUSED,
        "shop-metrics": Saw(values={"memory_usage_percent": 24, "sessions": 9, "circuit_open": 1}),
        "shop-traffic": Saw(values={"error_percent": 50, "p95_seconds": 0.01}),
        "shop-log": log("POST /orders failed: payments: connect ECONNREFUSED 127.0.0.1:30193",
                        "circuit breaker open: payments failed again and again", "POST /orders 503 in 1 ms"),
    }),
}  # fmt: skip


@cache
def default() -> Book:
    return load("default")


@pytest.fixture
def book() -> Book:
    return default()


def observations(book: Book, differs: Mapping[str, Saw], only: frozenset[str] | None = None) -> list[Observation]:
    """A look at the whole shop. In practice there is no Prometheus and no name to resolve."""
    seen = HEALTHY | dict(differs)
    found = []
    for probe in book.diagnosis.probes:
        saw = seen.get(probe.id, Saw("unset"))
        reading = Reading(Fault(saw.fault), f"{probe.id} said", saw.values, saw.text)
        if only is None or probe.id in only:
            found.append(observe(book.diagnosis, probe, reading, AT, 0.1))
    return found


def finding(book: Book, differs: Mapping[str, Saw], only: frozenset[str] | None = None) -> Finding:
    grades = [severity.id for severity in book.alerts.severities]
    return find(book.diagnosis, observations(book, differs, only), grades)


def test_there_is_a_reading_of_every_probe_that_practice_can_ask(book: Book) -> None:
    unset = {"name", "error-rate", "latency", "errors-hour", "latency-hour", "processor", "alerts"}
    assert {probe.id for probe in book.diagnosis.probes} == {*HEALTHY} | unset
    assert {*BROKEN} == {*KINDS}


def test_of_a_healthy_shop_nothing_is_found(book: Book) -> None:
    found = finding(book, {})
    assert (found.symptoms, found.causes, found.errors) == ((), (), ())
    assert {each.look for each in found.observations} == {Look.WELL, Look.UNSET}
    assert {each.priority for each in found.recommendations} == {"ongoing", "post_incident"}


@pytest.mark.parametrize("kind", BROKEN)
def test_each_break_has_its_cause_and_no_other(book: Book, kind: str) -> None:
    expected, differs = BROKEN[kind]
    found = finding(book, differs)
    assert [each.cause.id for each in found.causes] == [expected]
    assert any(each.priority == "immediate" and expected in each.causes for each in found.recommendations)


@pytest.mark.parametrize("kind", BROKEN)
def test_without_its_log_the_cause_is_the_same(book: Book, kind: str) -> None:
    """What is written to a log, and when, hangs on who buys something in that minute."""
    expected, differs = BROKEN[kind]
    quiet = {probe: saw for probe, saw in differs.items() if probe != "shop-log"}
    assert [each.cause.id for each in finding(book, quiet).causes] == [expected]


@pytest.mark.parametrize("kind", sorted({*BROKEN} - {"leak"}))
def test_without_traffic_the_cause_is_the_same(book: Book, kind: str) -> None:
    expected, differs = BROKEN[kind]
    still = {probe: saw for probe, saw in differs.items() if probe != "shop-traffic"}
    assert [each.cause.id for each in finding(book, still).causes] == [expected]


@pytest.mark.parametrize("kind", BROKEN)
def test_the_detector_notices_it(book: Book, kind: str) -> None:
    """And what it finds is grave enough for an incident."""
    watched = frozenset(probe.id for probe in book.diagnosis.detected())
    symptoms = finding(book, BROKEN[kind][1], watched).symptoms
    assert symptoms and book.routing.rules[0].do == "join"
    assert symptoms[0].grade in book.routing.rules[0].when.grades


def test_the_detector_finds_nothing_in_a_healthy_shop(book: Book) -> None:
    watched = frozenset(probe.id for probe in book.diagnosis.detected())
    assert finding(book, {}, watched).symptoms == ()


@pytest.mark.parametrize(
    ("kind", "service"),
    [*((kind, "shop") for kind in BROKEN), ("connections", "database"), ("dependency", "payments")],
)  # fmt: skip
def test_asked_about_the_service_alone_the_cause_is_found(book: Book, kind: str, service: str) -> None:
    expected, differs = BROKEN[kind]
    own = frozenset(probe.id for probe in book.diagnosis.probes_of(service))
    assert finding(book, differs, own).causes[0].cause.id == expected


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({"database": Saw("missing")}, "database"),
        ({"cache": REFUSED}, "cache"),
        ({"shop-health": REFUSED}, "network"),
        ({"name": Saw("unresolved")}, "names"),
        ({"shop-log": log("EMFILE: too many open files")}, "files"),
        ({"shop-log": log("open /etc/shop.yml: permission denied")}, "configuration"),
        ({"shop-log": log("listen EADDRINUSE: address already in use :::8080")}, "configuration"),
        ({"shop-log": log("MemoryError")}, "memory"),
        ({"latency": Saw(values={"value": 5.1, "series": 1})}, "overload"),
        ({"processor": Saw(values={"value": 81, "series": 1})}, "overload"),
        ({"error-rate": Saw(values={"value": 5.1, "series": 1})}, "code"),
    ],
)
def test_what_practice_does_not_break_has_a_cause_too(book: Book, differs: Mapping[str, Saw], expected: str) -> None:
    assert [each.cause.id for each in finding(book, differs).causes] == [expected]


@pytest.mark.parametrize("kind", sorted({*BROKEN} - {"bad-release", "errors"}))
def test_a_deploy_of_the_last_half_hour_is_not_blamed_for_what_it_did_not_do(book: Book, kind: str) -> None:
    expected, differs = BROKEN[kind]
    deployed = {
        **differs,
        "shop-releases": HEALTHY["shop-releases"]._replace(values={"deploys": 1, "minutes_since": 9}),
    }
    if kind == "kill":
        deployed = differs
    assert [each.cause.id for each in finding(book, deployed).causes] == [expected]


def test_the_oldest_errors_of_a_log_are_told_with_how_often_they_came(book: Book) -> None:
    [first, *_] = finding(book, BROKEN["disk"][1]).errors
    assert first.count == 2 and "POST /orders 500" in first.line


@given(st.sets(st.sampled_from(sorted(BROKEN)), min_size=2, max_size=3))
def test_of_several_breaks_at_once_no_cause_is_made_up(kinds: set[str]) -> None:
    """A nearer cause may hide a farther one; none comes up that is not there."""
    differs: dict[str, Saw] = {}
    for kind in sorted(kinds):
        for probe, saw in BROKEN[kind][1].items():
            before = differs.get(probe, HEALTHY[probe])
            text = "\n".join((before.text, saw.text))
            differs[probe] = Saw(saw.fault or before.fault, {**before.values, **saw.values}, text)
    found = {each.cause.id for each in finding(default(), differs).causes}
    assert found
    assert found <= {BROKEN[kind][0] for kind in kinds}
