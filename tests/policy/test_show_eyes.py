"""What is looked at and what becomes of alerts, in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.policy import show
from bot.policy.book import Book, bundled, load
from bot.policy.diagnosis import Diagnosis
from bot.policy.routing import Routing
from bot.policy.show import Page, Table, eyes

DIAGNOSIS = {
    "targets": [{"id": "api", "title": "API"}, {"id": "db", "address": "postgresql://app:hunter2@db.internal/shop"}],
    "services": [
        {"id": "api", "title": "API", "aliases": ["web"], "critical": True, "procedure": "Start it."},
        {"id": "db", "title": "Database"},
    ],
    "probes": [
        {
            "id": "health", "title": "The API answers", "kind": "http", "service": "api", "target": "api",
            "options": {"path": "/health", "status": [200, 204]}, "time_out": "5s",
            "faults": {"refused": {"symptom": "service_down", "grade": "critical"}},
            "limits": [
                {"value": "seconds", "above": 5, "symptom": "slow_response", "grade": "high"},
                {"value": "seconds", "at_least": 9.5, "symptom": "slow_response", "grade": "critical"},
                {"value": "left", "below": 1, "symptom": "empty", "grade": "low"},
            ],
            "detect": True, "strikes": 3, "wrong_for": "2m",
        },
        {"id": "log", "title": "Its log", "kind": "log", "target": "api", "patterns": True},
    ],
    "sets": [{"id": "quick", "title": "Quick", "aliases": ["fast"], "probes": ["health", "log"]}],
    "patterns": [{"type": "refused", "pattern": "ECONN", "grade": "high"}],
    "errors": {"words": ["error"], "last": 3, "top": 7, "least": 2, "grade": "low"},
    "causes": [{
        "id": "down", "title": "It is down", "likelihood": "high", "symptoms": ["service_down", "refused"],
        "needs": ["empty"], "unless": ["slow_response"], "steps": ["Look.", "Start it."],
    }],
    "recommendations": [
        {"id": "a", "title": "Start it.", "priority": "short_term", "causes": ["down"], "symptoms": ["refused"]},
        {"id": "b", "title": "Wait.", "priority": "ongoing", "procedure": "Page 4"},
    ],
    "triage": {"services": ["api"], "counts": [{"down": 0, "severity": "sev4"}, {"down": 1, "severity": "sev1"}]},
    "detector": {"every": "45s", "after_error": "2m", "strikes": 1, "calm": 4, "most": 6},
    "maintenance": [
        {"title": "Move", "start": "2026-12-01T22:00:00Z", "end": "2026-12-02T01:30:00Z", "services": ["api"]},
    ],
    "watch": "2m",
}  # fmt: skip
ROUTING = {
    "sources": [{"id": "own", "title": "Our own", "form": "form", "fields": {"each": "alerts", "over": ["fine"]}}],
    "rules": [
        {
            "id": "disks", "title": "Disks", "do": "open", "severity": "sev2", "page": False, "by": ["service", "disk"],
            "when": {
                "source": ["own"], "type": ["disk_*", "full"], "name": ["*"], "service": ["db"],
                "grades": ["high", "critical"], "labels": {"team": "ops*"},
            },
        },
        {"id": "offer", "do": "offer", "when": {"grades": ["medium"]}},
        {"id": "rest", "do": "record"},
    ],
    "together": "5m", "settle": "20s", "channel": "alerts", "keep": "7d",
}  # fmt: skip


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder: Path = tmp_path_factory.mktemp("rich")
    (folder / "policy.yml").write_text("extends: default\n")
    (folder / "diagnosis.yml").write_text(yaml.safe_dump(DIAGNOSIS))
    (folder / "routing.yml").write_text(yaml.safe_dump(ROUTING))
    return load(folder)


def table(page: Page, title: str) -> Table:
    [found] = [table for table in page.tables if table.title == title]
    return found


@pytest.mark.parametrize("name", bundled())
def test_every_row_is_as_long_as_its_head_and_nothing_is_left_out(name: str) -> None:
    book = load(name)
    looks, routes = (show.sections(book)[page] for page in ("diagnosis", "routing"))
    for page in (looks, routes):
        assert page.title and page.about and page.tables
        for each in page.tables:
            assert {len(row) for row in each.rows} == {len(each.head)}, each.title
    assert len(table(looks, "Probes").rows) == len(book.diagnosis.probes)
    assert len(table(looks, "Causes").rows) == len(book.diagnosis.causes)
    assert len(table(routes, "Rules").rows) == len(book.routing.rules)


def test_a_probe_says_how_it_looks_and_what_it_means(rich: Book) -> None:
    page = eyes.diagnosis(rich)
    health, log = table(page, "Probes").rows
    assert health[0] == "The API answers\nhealth"
    assert health[1].splitlines() == [
        "http at api, 5 s at most", "path: /health", "status: 200, 204",
        "the detector, too: 3 looks in a row, for 2 min",
    ]  # fmt: skip
    assert health[2] == "API"
    assert health[3].splitlines() == [
        "nobody listens: service_down (critical)", "seconds above 5: slow_response (high)",
        "seconds from 9.5: slow_response (critical)", "left below 1: empty (low)",
    ]  # fmt: skip
    assert log[2:] == ("\u2013", "its text is searched")


def test_services_sets_and_targets(rich: Book) -> None:
    page = eyes.diagnosis(rich)
    assert table(page, "Services").rows == (
        ("API (critical)", "api, web", "Start it."), ("Database", "db", "\u2013")
    )  # fmt: skip
    assert table(page, "Sets").rows == (("Quick", "quick, fast", "The API answers\nIts log"),)
    assert table(page, "Targets").rows == (("API", "api", "unset"), ("db", "db", "db.internal/shop"))


def test_no_page_shows_a_password(rich: Book) -> None:
    cells = [cell for each in eyes.diagnosis(rich).tables for row in each.rows for cell in row]
    assert not any("hunter2" in cell for cell in cells)


def test_causes_advice_and_errors(rich: Book) -> None:
    page = eyes.diagnosis(rich)
    assert table(page, "Causes").rows == (
        ("It is down", "high", "service_down, refused\nand empty\nbut not slow_response", "Look.\nStart it."),
    )
    assert table(page, "Recommendations").rows == (
        ("Start it.", "short term", "refused, It is down", "\u2013"), ("Wait.", "ongoing", "always", "Page 4"),
    )  # fmt: skip
    assert table(page, "Patterns").rows == (("refused (high)", "ECONN"),)
    assert table(page, "Errors in logs").rows == (
        ("Lines with", "error"), ("Are", "recent_errors (low) from 2 on"),
        ("Shown", "the last 3, and the 7 most repeated"),
    )  # fmt: skip


def test_triage_detector_and_maintenance(rich: Book) -> None:
    page = eyes.diagnosis(rich)
    assert table(page, "Triage").rows == (("0 or more", "SEV4"), ("1 or more", "SEV1"), ("Counted", "API"))
    assert page.notes == (
        "The detector looks every 45 s, 2 min after a round that broke, at 6 things at a time.",
        "It speaks up after 1 look that found something, and is calm after 4 looks in a row that did not. A "
        "watched scope is looked at every 2 min.",
    )
    assert table(page, "Maintenance").rows == (("Move", "2026-12-01 22:00 UTC to 2026-12-02 01:30 UTC", "api"),)


def test_rules_say_when_and_what_then(rich: Book) -> None:
    disks, offer, rest = table(eyes.routing(rich), "Rules").rows
    assert disks[1].splitlines() == [
        "from own", "type disk_* or full", "name *", "service db", "graded high or critical", "team is ops*",
    ]  # fmt: skip
    assert disks[2].splitlines() == [
        "it opens an incident", "as SEV2", "together by service, disk", "nobody is paged"
    ]  # fmt: skip
    assert offer == ("offer", "graded medium", "it is posted with a Declare button")
    assert rest == ("rest", "any other alert", "it is kept")


def test_sources_say_where_to_send_and_where_a_form_keeps_what(rich: Book) -> None:
    page = eyes.routing(rich)
    assert table(page, "Sources").rows == (("Our own", "/webhooks/alerts/own", "form"),)
    assert table(page, "Fields of Our own").rows == (("each", "alerts"), ("over", "fine"))
    assert page.notes[1] == (
        "Alerts within 5 min of each other belong together. Those outside incidents are told of in #alerts, at most "
        "once in 20 s, and kept for 7 d."
    )


def test_a_policy_without_eyes_says_so(rich: Book) -> None:
    blind = Book(**vars(rich) | {"diagnosis": Diagnosis(), "routing": Routing()})
    for page in (eyes.diagnosis(blind), eyes.routing(blind)):
        assert page.tables == () and page.notes[0].endswith(".")
