"""The policy framework, fact by fact."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.facts import Stage, Updated
from bot.policy.book import Book, load
from bot.policy.check import check
from bot.policy.model import Workdays

from .asking import AT, an_incident, contradictions, ends, said, short, titles, unescaped

MIN = timedelta(minutes=1)


@pytest.fixture(scope="module")
def book() -> Book:
    return load("framework")


def test_nothing_in_it_is_a_mistake(book: Book) -> None:
    assert check(book) == []


def test_what_people_typed_is_never_markup(book: Book) -> None:
    assert unescaped(book) == []


SEVERITIES = [
    # id, name, answered within, room, who is paged, examples
    ("p0", "Critical", 5 * MIN, True, {"oncall:primary", "incident-commanders", "engineering", "management"}, 4),
    ("p1", "High", 15 * MIN, True, {"oncall:primary", "management"}, 4),
    ("p2", "Medium", 120 * MIN, False, set(), 4),
    ("p3", "Low", Workdays(1), False, set(), 3),
]


@pytest.mark.parametrize(("id", "name", "answer", "room", "paged", "examples"), SEVERITIES, ids=short)
def test_the_severities(
    book: Book, id: str, name: str, answer: Any, room: bool, paged: set[str], examples: int
) -> None:
    severity = book.severities.get(id)
    assert (severity.title, severity.name, severity.acknowledge_within) == (id.upper(), name, answer)
    assert (severity.mitigate_within, severity.resolve_within) == (None, None)
    assert severity.room is room
    assert {who.removeprefix("group:") for who in severity.page} == paged
    assert len(severity.examples) == examples


def test_the_gravest_comes_first(book: Book) -> None:
    assert book.severities.names() == "p0, p1, p2, p3"
    assert book.severities.default == "p1"


EXAMPLES = [
    ("p0", ["website", "database", "breach", "Payments"]),
    ("p1", ["log in", "core feature", "slow", "API"]),
    ("p2", ["nobody depends on", "slowly", "interface", "third party"]),
    ("p3", ["misspelt", "out of line", "feature"]),
]


@pytest.mark.parametrize(("id", "words"), EXAMPLES)
def test_what_it_looks_like(book: Book, id: str, words: list[str]) -> None:
    examples = book.severities.get(id).examples
    assert [word for word, line in zip(words, examples, strict=True) if word not in line] == []


TOLD = [
    ("p0", "All hands", ["status page", "customers"]),
    ("p1", "on-call engineer and the manager", ["status page", "internal alerts"]),
    ("p2", "engineer it is assigned to", ["ticket", "set times"]),
    ("p3", "ordinary course", ["ticket"]),
]


@pytest.mark.parametrize(("id", "team", "tell"), TOLD)
def test_who_works_on_it_and_who_is_told(book: Book, id: str, team: str, tell: list[str]) -> None:
    severity = book.severities.get(id)
    assert team in (severity.team or "")
    assert [words for words in tell if words not in (severity.tell or "")] == []


def test_an_answer_that_waits_for_monday(book: Book) -> None:
    friday_evening = AT.replace(day=20, hour=18)
    targets = book.severities.get("p3").targets(friday_evening)
    assert friday_evening + (targets["acknowledge"] or MIN) == friday_evening.replace(day=23)


def test_five_questions_that_propose_nothing(book: Book) -> None:
    asked = [question.id for question in book.classification.assessment]
    assert asked == ["scope", "users", "systems", "recurring", "safety"]
    assert not book.classification.proposes
    assert book.classification.next({}) is None


IMPACT = [
    ("source", "choice"), ("systems", "text"), ("users", "number"), ("users-confirmed", "number"),
    ("regions", "text"), ("revenue", "choice"), ("reputation", "choice"), ("compliance", "choice"),
]  # fmt: skip


def test_the_impact_record(book: Book) -> None:
    assert [(field.id, field.kind) for field in book.impact.fields] == IMPACT
    source = book.impact.get("source")
    assert source and source.choices == ("Monitoring", "Customer", "Our own team", "Third party")
    for business in ("revenue", "reputation", "compliance"):
        field = book.impact.get(business)
        assert field and field.choices == ("None", "Low", "Medium", "High")


PHASES = [
    ("investigating", 1, "Detection and assessment", "Investigating"),
    ("stabilizing", 2, "Response and stabilization", "Investigating"),
    ("identified", 3, "Investigation and resolution", "Identified"),
    ("monitoring", 4, "Recovery", "Monitoring"),
    ("resolved", 5, "Post-incident", "Resolved"),
    ("closed", 5, "Post-incident", "Resolved"),
]


@pytest.mark.parametrize(("status", "number", "phase", "word"), PHASES)
def test_the_phases_and_the_words_that_go_out(book: Book, status: str, number: int, phase: str, word: str) -> None:
    place = book.lifecycle.place(status)
    assert place is not None
    assert (place[0], place[1].title) == (number, phase)
    assert book.lifecycle.get(status).word == word


def test_an_incident_goes_from_phase_to_phase_and_back(book: Book) -> None:
    way = ["investigating", "stabilizing", "identified", "monitoring", "resolved", "closed"]
    assert book.lifecycle.start == way[0]
    assert all(after in book.lifecycle.after(before) for before, after in itertools.pairwise(way))
    assert {"stabilizing", "investigating"} <= set(book.lifecycle.after("monitoring"))
    assert book.lifecycle.get("monitoring").stage is Stage.MITIGATED


def test_the_commander_alone_decides(book: Book) -> None:
    held = {"commander": "slack:U1", "tech": "slack:U2"}
    assert [seat.person for seat in book.lifecycle.deciders(held)] == ["slack:U1"]
    assert [seat.person for seat in book.lifecycle.resolvers(held)] == ["slack:U1"]
    assert book.lifecycle.resolvers({"tech": "slack:U2"}) == ()


def test_the_commander_has_five_duties(book: Book) -> None:
    duties = book.roles.get(book.roles.lead).duties
    wanted = ["reports to you", "go or no-go", "said to whom", "written down", "when it is over"]
    assert len(duties) == 5
    assert [words for duty, words in zip(duties, wanted, strict=True) if words not in duty] == []


def test_who_sits_in_the_room(book: Book) -> None:
    assert [role.id for role in book.roles.core] == ["commander", "tech", "manager", "product", "support"]
    assert [role.id for role in book.roles.extended] == ["communications", "scribe"]
    for severity in ("p0", "p1"):
        assert {"group:management", "group:product", "group:support"} <= set(book.severities.get(severity).invite)


def test_action_items_are_numbered(book: Book) -> None:
    assert [book.naming.action("#12", 12, n) for n in (1, 2, 120)] == ["AI-001", "AI-002", "AI-120"]


def test_rooms_and_incidents_are_called_as_by_default(book: Book) -> None:
    assert book.naming.label(12, AT, "p0") == "#12"
    assert book.naming.room(12, "Checkout is failing", AT, "p0", "#12") == "inc-12-checkout-is-failing"


@pytest.mark.parametrize("kept", ["logs", "state of the systems", "customers' reports", "dashboards"])
def test_what_counts_as_evidence(book: Book, kept: str) -> None:
    evidence = book.checklists.item("evidence")
    assert evidence and kept in evidence.text


CHECKLISTS = [
    ("stabilize", ["p0", "p1"], "response", ["harm", "evidence", "workaround", "scale"]),
    ("recovery", ["p0", "p1"], "recovery", ["services", "errors", "performance", "journeys", "anomalies"]),
]


@pytest.mark.parametrize(("id", "severities", "phase", "items"), CHECKLISTS)
def test_the_checklists(book: Book, id: str, severities: list[str], phase: str, items: list[str]) -> None:
    listed = book.checklists.get(id)
    assert listed is not None
    assert (list(listed.severities or ()), listed.phase) == (severities, phase)
    assert [item.id for item in listed.items] == items


@pytest.mark.parametrize("severity", ["p0", "p1"])
def test_when_the_checklists_open(book: Book, severity: str) -> None:
    assert [c.id for c in book.checklists.at_start(severity)] == ["stabilize"]
    assert [c.id for c in book.checklists.on(severity, "monitoring")] == ["recovery"]
    assert [c.id for c in book.checklists.closing(severity)] == ["closing"]


def test_small_incidents_have_a_small_list(book: Book) -> None:
    assert [[c.id for c in book.checklists.of(severity)] for severity in ("p2", "p3")] == [["small"], ["small"]]


@pytest.mark.parametrize(("severity", "every"), [("p0", 15 * MIN), ("p1", 15 * MIN), ("p2", None), ("p3", None)])
def test_the_cadence(book: Book, severity: str, every: timedelta | None) -> None:
    assert book.cadence.every(severity, Stage.ACTIVE) == every
    assert book.cadence.first(severity, Stage.ACTIVE) == every
    assert book.cadence.every(severity, Stage.RESOLVED) is None


def test_what_an_update_asks_for_in_order(book: Book) -> None:
    asked = [field.id for field in book.communications.update_fields]
    assert asked == ["state", "impact", "actions", "next_steps", "help_needed"]


def test_an_update_says_its_fields_in_order(book: Book) -> None:
    update = Updated(3, "stabilizing", "p0", "half works", "carts", "switched off", "fail over (03:30)", "a DBA")
    incident = an_incident(book, "p0", "stabilizing", updates=(update,))
    lines = said(book, "updated", incident, update=update, at=AT, due=AT + 15 * MIN, elapsed=20 * MIN)
    assert lines == [
        "🔴 *#12 P0 checkout is failing*",
        "🩹 *Update 3* · 03:12 UTC",
        "*Status:* Investigating. half works",
        "*Impact:* carts",
        "*Actions taken:* switched off",
        "*Next steps:* fail over (03:30)",
        "*Need help with:* a DBA",
        "Next update by 03:27 UTC",
    ]


def test_an_update_takes_the_impact_from_the_record(book: Book) -> None:
    update = Updated(1, "investigating", "p2", "slow")
    incident = an_incident(book, "p2", updates=(update,), impact={"systems": "api", "users": "900"})
    lines = said(book, "updated", incident, update=update, at=AT)
    assert lines[2:] == [
        "*Status:* Investigating. slow",
        "*Impact:* Systems: api · Users (estimated): 900",
        "Next update when there is news",
    ]


@pytest.mark.parametrize(("severity", "bridge"), [("p0", True), ("p1", True), ("p2", False), ("p3", False)])
def test_a_bridge_for_the_graver_two(book: Book, severity: str, bridge: bool) -> None:
    joined = book.bridge(an_incident(book, severity))
    assert (joined is not None) is bridge
    if joined:
        assert joined.link == "https://meet.example.com/incident-12"


AUDIENCES = [("p0", True, True), ("p1", True, True), ("p2", False, True), ("p3", False, False)]


@pytest.mark.parametrize(("severity", "declared", "updates"), AUDIENCES)
def test_who_hears_outside_the_room(book: Book, severity: str, declared: bool, updates: bool) -> None:
    channels = [bool(book.communications.audience(severity, what)) for what in ("declared", "update", "resolved")]
    assert channels == [declared, updates, updates]


ALERTS = [("1", "p3", False), ("2", "p2", False), ("3", "p1", True), ("4", "p0", True), ("7", "p0", True)]


@pytest.mark.parametrize(("number", "severity", "pages"), ALERTS)
def test_numbered_alerts(book: Book, number: str, severity: str, pages: bool) -> None:
    alert = book.alerts.find(number)
    assert alert is not None
    assert (alert.severity, book.alerts.pages(alert)) == (severity, pages)


def test_of_alerts_the_higher_number_is_the_worse(book: Book) -> None:
    gravest = book.alerts.gravest("2", "4", "1", "3")
    assert gravest and gravest.id == "4"


def test_the_sections_of_the_review(book: Book) -> None:
    assert book.postmortem.called == "Post-Incident Review"
    assert book.postmortem.head == ("date", "duration", "severity", "commander")
    assert titles(book.postmortem.sections) == [
        "Summary",
        "Impact",
        "Timeline",
        ("Root Cause Analysis", ["Immediate Cause", "Root Cause", "Five Whys", "Fishbone"]),
        "What Went Well",
        "What Could Be Improved",
        "Action Items",
        "Lessons Learned",
    ]


def test_what_stands_of_an_action_item(book: Book) -> None:
    actions = next(s for s in book.postmortem.sections if s.source == "actions")
    assert actions.columns == ("id", "item", "owner", "due", "priority", "status")


def test_the_review_over_a_weekend(book: Book) -> None:
    assert ends(book, "p0") == {
        "start": "Sat 21 15:00", "draft": "Fri 27 15:00", "review": "Mon 30 15:00", "final": "Wed 02 15:00"
    }  # fmt: skip


CONFLICTS = [
    # id, where it stands, what stands there, whether Muster acts on it
    ("p1-customers", None, None, False),
    ("alert-numbers", "alerts.page_from", "3", True),
    ("cadence-scope", "cadence.severities.p1.update_every", "15m", True),
    ("review-days", "postmortem.targets.review.within", "3d", True),
]


RUNS = [
    ("p1-customers", "Customers are told of a P1 too"), ("alert-numbers", "3 becomes a P1 and pages"),
    ("cadence-scope", "P2 and P3 when there is news"), ("review-days", "Each step counts from the one before it"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "words"), RUNS)
def test_which_of_them_runs(book: Book, id: str, words: str) -> None:
    assert words in next(c.runs for c in book.conflicts.all if c.id == id)


def test_where_it_says_two_things(book: Book) -> None:
    assert [(c.id, c.setting, c.value, c.acts) for c in book.conflicts.all] == CONFLICTS
    assert contradictions(book) == []
