"""What becomes of an alert in each handbook: joined, offered or kept, as how grave, and whether it pages."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from bot.domain.alert import Alert
from bot.policy.book import Book, bundled, load
from bot.policy.check import check
from bot.policy.routing import DETECTOR, group

from .asking import AT


class Fate(NamedTuple):
    """`severity` is the incident's that would be opened; `pages` whether it pages by alerts.yml and the rule."""

    rule: str | None
    do: str
    severity: str | None
    pages: bool


@pytest.fixture(scope="module")
def books() -> dict[str, Book]:
    return {name: load(name) for name in bundled()}


def alert(grade: str, type: str = "", source: str = "alertmanager", name: str = "A", service: str = "api") -> Alert:
    return Alert(source, "f1", name, True, grade, AT, service=service, type=type)


def fate(book: Book, sent: Alert) -> Fate:
    known = book.alerts.find(sent.grade)
    route = book.routing.route(sent, known.id if known else "")
    if route is None:
        return Fate(None, "record", None, False)
    severity = route.severity or (known.severity if known else None)
    pages = route.page if route.page is not None else bool(known and book.alerts.pages(known))
    return Fate(route.id, route.do, severity if route.do != "record" else None, pages and route.do in ("open", "join"))


@pytest.mark.parametrize("name", bundled())
def test_the_same_five_may_send_and_nobody_sends_as_the_detector(books: dict[str, Book], name: str) -> None:
    routing = books[name].routing
    assert {source.id: source.form for source in routing.sources} == {
        "alertmanager": "alertmanager", "pagerduty": "pagerduty", "grafana": "grafana", "statuspage": "statuspage",
        "generic": "form",
    }  # fmt: skip
    assert routing.source(DETECTOR) is None
    assert [problem for problem in check(books[name]) if "routing" in problem] == []
    assert "routing.yml" in books[name].layers[-1].files


@pytest.mark.parametrize("name", bundled())
def test_every_alert_meets_a_rule(books: dict[str, Book], name: str) -> None:
    """Whatever its grade, also one that the policy does not know."""
    book = books[name]
    grades = [word for severity in book.alerts.severities for word in severity.words]
    for grade in (*grades, "purple", ""):
        for source in ("alertmanager", "generic", DETECTOR):
            assert fate(book, alert(grade, source=source)).rule is not None


GRADED: dict[str, list[tuple[str, str, str | None, bool]]] = {
    # what monitoring says, what becomes of it, the severity, whether it pages
    "default": [
        ("critical", "join", "sev1", True), ("fatal", "join", "sev1", True), ("high", "join", "sev2", True),
        ("error", "join", "sev2", True), ("medium", "offer", "sev3", False), ("warning", "offer", "sev3", False),
        ("low", "record", None, False), ("info", "record", None, False), ("purple", "record", None, False),
    ],
    "portfolio": [
        ("critical", "join", "p0", True), ("high", "join", "p1", True), ("medium", "offer", "p2", False),
        ("low", "record", None, False), ("informational", "record", None, False),
    ],
    "framework": [
        ("1", "join", "p3", False), ("2", "join", "p2", False), ("3", "join", "p1", True), ("4", "join", "p0", True),
        ("7", "join", "p0", True), ("critical", "join", "p0", True), ("low", "join", "p3", False),
    ],
    "code": [
        ("critical", "join", "sev1", True), ("high", "join", "sev2", True), ("medium", "offer", "sev3", False),
        ("low", "record", None, False),
    ],
    "smartcloudops": [
        ("critical", "join", "p0", True), ("high", "join", "p1", True), ("medium", "offer", "p2", False),
        ("low", "record", None, False),
    ],
    "tracktion": [
        ("critical", "join", "p1", True), ("high", "join", "p2", True), ("medium", "offer", "p3", False),
        ("low", "record", None, False),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "grade", "expected"), [(name, row[0], row[1:]) for name, rows in GRADED.items() for row in rows]
)
def test_what_becomes_of_a_grade(
    books: dict[str, Book], name: str, grade: str, expected: tuple[str, str | None, bool]
) -> None:
    assert fate(books[name], alert(grade))[1:] == expected


# by default alerts of one service and name are one incident


def test_default_alerts_join_by_service_and_name(books: dict[str, Book]) -> None:
    route = books["default"].routing.route(alert("critical"), "critical")
    assert route is not None
    groups = {
        group(alert("critical", name=name, service=service), route.by)
        for name, service in [("A", "api"), ("A", "api"), ("B", "api"), ("A", "db")]
    }
    assert groups == {"api|A", "api|B", "db|A"}
    assert books["default"].routing.together == timedelta(minutes=10)


# portfolio


@pytest.mark.parametrize(
    ("grade", "severity", "pages"),
    [("critical", "p0", True), ("high", "p1", True), ("medium", "p2", False), ("low", "p3", False)],
)
def test_portfolio_all_alerts_of_a_cycle_are_one_incident(
    books: dict[str, Book], grade: str, severity: str, pages: bool
) -> None:
    """Whatever their service: the title names them; only critical and high reach PagerDuty and page."""
    book = books["portfolio"]
    found = [alert(grade, source=DETECTOR, name=name, service=name) for name in ("frontend", "system", "monitoring")]
    assert {fate(book, each) for each in found} == {Fate("cycle", "join", severity, pages)}
    [by] = {route.by for each in found if (route := book.routing.route(each, grade))}
    assert len({group(each, by) for each in found}) == 1


def test_portfolio_only_critical_and_high_trigger_pagerduty(books: dict[str, Book]) -> None:
    alerts = books["portfolio"].alerts
    assert [each.id for each in alerts.severities if alerts.pages(each)] == ["high", "critical"]


# framework


@pytest.mark.parametrize(
    ("type", "handler"),
    [
        ("high_memory_usage", "memory"), ("connection_refused", "connections"),
        ("connections_exhausted", "connections"),
        ("database_unreachable", "connections"), ("endpoint_error", "health"), ("service_down", "health"),
        ("cache_unreachable", "health"), ("certificate_expired", "ticket"), ("", "ticket"),
    ],
)  # fmt: skip
def test_framework_there_is_a_ticket_whether_an_alert_has_a_handler_or_not(
    books: dict[str, Book], type: str, handler: str
) -> None:
    for number, severity, pages in (("1", "p3", False), ("2", "p2", False), ("3", "p1", True), ("4", "p0", True)):
        assert fate(books["framework"], alert(number, type)) == Fate(handler, "join", severity, pages)


def test_framework_third_parties_have_a_handler(books: dict[str, Book]) -> None:
    assert fate(books["framework"], alert("3", source="statuspage")).rule == "third-party"


# code


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (alert("high", "service_down"), Fate("down", "join", "sev1", True)),
        (alert("critical", "database_unreachable"), Fate("down", "join", "sev1", True)),
        (alert("high", "high_error_rate"), Fate("grave", "join", "sev2", True)),
        (alert("critical", "high_error_rate"), Fate("grave", "join", "sev1", True)),
        (alert("medium", "high_error_rate"), Fate("doubtful", "offer", "sev3", False)),
        (alert("high", "slow_response"), Fate("grave", "join", "sev2", True)),
        (alert("critical", source="statuspage"), Fate("third-party", "join", "sev2", True)),
    ],
)
def test_code_figures_of_the_severities_decide(books: dict[str, Book], sent: Alert, expected: Fate) -> None:
    assert fate(books["code"], sent) == expected


# tracktion


@pytest.mark.parametrize(
    ("sent", "rule", "severity"),
    [
        (alert("high", "high_error_rate"), "error-rate", "p2"),
        (alert("critical", "high_error_rate"), "error-rate-grave", "p1"),
        (alert("critical", "service_down"), "down-critical", "p1"),
        (alert("high", "service_down"), "down", "p2"),
        (alert("critical", "database_unreachable"), "database-gone", "p1"),
        (alert("high", "database_slow"), "database", "p2"),
        (alert("high", "connections_exhausted"), "database", "p2"),
        (alert("high", "vendor_down"), "grave", "p2"),
        (alert("critical", "out_of_memory"), "grave", "p1"),
    ],
)
def test_tracktion_runbooks_say_how_grave_it_is(books: dict[str, Book], sent: Alert, rule: str, severity: str) -> None:
    assert fate(books["tracktion"], sent) == Fate(rule, "join", severity, True)


def test_tracktion_a_critical_service_is_a_p1_and_another_a_p2(books: dict[str, Book]) -> None:
    diagnosis = books["tracktion"].diagnosis
    for service in diagnosis.services:
        for probe in diagnosis.probes_of(service.id):
            for meaning in probe.faults.values():
                if meaning.symptom == "service_down":
                    sent = alert(meaning.grade, meaning.symptom, DETECTOR, service=service.id)
                    assert fate(books["tracktion"], sent).severity == ("p1" if service.critical else "p2")


@pytest.mark.parametrize("name", bundled())
def test_whatever_the_detector_can_find_has_its_fate(books: dict[str, Book], name: str) -> None:
    """What is grave enough opens or joins, and as a severity that there is."""
    book = books[name]
    severities = [severity.id for severity in book.severities.all]
    for probe in book.diagnosis.detected():
        for judged in (*probe.faults.values(), *probe.limits):
            found = fate(book, alert(judged.grade, judged.symptom, DETECTOR, service=probe.service or ""))
            known = book.alerts.find(judged.grade)
            assert known is not None
            if known in book.alerts.severities[-2:]:
                assert found.do == "join" and found.severity in severities, (probe.id, judged)
