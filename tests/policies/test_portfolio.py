"""The policy portfolio, fact by fact."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product
from typing import Any

import pytest

from bot.domain.facts import Resolved, Stage, Updated
from bot.domain.incident import Incident
from bot.domain.tasks import Task
from bot.policy.book import Book, load
from bot.policy.check import check
from bot.policy.document import write
from bot.policy.show import sections
from bot.workflows.follow_up import applying, item

from .asking import AT, an_incident, contradictions, ends, said, short, titles, unescaped

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LEVELS = ("low", "medium", "high", "critical")


@pytest.fixture(scope="module")
def book() -> Book:
    return load("portfolio")


def ended(book: Book, severity: str, took: timedelta, cause: str = "", **more: Any) -> Incident:
    """One that was resolved so long after its declaration."""
    stages = {Stage.ACTIVE: AT, Stage.RESOLVED: AT + took}
    resolution = Resolved("recovering", "resolved", "standard", "restarted", cause)
    over = {"stage": Stage.RESOLVED, "stages": stages, "ended_at": AT + took, "resolution": resolution}
    return an_incident(book, severity, "resolved", **over, **more)


def test_nothing_in_it_is_a_mistake(book: Book) -> None:
    assert check(book) == []
    assert unescaped(book) == []


SEVERITIES = [
    # id, name, answered within, resolved within, paged, examples
    ("p0", "Critical", 15 * MIN, 2 * HOUR, True, ["Nothing answers", "corrupted", "broken in"]),
    ("p1", "High", HOUR, 4 * HOUR, True, ["WebSocket", "terminal"]),
    ("p2", "Medium", 4 * HOUR, 8 * HOUR, True, ["slower", "single feature"]),
    ("p3", "Low", 8 * HOUR, DAY, True, ["interface", "nobody depends on"]),
    ("p4", "Informational", 72 * HOUR, None, False, ["Monitoring", "Capacity"]),
]


@pytest.mark.parametrize(("id", "name", "answer", "resolve", "paged", "examples"), SEVERITIES, ids=short)
def test_the_severities(
    book: Book, id: str, name: str, answer: timedelta, resolve: timedelta | None, paged: bool, examples: list[str]
) -> None:
    severity = book.severities.get(id)
    assert (severity.title, severity.name) == (id.upper(), name)
    assert (severity.acknowledge_within, severity.resolve_within) == (answer, resolve)
    assert severity.page == (("oncall:primary",) if paged else ())
    assert len(severity.examples) == len(examples)
    assert [words for words, line in zip(examples, severity.examples, strict=True) if words not in line] == []


MEANS = [("p0", "everybody"), ("p1", "many users"), ("p2", "some users"), ("p3", "few users"), ("p4", "No user")]


@pytest.mark.parametrize(("id", "words"), MEANS)
def test_whom_it_hurts(book: Book, id: str, words: str) -> None:
    assert words in book.severities.get(id).means


def test_the_gravest_comes_first_and_every_one_has_a_room(book: Book) -> None:
    assert book.severities.names() == "p0, p1, p2, p3, p4"
    assert book.severities.default == "p1"
    assert all(severity.room for severity in book.severities.all)


@pytest.mark.parametrize(("word", "id"), [("critical", "p0"), ("High", "p1"), ("medium", "p2"), ("low", "p3")])
def test_the_words_that_declare_by_hand(book: Book, word: str, id: str) -> None:
    found = book.severities.find(word)
    assert found and found.id == id


MATRIX = {
    "low": ("p4", "p3", "p2", "p1"),
    "medium": ("p3", "p2", "p1", "p0"),
    "high": ("p2", "p1", "p0", "p0"),
    "critical": ("p1", "p0", "p0", "p0"),
}


@pytest.mark.parametrize(("row", "column"), [*product(LEVELS, LEVELS)])
def test_each_cell_of_the_matrix_and_its_mirror(book: Book, row: str, column: str) -> None:
    wanted = MATRIX[row][LEVELS.index(column)]
    for impact, urgency in ((row, column), (column, row)):
        answers = {"impact": impact, "urgency": urgency}
        proposal = book.classification.propose(answers, book.severities.ids)
        assert proposal == (wanted, f"Impact: {impact.title()} · Urgency: {urgency.title()}")


def test_the_impact_record(book: Book) -> None:
    assert [(field.id, field.kind) for field in book.impact.fields] == [
        ("services", "text"), ("users", "number"), ("sessions", "number"), ("downtime", "number"),
        ("availability", "number"), ("sla", "text"), ("revenue", "text"), ("complaints", "number"),
    ]  # fmt: skip


def test_the_statuses(book: Book) -> None:
    life = book.lifecycle
    assert (life.start, life.reopened) == ("open", "investigating")
    way = ["open", "investigating", "recovering", "monitoring", "resolved", "closed"]
    assert all(after in life.after(before) for before, after in pairwise(way))
    assert "investigating" in life.after("recovering")
    assert [life.get(status).stage for status in way] == [
        Stage.ACTIVE, Stage.ACTIVE, Stage.ACTIVE, Stage.MITIGATED, Stage.RESOLVED, Stage.CLOSED
    ]  # fmt: skip


def test_the_kinds_of_recovery_come_first(book: Book) -> None:
    kinds = [kind.id for kind in book.lifecycle.kinds_of_resolution]
    assert kinds == ["standard", "emergency", "rollback", "fix", "workaround"]


def test_an_incident_is_called_by_its_second(book: Book) -> None:
    assert book.naming.label(12, AT, "p0") == "INC-20261121-031245"
    assert book.naming.room(12, "checkout is failing", AT, "p0") == "incident-inc-20261121-031245"


@pytest.mark.parametrize(("later", "same"), [(timedelta(milliseconds=999), True), (timedelta(seconds=1), False)])
def test_two_of_one_second_are_told_apart_by_an_ending(book: Book, later: timedelta, same: bool) -> None:
    first, second = (book.naming.label(n, at, "p0") for n, at in ((12, AT), (13, AT + later)))
    assert (first == second) is same
    assert book.naming.another_label(first, 2) != first


ROSTER = [
    # role, who takes it, called only when needed
    ("commander", "Engineering Manager", False),
    ("tech", "Site Reliability Engineer", False),
    ("secondary", "DevOps Engineer", False),
    ("security", "breach", True),
    ("executive", "P0 lasts 30 minutes", True),
]


@pytest.mark.parametrize(("id", "words", "extended"), ROSTER)
def test_the_roster(book: Book, id: str, words: str, extended: bool) -> None:
    role = book.roles.get(id)
    assert role.extended is extended
    assert words in " ".join([*role.choose, role.when or ""])


@pytest.mark.parametrize("severity", ["p0", "p1", "p2", "p3", "p4"])
def test_seven_steps_at_once_whatever_the_severity(book: Book, severity: str) -> None:
    [listed] = book.checklists.at_start(severity)
    steps = ["acknowledged", "assessed", "impact", "logs", "stakeholders", "assembled", "begun"]
    assert [step.id for step in listed.items] == steps


STEPS = [
    ("assessed", ["service", "memory", "disk", "5173", "8002", "8123"]),
    ("impact", ["users", "terminal sessions"]),
    ("logs", ["30 minutes"]),
    ("stakeholders", ["investigating"]),
    ("assembled", ["room", "bridge"]),
    ("begun", ["investigation"]),
]


@pytest.mark.parametrize(("step", "words"), STEPS)
def test_what_a_step_looks_at(book: Book, step: str, words: list[str]) -> None:
    found = book.checklists.item(step)
    assert found and [word for word in words if word not in found.text] == []


CADENCE = [
    ("p0", 15 * MIN, 15 * MIN), ("p1", 30 * MIN, 30 * MIN), ("p2", 4 * HOUR, HOUR), ("p3", None, None),
    ("p4", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("severity", "first", "every"), CADENCE)
def test_the_cadence(book: Book, severity: str, first: timedelta | None, every: timedelta | None) -> None:
    assert book.cadence.first(severity, Stage.ACTIVE) == first
    assert book.cadence.every(severity, Stage.ACTIVE) == every


def test_the_cadence_is_shown_with_the_first_update_where_it_is_another(book: Book) -> None:
    shown = {severity: updates for severity, updates, *_ in sections(book)["cadence"].tables[0].rows}
    assert shown["P2"] == "every 1 h, the first after 4 h"
    assert shown["P1"] == "every 30 min"


def test_where_people_speak(book: Book) -> None:
    assert book.communications.incidents_channel == "claude-incidents"
    for severity in book.severities.ids:
        bridge = book.bridge(an_incident(book, severity))
        assert bridge and (bridge.phone, bridge.pin, bridge.link) == ("+1-555-0100", "123456", "")
        links = {mark.title: link for mark, link in book.links(an_incident(book, severity))}
        assert links["Status page"].startswith("https://status.example.com")
        assert links["Teams room"].startswith("https://teams.example.com")


def test_the_declaration_says_id_severity_time_and_status(book: Book) -> None:
    assert said(book, "declared", an_incident(book, "p1")) == [
        "🟠 *INC-20261121-031245 P1 checkout is failing*",
        "*Severity:* P1 High · *Status:* Open",
        "*Time:* 03:12 UTC, declared by slack:U1",
        "*Commander:* nobody yet",
    ]


def test_the_declaration_says_the_impact_once_it_is_known(book: Book) -> None:
    impact = {"users": "40", "revenue": "none", "services": "terminal-service"}
    lines = said(book, "declared", an_incident(book, "p1", impact=impact))
    assert "*Impact:* Services affected terminal-service · Users affected 40" in lines


def test_an_update_says_status_words_and_who_wrote_them(book: Book) -> None:
    update = Updated(2, "investigating", "p0", "half works", "carts", "restarting", "verify at 03:30")
    incident = an_incident(book, "p0", "investigating", updates=(update,))
    assert said(book, "updated", incident, update=update, own=(), at=AT, due=AT + 15 * MIN)[1:] == [
        "🔍 *Update 2* · *Investigating*",
        "half works",
        "*Impact:* carts",
        "*What we are doing:* restarting",
        "*Next steps:* verify at 03:30",
        "slack:U1, 03:12 UTC",
        "Next update by 03:27 UTC",
    ]
    assert [f.id for f in book.communications.update_fields] == ["state", "impact", "actions", "next_steps"]


def test_the_end_says_the_kind_of_recovery_and_how_long_it_took(book: Book) -> None:
    fields = {"kind": "Emergency recovery", "summary": "all restarted", "elapsed": 42 * MIN, "targets": ()}
    lines = said(book, "resolved", an_incident(book, "p0", "resolved"), **fields)
    assert lines[1:] == ["✅ *Resolved* after 42 min · Emergency recovery", "all restarted", "Resolved by slack:U1"]


ALERTS = [
    # alert, severity, what PagerDuty calls it, whether it pages
    ("informational", "p4", "info", False),
    ("low", "p3", "info", False),
    ("medium", "p2", "warning", False),
    ("high", "p1", "error", True),
    ("critical", "p0", "critical", True),
]


def test_the_alerts_in_rising_order(book: Book) -> None:
    alerts = book.alerts.severities
    assert [(a.id, a.severity, a.pagerduty, book.alerts.pages(a)) for a in alerts] == ALERTS


def test_several_alerts_count_as_the_gravest_of_them(book: Book) -> None:
    gravest = book.alerts.gravest("medium", "informational", "high", "low")
    assert gravest and gravest.id == "high"


SECTIONS = [
    "Incident Summary",
    "Timeline",
    ("Root Cause Analysis", ["What Happened?", "Why Did It Happen?", "Contributing Factors"]),
    ("Response Evaluation", ["What Went Well?", "What Could Be Improved?", "Detection and Response Times"]),
    "Action Items",
    ("Lessons Learned", ["Technical Lessons", "Process Lessons"]),
    (
        "Prevention Measures",
        ["Immediate (0 to 30 days)", "Short-term (1 to 3 months)", "Long-term (3 months and more)"],
    ),
    ("Communication", ["Internal Communication", "External Communication"]),
    ("Metrics and Impact", ["Availability Impact", "Business Impact"]),
    "Sign-off",
]


def test_the_sections_of_the_review(book: Book) -> None:
    assert book.postmortem.called == "Post-Incident Review"
    assert titles(book.postmortem.sections) == SECTIONS


def test_what_the_tables_of_the_review_hold(book: Book) -> None:
    sections = {s.id: s for s in book.postmortem.sections}
    parts = {part.id: part for part in sections["metrics"].parts}
    assert sections["summary"].items == (
        "id", "date", "duration", "severity", "status", "impact:services", "impact:users"
    )  # fmt: skip
    assert sections["timeline"].columns == ("time", "event", "action", "notes")
    assert sections["actions"].columns == ("item", "owner", "due", "priority", "status")
    assert parts["availability"].items == ("downtime", "availability", "sla")
    assert parts["business"].items == ("users", "revenue", "complaints")


def test_three_sign_it_and_nothing_is_due(book: Book) -> None:
    signed = [(signature.title, signature.role) for signature in book.postmortem.sign_off]
    assert signed == [
        ("Incident Commander", "commander"), ("Engineering Manager", "manager"), ("Product Manager", "product")
    ]  # fmt: skip
    assert ends(book, "p0") == {}


SLA = [("critical", 5, 15, 120), ("high", 10, 60, 240), ("medium", 30, 240, 480), ("low", 60, 480, 1440)]


@pytest.mark.parametrize(("alert", "detection", "response", "resolution"), SLA)
def test_the_sla_and_its_border(book: Book, alert: str, detection: int, response: int, resolution: int) -> None:
    sla = book.postmortem.sla
    assert sla
    promise = sla.promise(alert)
    assert (promise.detection, promise.response, promise.resolution) == (
        detection * MIN, response * MIN, resolution * MIN
    )  # fmt: skip
    assert sla.verdict(alert, resolution * MIN) == "Met"
    assert sla.verdict(alert, resolution * MIN + timedelta(seconds=1)) == "Exceeded"


@pytest.mark.parametrize("unknown", ["informational", "bad", None])
def test_what_the_sla_does_not_know_counts_as_medium(book: Book, unknown: str | None) -> None:
    sla = book.postmortem.sla
    assert sla and sla.promise(unknown) == sla.targets["medium"]


VERDICTS = [("p0", 120, "Critical"), ("p1", 240, "High"), ("p2", 480, "Medium"), ("p3", 1440, "Low")]


@pytest.mark.parametrize(("severity", "minutes", "alert"), VERDICTS)
def test_the_review_gives_the_verdict(book: Book, severity: str, minutes: int, alert: str) -> None:
    kept, missed = (write(book, ended(book, severity, minutes * MIN + late), (), {}) for late in (0 * MIN, MIN))
    assert f"**SLA ({alert}):** Met" in kept
    assert f"**SLA ({alert}):** Exceeded" in missed


def test_a_p4_is_measured_as_medium(book: Book) -> None:
    text = write(book, ended(book, "p4", 480 * MIN), (), {}).casefold()
    assert "**sla (medium):** met" in text and "480 min" in text


@pytest.mark.parametrize("severity", ["p0", "p1", "p2", "p3"])
def test_no_severity_is_slower_than_its_sla(book: Book, severity: str) -> None:
    sla, alert = book.postmortem.sla, book.alerts.of(severity)
    assert sla and alert
    promise, own = sla.promise(alert.id), book.severities.get(severity)
    assert (own.acknowledge_within, own.resolve_within) == (promise.response, promise.resolution)


RULES = [
    # rule, severity, how long it took, cause, whether the rule asks
    ("long", "p2", 60 * MIN, "", False),
    ("long", "p2", 60 * MIN + timedelta(seconds=1), "", True),
    ("early-warning", "p0", MIN, "", True),
    ("early-warning", "p1", MIN, "", True),
    ("early-warning", "p2", MIN, "", False),
    ("resources", "p2", MIN, "Resource Exhaustion on the node", True),
    ("resources", "p2", MIN, "the resources were exhausted", False),
    ("configuration", "p2", MIN, "a wrong Configuration of nginx", True),
    ("configuration", "p2", MIN, "a wrong version of nginx", False),
]


@pytest.mark.parametrize(("rule", "severity", "took", "cause", "asks"), RULES)
def test_when_a_rule_asks(book: Book, rule: str, severity: str, took: timedelta, cause: str, asks: bool) -> None:
    asked = [each.id for each in applying(book, ended(book, severity, took, cause))]
    assert asked == ([rule] if asks else [])


ITEMS = [
    ("long", "Engineering Manager", 14, "high"),
    ("early-warning", "SRE Team", 30, "high"),
    ("resources", "Infrastructure Team", 21, "medium"),
    ("configuration", "DevOps Team", 28, "medium"),
]


def test_what_the_rules_ask_for(book: Book) -> None:
    asked = {rule.id: item(rule, AT) for rule in book.postmortem.rules}
    assert [(id, a.team, (a.due - AT).days if a.due else None, a.priority) for id, a in asked.items()] == ITEMS


HORIZONS = [(30, "Immediate"), (31, "Short-term"), (90, "Short-term"), (91, "Long-term")]


@pytest.mark.parametrize(("days", "horizon"), HORIZONS)
def test_the_date_decides_where_a_measure_stands(book: Book, days: int, horizon: str) -> None:
    end = AT + HOUR
    task = Task(1, "Buy a bigger disk", later=True, due=end + days * DAY, priority="medium")
    text = write(book, ended(book, "p1", HOUR, tasks=(task,)), (), {})
    under = next(part for part in text.split("### ") if part.startswith(horizon))
    assert "Buy a bigger disk" in under
    assert text.count("Buy a bigger disk") == 2  # there, and in the table of all


CONFLICTS = [
    # id, where it stands, what stands there, whether Muster acts on it
    ("cto", "escalation.rules.p0-executives.after", "30m", True),
    ("clocks", "escalation.rules.p1-manager.after", "1h", True),
    ("minor-levels", "escalation.rules.p3-secondary.after", "4h", True),
    ("memory", "diagnosis.probes.host.limits.1.above", "90", True),
    ("log-findings", "diagnosis.causes.names.symptoms", "[dns_resolution_failed]", True),
    ("error-rate", "diagnosis.probes.error-rate.limits.1.above", "5", True),
    ("p3-answer", "severities.p3.acknowledge_within", "8h", True),
    ("p4-measure", "postmortem.sla.otherwise", "medium", True),
    ("layouts", "postmortem.sections.sign-off.source", "sign_off", True),
    ("prevention", "postmortem.sections.prevention.parts.immediate-measures.within", "30d", True),
    ("pagerduty", "alerts.severities.high.pagerduty", "error", True),
]


RUNS = [
    ("cto", "After 30 minutes"), ("clocks", "table by severity"), ("minor-levels", "P2 and P3 move up by the table"),
    ("memory", "85 % opens an incident, 90 % is a symptom, and below 80 % is healthy"), ("p3-answer", "8 hours"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "words"), RUNS)
def test_which_of_them_runs(book: Book, id: str, words: str) -> None:
    assert words in next(c.runs for c in book.conflicts.all if c.id == id)


def test_whose_lines_the_conflicts_name(book: Book) -> None:
    assert sections(book)["conflicts"].notes[0].endswith("those of the team's own document, not of these files.")


def test_where_it_says_two_things(book: Book) -> None:
    assert [(c.id, c.setting, c.value, c.acts) for c in book.conflicts.all] == CONFLICTS
    assert all(len(c.says) > 1 for c in book.conflicts.all)
    assert contradictions(book) == []
