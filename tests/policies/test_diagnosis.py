"""What is looked at and what it means: the figures of the handbooks, number by number."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.probes.kinds import KINDS
from bot.adapters.probes.wrong import wrong
from bot.domain.observation import Fault, Reading, Symptom
from bot.policy.book import Book, bundled, load
from bot.policy.check import check
from bot.policy.diagnosis import Probe
from bot.policy.judging import observe, recommended, suspected
from bot.policy.references.eyes import produced

from .asking import AT

SECONDS = timedelta(seconds=1)


@pytest.fixture(scope="module")
def books() -> dict[str, Book]:
    return {name: load(name) for name in bundled()}


def found(book: Book, probe: str, fault: str = "", text: str = "", **values: float) -> list[tuple[str, str]]:
    """The symptoms of a reading, with their grades."""
    reading = Reading(Fault(fault), "said", values, text)
    seen = observe(book.diagnosis, book.diagnosis.probe(probe), reading, AT, 0.1)
    return [(symptom.type, symptom.grade) for symptom in seen.symptoms]


def causes(book: Book, *types: str) -> list[str]:
    return [each.cause.id for each in suspected(book.diagnosis, [Symptom(type, "", type) for type in types])]


def options(book: Book, probe: str) -> dict[str, Any]:
    """As its kind reads them."""
    known = book.diagnosis.probe(probe)
    return KINDS[known.kind].options.model_validate(known.options).model_dump()


# all of them


@pytest.mark.parametrize("name", bundled())
def test_every_probe_is_one_that_its_kind_understands(books: dict[str, Book], name: str) -> None:
    assert wrong(books[name]) == []
    assert check(books[name]) == []


@pytest.mark.parametrize("name", bundled())
def test_the_probes_are_the_policys_own_and_lead_nowhere_until_somebody_says_where(
    books: dict[str, Book], name: str
) -> None:
    book, default = books[name], books["default"]
    assert book.diagnosis.probes and book.diagnosis.sets and book.diagnosis.causes and book.diagnosis.recommendations
    assert all(target.address == "" and not target.private for target in book.diagnosis.targets)
    assert all(probe.target for probe in book.diagnosis.probes), "this machine is not the one that is meant"
    if name != "default":
        own = [probe for probe in book.diagnosis.probes if probe in default.diagnosis.probes]
        assert own == [] and "diagnosis.yml" in book.layers[-1].files


@pytest.mark.parametrize("name", bundled())
def test_every_symptom_of_a_gravity_has_a_cause(books: dict[str, Book], name: str) -> None:
    """But for those that only say where to look."""
    book = books[name]
    explained = {s for cause in book.diagnosis.causes for s in (*cause.symptoms, *cause.needs)}
    general = {
        "recent_errors", "alerts_firing", "metrics_unreadable", "recent_deploy", "certificate_expiring", "no_activity",
        "check_failed", "resource_check_failed", "log_analysis_failed", "log_analysis_timeout", "resources_stressed",
        "monitoring_down", "endpoint_error", "endpoint_check_failed", "slow_response", "high_error_rate",
        "high_cpu_usage", "too_many_sessions",
    }  # fmt: skip
    assert produced(book.diagnosis) - explained <= general


@pytest.mark.parametrize("name", bundled())
def test_every_cause_and_every_advice_can_come_up(books: dict[str, Book], name: str) -> None:
    book = books[name]
    for cause in book.diagnosis.causes:
        there = [Symptom(type, "", type) for type in (cause.symptoms[0], *cause.needs)]
        assert cause.id in [each.cause.id for each in suspected(book.diagnosis, there)], cause.id
        assert cause.steps
    advised = {id for each in book.diagnosis.recommendations for id in each.causes}
    by_symptom = {symptom for each in book.diagnosis.recommendations for symptom in each.symptoms}
    for cause in book.diagnosis.causes:
        ours = cause.id in advised or by_symptom & {*cause.symptoms}
        assert ours or name == "portfolio", f"{cause.id}: and then?"


@pytest.mark.parametrize("name", bundled())
def test_nothing_wrong_means_nothing_is_blamed(books: dict[str, Book], name: str) -> None:
    book = books[name]
    assert suspected(book.diagnosis, []) == []
    told = recommended(book.diagnosis, [], [])
    assert all(each.priority in ("ongoing", "post_incident", "high") for each in told)
    for probe in book.diagnosis.probes:
        assert observe(book.diagnosis, probe, Reading(Fault.UNSET, "no address"), AT, 0).symptoms == ()
        assert observe(book.diagnosis, probe, Reading(Fault.NONE, "well"), AT, 0).symptoms == ()


@pytest.mark.parametrize("name", bundled())
def test_the_detector_looks_every_30_seconds_and_60_after_a_broken_round(books: dict[str, Book], name: str) -> None:
    detector = books[name].diagnosis.detector
    assert (detector.every, detector.after_error) == (30 * SECONDS, 60 * SECONDS)
    assert books[name].diagnosis.detected()


TRIAGE: list[tuple[str, list[str]]] = [
    ("tracktion", ["p3", "p2", "p2", "p1", "p1", "p1"]),
    ("portfolio", ["p2", "p1", "p1", "p0"]),
    ("framework", ["p2", "p1", "p0", "p0", "p0"]),
    ("code", ["sev3", "sev2", "sev1", "sev1"]),
    ("smartcloudops", ["p2", "p1", "p0", "p0"]),
    ("default", ["sev3", "sev2", "sev1", "sev1", "sev1"]),
]


@pytest.mark.parametrize(("name", "severities"), TRIAGE)
def test_so_many_services_down_are_so_grave(books: dict[str, Book], name: str, severities: list[str]) -> None:
    """From none of them to all of them."""
    triage = books[name].diagnosis.triage
    assert [triage.severity(down) for down in range(len(severities))] == severities
    assert len(triage.services) == len(severities) - 1


# portfolio: the detector


@pytest.mark.parametrize("probe", ["frontend", "terminal"])
@pytest.mark.parametrize(
    ("fault", "seconds", "expected"),
    [
        ("", 0.2, []),
        ("", 5.0, []),
        ("", 5.1, [("slow_response", "high")]),
        ("unexpected", 0.1, [("endpoint_error", "critical")]),
        ("refused", None, [("endpoint_unreachable", "critical")]),
        ("time_out", None, [("endpoint_check_failed", "high")]),
        ("unresolved", None, [("endpoint_check_failed", "critical")]),
        ("untrusted", None, [("endpoint_check_failed", "critical")]),
        ("broken", None, [("endpoint_check_failed", "critical")]),
    ],
)
def test_portfolio_health_checks(
    books: dict[str, Book], probe: str, fault: str, seconds: float | None, expected: list[tuple[str, str]]
) -> None:
    values = {} if seconds is None else {"seconds": seconds}
    assert found(books["portfolio"], probe, fault, **values) == expected


@pytest.mark.parametrize(
    ("fault", "grade"),
    [("time_out", "high"), ("refused", "critical"), ("unresolved", "critical"), ("broken", "critical")],
)
def test_portfolio_websocket(books: dict[str, Book], fault: str, grade: str) -> None:
    [(_, graded)] = found(books["portfolio"], "websocket", fault)
    assert graded == grade


def test_portfolio_probes_ask_as_the_handbook_does(books: dict[str, Book]) -> None:
    book = books["portfolio"]
    known = {probe.id: probe for probe in book.diagnosis.probes}
    assert json.loads(options(book, "websocket")["send"]) == {"type": "ping"}
    assert {id: known[id].time_out // SECONDS for id in ("frontend", "terminal", "websocket", "metrics")} == {
        "frontend": 10, "terminal": 10, "websocket": 10, "metrics": 5,
    }  # fmt: skip
    assert {known[id].time_out // SECONDS for id in ("frontend-endpoint", "terminal-endpoint")} == {5}
    assert {known[id].time_out // SECONDS for id in ("journal", "app-log", "nginx-log")} == {30}
    assert options(book, "frontend")["path"] == options(book, "terminal")["path"] == "/health"
    assert options(book, "frontend")["status"] == 200
    assert options(book, "ports")["ports"] == (5173, 8002, 8123)
    assert options(book, "journal")["since"] == timedelta(hours=1)
    assert options(book, "app-log")["lines"] == options(book, "nginx-log")["lines"] == 100
    asked = options(book, "users")["metrics"]
    assert {each["metric"] for each in asked.values()} == {
        "claude_websocket_connections", "claude_terminal_active_sessions"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "measured", "expected"),
    [
        ("cpu_usage_percent", 80, None),
        ("cpu_usage_percent", 81, ("high_cpu_usage", "high")),
        ("cpu_usage_percent", 94.9, ("high_cpu_usage", "high")),
        ("cpu_usage_percent", 95, ("high_cpu_usage", "critical")),
        ("memory_usage_percent", 85, None),
        ("memory_usage_percent", 86, ("high_memory_usage", "high")),
        ("memory_usage_percent", 94.9, ("high_memory_usage", "high")),
        ("memory_usage_percent", 95, ("high_memory_usage", "critical")),
    ],
)
def test_portfolio_usage(books: dict[str, Book], value: str, measured: float, expected: tuple[str, str] | None) -> None:
    assert found(books["portfolio"], "usage", **{value: measured}) == ([expected] if expected else [])


def test_portfolio_sessions_error_rate_and_metrics(books: dict[str, Book]) -> None:
    book = books["portfolio"]
    assert found(book, "sessions", claude_terminal_active_sessions=45) == []
    assert found(book, "sessions", claude_terminal_active_sessions=46) == [("too_many_sessions", "medium")]
    assert found(book, "error-rate", value=5) == []
    assert found(book, "error-rate", value=5.1) == [("high_error_rate", "high")]
    for fault in ("refused", "time_out", "unexpected", "broken"):
        assert found(book, "metrics", fault) == [("metrics_unreadable", "medium")]
    assert book.diagnosis.probe("metrics").service == "monitoring"


def test_portfolio_opens_with_the_first_look(books: dict[str, Book]) -> None:
    assert books["portfolio"].diagnosis.detector.strikes == 1
    assert {probe.service for probe in books["portfolio"].diagnosis.detected()} == {
        "frontend", "terminal-service", "websocket", "system", "monitoring"
    }  # fmt: skip


# portfolio: the diagnosis


@pytest.mark.parametrize("probe", ["frontend-endpoint", "terminal-endpoint"])
@pytest.mark.parametrize(
    ("fault", "symptom"),
    [
        ("unexpected", "endpoint_error"), ("refused", "endpoint_unreachable"), ("unresolved", "endpoint_unreachable"),
        ("time_out", "endpoint_check_failed"), ("broken", "endpoint_check_failed"),
    ],
)  # fmt: skip
def test_portfolio_endpoints(books: dict[str, Book], probe: str, fault: str, symptom: str) -> None:
    assert [type for type, _ in found(books["portfolio"], probe, fault)] == [symptom]


def test_portfolio_host_and_unit(books: dict[str, Book]) -> None:
    book = books["portfolio"]
    assert found(book, "host", memory_percent=90, disk_percent=85) == []
    assert [type for type, _ in found(book, "host", memory_percent=90.1, disk_percent=85.1)] == [
        "high_memory_usage", "high_disk_usage"
    ]  # fmt: skip
    assert found(book, "unit", "missing") == [("service_down", "critical")]
    assert [type for type, _ in found(book, "unit", "broken")] == ["check_failed"]
    assert [type for type, _ in found(book, "host", "broken")] == ["resource_check_failed"]
    assert [type for type, _ in found(book, "journal", "time_out")] == ["log_analysis_timeout"]
    assert [type for type, _ in found(book, "nginx-log", "missing")] == ["log_analysis_failed"]


def test_portfolio_recovered_is_below_80_percent(books: dict[str, Book]) -> None:
    book = books["portfolio"]
    assert found(book, "headroom", memory_percent=79.9, cpu_percent=79.9) == []
    assert found(book, "headroom", memory_percent=80, cpu_percent=10) == [("resources_stressed", "low")]
    assert found(book, "headroom", memory_percent=10, cpu_percent=80) == [("resources_stressed", "low")]
    recovery = book.diagnosis.find_set("recovery")
    assert recovery and {*recovery.probes} == {
        "unit", "frontend-endpoint", "terminal-endpoint", "websocket", "headroom"
    }  # fmt: skip


PATTERNS = [
    ("connect ECONNREFUSED 127.0.0.1:5432", "connection_refused"),
    ("getaddrinfo enotfound db", "dns_resolution_failed"),
    ("upstream Timeout after 60s", "timeout_error"),
    ("Out Of Memory: killed process 17", "out_of_memory"),
    ("kernel: oom-kill", "out_of_memory"),
    ("EMFILE: too many", "file_descriptor_limit"),
    ("ENFILE", "file_descriptor_limit"),
    ("open /x: Permission denied", "permission_error"),
    ("Port 8002 is already in use", "port_conflict"),
    ("the certificate of api has expired", "certificate_expired"),
]


@pytest.mark.parametrize("probe", ["journal", "app-log", "nginx-log"])
@pytest.mark.parametrize(("line", "type"), PATTERNS)
def test_portfolio_log_patterns(books: dict[str, Book], probe: str, line: str, type: str) -> None:
    assert [each for each, _ in found(books["portfolio"], probe, text=f"all is well\n{line}")] == [type]


def test_portfolio_patterns_are_the_eight_of_the_handbook(books: dict[str, Book]) -> None:
    assert [(p.type, p.pattern) for p in books["portfolio"].diagnosis.patterns] == [
        ("connection_refused", "ECONNREFUSED"), ("dns_resolution_failed", "ENOTFOUND"), ("timeout_error", "timeout"),
        ("out_of_memory", "out of memory|OOM"), ("file_descriptor_limit", "EMFILE|ENFILE"),
        ("permission_error", "permission denied"), ("port_conflict", "port.*already in use"),
        ("certificate_expired", "certificate.*expired"),
    ]  # fmt: skip


def test_portfolio_recent_errors_are_the_last_five(books: dict[str, Book]) -> None:
    errors = books["portfolio"].diagnosis.errors
    assert (errors.words, errors.last, errors.symptom) == (
        ("error", "fatal", "exception", "failed"),
        5,
        "recent_errors",
    )
    assert found(books["portfolio"], "app-log", text="It FAILED") == [("recent_errors", "medium")]


PORTFOLIO_CAUSES = {
    "service-failure": ("high", ["service_down"]),
    "exhaustion": ("high", ["high_memory_usage", "high_disk_usage", "out_of_memory"]),
    "connectivity": ("medium", ["endpoint_unreachable", "connection_refused", "timeout_error"]),
    "configuration": ("medium", ["permission_error", "certificate_expired"]),
    "names": ("medium", ["dns_resolution_failed"]),
    "open-files": ("medium", ["file_descriptor_limit"]),
    "port-taken": ("medium", ["port_conflict"]),
}


def test_portfolio_causes(books: dict[str, Book]) -> None:
    """The four of the handbook with four steps each, and one for each finding that it leaves without."""
    known = books["portfolio"].diagnosis.causes
    assert {each.id: (each.likelihood, [*each.symptoms]) for each in known} == PORTFOLIO_CAUSES
    assert [len(each.steps) for each in known[:4]] == [4, 4, 4, 4]


@pytest.mark.parametrize(("line", "type"), PATTERNS)
def test_portfolio_log_findings_lead_to_a_cause(books: dict[str, Book], line: str, type: str) -> None:
    [cause] = causes(books["portfolio"], type)
    assert type in PORTFOLIO_CAUSES[cause][1]


ADVICE = [
    ("service_down", ["restart", "verify", "monitor", "document"]),
    ("high_memory_usage", ["clean-up", "scale", "monitor", "document"]),
    ("high_disk_usage", ["clean-up", "scale", "monitor", "document"]),
    ("endpoint_unreachable", ["bindings", "networking", "monitor", "document"]),
    ("connection_refused", ["bindings", "networking", "monitor", "document"]),
    ("permission_error", ["monitor", "document"]),
]


@pytest.mark.parametrize(("symptom", "expected"), ADVICE)
def test_portfolio_recommendations(books: dict[str, Book], symptom: str, expected: list[str]) -> None:
    diagnosis, there = books["portfolio"].diagnosis, [Symptom(symptom, "high", symptom)]
    assert [each.id for each in recommended(diagnosis, there, suspected(diagnosis, there))] == expected
    priorities = {each.id: each.priority for each in diagnosis.recommendations}
    assert priorities == {
        "restart": "immediate", "verify": "immediate", "clean-up": "immediate", "scale": "short_term",
        "bindings": "immediate", "networking": "high", "monitor": "ongoing", "document": "post_incident",
    }  # fmt: skip


# framework


def test_framework_validates_four_parts_side_by_side(books: dict[str, Book]) -> None:
    book = books["framework"]
    validation = book.diagnosis.find_set("validation")
    assert validation and {probe.kind for probe in book.diagnosis.probes_in(validation)} == {
        "postgresql", "http", "redis", "queue"
    }  # fmt: skip
    assert options(book, "api")["path"] == "/api/health"


def test_framework_runbooks(books: dict[str, Book]) -> None:
    book = books["framework"]
    assert found(book, "memory", memory_bytes=2**30) == []
    assert found(book, "memory", memory_bytes=2**30 + 1) == [("high_memory_usage", "3")]
    assert found(book, "database", connections_percent=80) == []
    assert found(book, "database", connections_percent=81) == [("connections_exhausted", "3")]
    assert options(book, "journal")["since"] == timedelta(minutes=10)
    assert found(book, "journal", text="psycopg: Connection refused") == [("connection_refused", "3")]
    assert causes(book, "high_memory_usage") == ["memory"]
    assert causes(book, "connection_refused") == ["connections"]
    grades = {m.grade for p in book.diagnosis.probes for m in (*p.faults.values(), *p.limits)}
    assert grades <= {"1", "2", "3", "4"}


# code


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (1, []), (1.1, [("high_error_rate", "medium")]), (5, [("high_error_rate", "medium")]),
        (5.1, [("high_error_rate", "high")]), (50, [("high_error_rate", "high")]), (95, [("high_error_rate", "high")]),
        (95.1, [("high_error_rate", "critical")]),
    ],
)  # fmt: skip
def test_code_error_rate(books: dict[str, Book], rate: float, expected: list[tuple[str, str]]) -> None:
    assert found(books["code"], "error-rate", value=rate) == expected


def test_code_investigation(books: dict[str, Book]) -> None:
    book = books["code"]
    assert options(book, "error-rate")["query"] == "claude_deployment:api_error_rate_5m"
    assert options(book, "commits")["since"] == options(book, "rollouts")["since"] == timedelta(hours=2)
    assert options(book, "logs")["lines"] == 100
    assert (options(book, "errors")["since"], options(book, "errors")["contains"]) == (timedelta(hours=1), "ERROR")
    assert options(book, "database")["query"] == "SELECT 1"
    assert {options(book, id)["what"] for id in ("nodes", "pods", "top-nodes", "top-pods", "services", "ingress")} == {
        "nodes", "pods", "top_nodes", "top_pods", "services", "ingresses"
    }  # fmt: skip
    assert {probe.kind for probe in book.diagnosis.probes} >= {
        "balancer",
        "git",
        "promql",
        "postgresql",
        "alertmanager",
    }
    outside = [probe.id for probe in book.diagnosis.probes_of("outside")]
    assert outside == ["openai", "aws"]
    assert found(book, "health", seconds=5) == []
    assert found(book, "health", seconds=5.1) == [("slow_response", "high")]
    assert options(book, "health")["path"] == "/health"


def test_code_blames_the_last_release_only_when_there_was_one(books: dict[str, Book]) -> None:
    assert causes(books["code"], "high_error_rate", "recent_deploy") == ["bad-release"]
    assert causes(books["code"], "high_error_rate") == ["feature"]
    assert causes(books["code"], "service_down", "database_unreachable", "recent_deploy") == ["database"]


# smartcloudops


def test_smartcloudops_investigates_in_eight_parts(books: dict[str, Book]) -> None:
    book = books["smartcloudops"]
    investigation = book.diagnosis.find_set("investigation")
    assert investigation and investigation.probes == (
        "nodes", "pods", "rollouts-api", "rollouts-worker", "top-nodes", "top-pods", "events", "logs", "database",
        "cache", "alerts",
    )  # fmt: skip
    assert [options(book, id)["lines"] for id in ("rollouts-api", "rollouts-worker", "events", "logs")] == [
        5,
        5,
        20,
        50,
    ]
    assert options(book, "logs")["contains"] == "error"
    assert options(book, "alerts")["query"] == 'ALERTS{alertstate="firing"}'
    assert found(book, "alerts", series=0) == [] and found(book, "alerts", series=1) == [("alerts_firing", "medium")]
    assert options(book, "pods")["namespace"] == ""
    assert options(book, "top-pods")["namespace"] == "smartcloudops"


def test_smartcloudops_verifies_a_recovery(books: dict[str, Book]) -> None:
    book = books["smartcloudops"]
    paths = {id: options(book, id)["path"] for id in ("health", "status", "metrics", "prometheus", "grafana")}
    assert paths == {
        "health": "/api/health", "status": "/api/status", "metrics": "/api/metrics", "prometheus": "/-/healthy",
        "grafana": "/api/health",
    }  # fmt: skip
    assert {options(book, id)["status"] for id in paths} == {200}
    assert found(book, "health", seconds=0.5) == []
    assert found(book, "health", seconds=0.51) == [("slow_response", "medium")]


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        ("users", ["FROM users"]), ("emails", ["FROM users", "email IS NOT NULL"]),
        ("experiments", ["FROM experiments", "created_at IS NOT NULL"]),
        ("models", ["FROM models", "status = 'active'"]),
        ("activity", ["FROM user_activity", "interval '1 hour'"]),
    ],
)  # fmt: skip
def test_smartcloudops_data_is_whole(books: dict[str, Book], probe: str, words: list[str]) -> None:
    query = options(books["smartcloudops"], probe)["query"]
    assert query.startswith("SELECT count(*) ") and all(word in query for word in words)
    assert found(books["smartcloudops"], probe, value=1) == []
    assert len(found(books["smartcloudops"], probe, value=0)) == 1


# tracktion

ERROR_RATE = 'rate(http_requests_total{status=~"5.."}[5m])/rate(http_requests_total[5m])*100'
P95 = "histogram_quantile(0.95,rate(http_request_duration_seconds_bucket[5m]))*1000"


def test_tracktion_triage_counts_four_services_and_the_database(books: dict[str, Book]) -> None:
    book = books["tracktion"]
    assert book.diagnosis.triage.services == (
        "analysis-service", "file-watcher", "tracklist-service", "notification-service", "database"
    )  # fmt: skip
    assert {options(book, id)["path"] for id in book.diagnosis.triage.services[:4]} == {"/health"}


def test_tracktion_queries(books: dict[str, Book]) -> None:
    book = books["tracktion"]
    assert options(book, "error-rate")["query"] == ERROR_RATE
    assert options(book, "p95")["query"] == P95
    ranged = options(book, "errors-2h")
    assert ranged["query"] == 'rate(http_requests_total{status=~"5.."}[5m])'
    assert (ranged["last"], ranged["step"]) == (timedelta(hours=2), 300 * SECONDS)


def test_tracktion_investigates_in_five_steps(books: dict[str, Book]) -> None:
    book = books["tracktion"]
    assert options(book, "rollouts")["since"] == timedelta(hours=24)
    assert options(book, "events")["since"] == timedelta(hours=6)
    assert options(book, "analysis-log")["since"] == timedelta(minutes=90)
    assert options(book, "top-pods")["lines"] == 20
    for service in book.diagnosis.triage.services[:4]:
        assert options(book, f"{service}-errors")["lines"] == 1000
    assert book.diagnosis.errors.top == 10 and book.diagnosis.errors.words == ("error", "fatal", "exception")
    assert {book.diagnosis.probe(id).time_out for id in ("external", "payments")} == {10 * SECONDS}
    steps = [book.diagnosis.find_set(id) for id in ("timeline", "state", "errors", "dependencies", "performance")]
    assert all(steps)
    kinds = {book.diagnosis.probe(id).kind for id in ("database-port", "database-state", "name", "certificate")}
    assert kinds == {"tcp", "postgresql", "dns", "tls"}


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (5, []), (5.1, [("high_error_rate", "high")]), (20, [("high_error_rate", "high")]),
        (20.1, [("high_error_rate", "critical")]),
    ],
)  # fmt: skip
def test_tracktion_error_rate(books: dict[str, Book], rate: float, expected: list[tuple[str, str]]) -> None:
    assert found(books["tracktion"], "error-rate", value=rate) == expected


def test_tracktion_runbooks_begin_after_their_time(books: dict[str, Book]) -> None:
    known = {probe.id: probe for probe in books["tracktion"].diagnosis.probes}
    assert known["error-rate"].wrong_for == timedelta(minutes=5)
    for service in ("analysis-service", "file-watcher", "tracklist-service", "notification-service"):
        assert known[service].wrong_for == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("probe", "fault", "values", "expected"),
    [
        ("database", "", {"seconds": 5.0}, []),
        ("database", "", {"seconds": 5.1}, ["database_slow"]),
        ("database", "time_out", {}, ["database_slow"]),
        ("database", "refused", {}, ["database_unreachable"]),
        ("database-state", "", {"ungranted_locks": 1.0}, ["database_locked"]),
        ("database-state", "", {"connections_percent": 90.1}, ["connections_exhausted"]),
        ("p95", "", {"value": 10_000.0}, []),
        ("p95", "", {"value": 10_001.0}, ["slow_response"]),
        ("file-watcher", "refused", {}, ["service_down"]),
        ("file-watcher", "unexpected", {}, ["service_down"]),
        ("payments", "time_out", {}, ["vendor_down"]),
        ("certificate", "untrusted", {}, ["certificate_expired"]),
        ("failing-pods", "", {"not_running": 1.0}, ["pods_not_running"]),
    ],
)
def test_tracktion_findings(
    books: dict[str, Book], probe: str, fault: str, values: dict[str, float], expected: list[str]
) -> None:
    assert [type for type, _ in found(books["tracktion"], probe, fault, **values)] == expected


@pytest.mark.parametrize(
    ("symptoms", "first"),
    [
        (["connections_exhausted", "database_slow"], "connections"),
        (["out_of_memory"], "memory"),
        (["vendor_down", "high_error_rate"], "vendor"),
        (["configuration_error"], "configuration"),
        (["pods_not_running", "slow_response"], "exhaustion"),
        (["image_pull_failed", "pods_not_running"], "image"),
        (["database_unreachable", "service_down"], "database-connectivity"),
        (["database_slow"], "queries"),
        (["database_locked", "database_slow"], "locks"),
        (["high_cpu_usage"], "cpu"),
        (["service_down"], "down"),
        (["high_error_rate", "recent_deploy"], "change"),
    ],
)
def test_tracktion_causes_of_the_three_runbooks(books: dict[str, Book], symptoms: list[str], first: str) -> None:
    assert causes(books["tracktion"], *symptoms)[0] == first


def probe_ids(probes: tuple[Probe, ...]) -> list[str]:
    return [probe.id for probe in probes]


def test_tracktion_counts_a_service_by_its_health(books: dict[str, Book]) -> None:
    assert "analysis-service" in probe_ids(books["tracktion"].diagnosis.probes_of("analysis-service"))
