"""The policy smartcloudops, fact by fact."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product
from typing import Any

import pytest

from bot.domain.facts import Stage, Updated
from bot.policy.book import Book, load
from bot.policy.check import check
from bot.policy.model import Workdays

from .asking import AT, an_incident, contradictions, ends, gravest_first, said, short, titles, unescaped

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def book() -> Book:
    return load("smartcloudops")


def test_nothing_in_it_is_a_mistake(book: Book) -> None:
    assert check(book) == []


def test_what_people_typed_is_never_markup(book: Book) -> None:
    assert unescaped(book) == []


SEVERITIES = [
    # id, name, answered within, who is paged, examples
    ("p0", "Critical", 15 * MIN, {"oncall:primary", "incident-commanders", "security", "support"}, 4),
    ("p1", "High", HOUR, {"oncall:primary", "incident-commanders"}, 3),
    ("p2", "Medium", 4 * HOUR, {"oncall:primary"}, 3),
    ("p3", "Low", Workdays(1), set(), 3),
]


@pytest.mark.parametrize(("id", "name", "answer", "paged", "examples"), SEVERITIES, ids=short)
def test_the_severities(book: Book, id: str, name: str, answer: Any, paged: set[str], examples: int) -> None:
    severity = book.severities.get(id)
    assert (severity.title, severity.name, severity.acknowledge_within) == (id.upper(), name, answer)
    assert (severity.mitigate_within, severity.resolve_within) == (None, None)
    assert {who.removeprefix("group:") for who in severity.page} == paged
    assert len(severity.examples) == examples
    assert severity.room


def test_the_gravest_comes_first(book: Book) -> None:
    assert book.severities.names() == "p0, p1, p2, p3"
    assert book.severities.default == "p1"


EXAMPLES = [
    ("p0", ["platform", "Data was taken", "database", "exploited"]),
    ("p1", ["API is down, logins", "50 %", "several customers"]),
    ("p2", ["not critical", "25 %", "data"]),
    ("p3", ["interface", "documentation", "alert"]),
]


@pytest.mark.parametrize(("id", "words"), EXAMPLES)
def test_what_it_looks_like(book: Book, id: str, words: list[str]) -> None:
    examples = book.severities.get(id).examples
    assert [word for word, line in zip(words, examples, strict=True) if word not in line] == []


TOLD = [
    ("p0", "full response team and the executives", "at once; CTO and CEO within 15 minutes"),
    ("p1", "core", "within 2 hours"),
    ("p2", "technical lead and the on-call engineer", "Our own people only"),
    ("p3", "business hours", "tracked inside"),
]


@pytest.mark.parametrize(("id", "team", "tell"), TOLD)
def test_who_works_on_it_and_who_is_told(book: Book, id: str, team: str, tell: str) -> None:
    severity = book.severities.get(id)
    assert team in (severity.team or "")
    assert tell in (severity.tell or "")


FIGURES = [("p0", ["75 %"]), ("p1", ["25 % to 75 %", "50 %"]), ("p2", ["5 % to under 25 %", "25 %"]), ("p3", ["5 %"])]


@pytest.mark.parametrize(("id", "figures"), FIGURES)
def test_the_figures_that_put_an_incident_there(book: Book, id: str, figures: list[str]) -> None:
    severity = book.severities.get(id)
    words = " ".join((*severity.criteria, *severity.examples))
    assert [figure for figure in figures if figure not in words] == []


USERS = {"over-75": "p0", "25-to-75": "p1", "5-to-25": "p2", "under-5": "p3"}
SERVICE = {"outage": "p0", "major": "p1", "minor": "p2", "minimal": "p3"}


@pytest.mark.parametrize(("users", "service"), list(product(USERS, SERVICE)))
def test_of_users_and_service_the_graver_counts(book: Book, users: str, service: str) -> None:
    proposal = book.classification.propose({"users": users, "service": service}, gravest_first(book))
    assert proposal and proposal.severity == min(USERS[users], SERVICE[service])


def test_both_are_asked(book: Book) -> None:
    first = book.classification.next({})
    assert first and first.id == "users"
    then = book.classification.next({"users": "under-5"})
    assert then and then.id == "service"
    assert book.classification.longest == 2


def test_a_figure_on_the_border_belongs_to_the_graver_row(book: Book) -> None:
    asked = book.classification.next({})
    assert asked is not None
    rows = {choice.id: choice.title for choice in asked.choices}
    assert (rows["25-to-75"], rows["5-to-25"]) == ("25 % to 75 %", "5 % to under 25 %")
    assert (rows["over-75"], rows["under-5"]) == ("More than 75 %", "Less than 5 %")


STAGES = [
    ("detected", 1, "Detected", "Investigating"),
    ("assessing", 2, "Initial assessment", "Investigating"),
    ("classified", 3, "Severity classification", "Investigating"),
    ("assembling", 4, "Team assembly", "Investigating"),
    ("investigating", 5, "Investigation and mitigation", "Investigating"),
    ("mitigating", 5, "Investigation and mitigation", "Mitigating"),
    ("verifying", 6, "Recovery verification", "Mitigating"),
    ("resolved", 7, "Post-incident review", "Resolved"),
    ("closed", 8, "Action items", "Resolved"),
]


@pytest.mark.parametrize(("status", "number", "phase", "word"), STAGES)
def test_the_stages_and_the_words_that_go_out(book: Book, status: str, number: int, phase: str, word: str) -> None:
    place = book.lifecycle.place(status)
    assert place is not None
    assert (place[0], place[1].title) == (number, phase)
    assert book.lifecycle.get(status).word == word


def test_an_incident_goes_from_stage_to_stage(book: Book) -> None:
    way = [status for status, _, _, _ in STAGES]
    assert book.lifecycle.start == way[0]
    assert all(after in book.lifecycle.after(before) for before, after in pairwise(way))


def test_search_and_mitigation_go_round_until_it_is_over(book: Book) -> None:
    assert "mitigating" in book.lifecycle.after("investigating")
    assert "investigating" in book.lifecycle.after("mitigating")
    assert {"investigating", "mitigating"} <= set(book.lifecycle.after("verifying"))
    assert book.lifecycle.get("verifying").stage is Stage.MITIGATED


def test_the_five_of_the_team(book: Book) -> None:
    assert [(role.id, role.title) for role in book.roles.core] == [
        ("commander", "Incident Commander"), ("tech", "Technical Lead"), ("communications", "Communications Lead"),
        ("security", "Security Lead"), ("success", "Customer Success"),
    ]  # fmt: skip


def test_two_who_are_called(book: Book) -> None:
    assert [role.id for role in book.roles.extended] == ["executive", "legal"]
    executive, legal = book.roles.extended
    assert "P0" in (executive.when or "") and "within 15 minutes" in (executive.when or "")
    assert "CTO has the last word in technical questions, the CEO in those of the business" in executive.duties[0]
    assert "press" in executive.duties[1]
    assert "outside" in (legal.when or "")


TEAMS = [("p0", {"security", "support", "executives"}), ("p1", {"security", "support"})]


@pytest.mark.parametrize(("severity", "groups"), TEAMS)
def test_the_whole_team_is_invited_to_the_graver_two(book: Book, severity: str, groups: set[str]) -> None:
    invited = {principal.removeprefix("group:") for principal in book.severities.get(severity).invite}
    assert invited == {"declarer", "oncall:primary", "incident-commanders", *groups}


CHECKLISTS = [
    ("immediate", None, 15 * MIN, ["acknowledged", "graded", "channel", "paged", "looking", "quick-fix"]),
    ("assessment", 15 * MIN, 15 * MIN, ["confirmed", "team", "command", "ticket", "told", "war-room"]),
]


def test_two_checklists_for_the_first_half_hour(book: Book) -> None:
    known = [(c.id, c.after, c.remind_after, [item.id for item in c.items]) for c in book.checklists.all]
    assert known == CHECKLISTS


@pytest.mark.parametrize("severity", ["p0", "p1", "p2", "p3"])
def test_when_the_checklists_open(book: Book, severity: str) -> None:
    assert [c.id for c in book.checklists.at_start(severity)] == ["immediate"]
    assert [c.id for c in book.checklists.later(severity)] == ["assessment"]


def test_an_incident_is_named_after_its_minute(book: Book) -> None:
    label = book.naming.label(12, AT, "p0")
    assert label == "INC-20261121-0312"
    assert book.naming.room(12, "Checkout is failing", AT, "p0", label) == "incident-inc-20261121-0312"


def test_two_incidents_of_one_minute(book: Book) -> None:
    label = book.naming.label(12, AT, "p0")
    assert book.naming.label(13, AT.replace(second=59), "p1") == label
    second = book.naming.another_label(label, 2)
    assert second == "INC-20261121-0312-2"
    assert book.naming.room(13, "Something else", AT, "p1", second) == "incident-inc-20261121-0312-2"


@pytest.mark.parametrize(("severity", "every"), [("p0", 30 * MIN), ("p1", 30 * MIN), ("p2", 30 * MIN), ("p3", None)])
def test_the_cadence(book: Book, severity: str, every: timedelta | None) -> None:
    assert book.cadence.every(severity, Stage.ACTIVE) == every
    assert book.cadence.first(severity, Stage.ACTIVE) == every


@pytest.mark.parametrize(("severity", "war_room"), [("p0", True), ("p1", True), ("p2", False), ("p3", False)])
def test_a_war_room_for_the_graver_two(book: Book, severity: str, war_room: bool) -> None:
    joined = book.bridge(an_incident(book, severity))
    assert (joined.link if joined else None) == ("https://meet.example.com/INC-20261121-0312" if war_room else None)


AUDIENCES = [
    ("p0", ("status-updates", "executive-updates")),
    ("p1", ("status-updates",)),
    ("p2", ("status-updates",)),
    ("p3", ()),
]


@pytest.mark.parametrize(("severity", "channels"), AUDIENCES)
def test_who_hears_outside_the_room(book: Book, severity: str, channels: tuple[str, ...]) -> None:
    assert book.communications.audience(severity, "update") == channels
    assert book.communications.audience(severity, "resolved") == channels


def test_what_an_update_asks_for_in_order(book: Book) -> None:
    asked = [field.id for field in book.communications.update_fields]
    assert asked == ["state", "impact", "actions", "next_steps", "eta", "tracking"]


def test_an_update_says_its_fields_in_order(book: Book) -> None:
    more = {"eta": "15:30 UTC", "tracking": "https://tickets.example.com/7"}
    update = Updated(2, "mitigating", "p0", "the API is down", "no logins", "restarted", "fail over", more=more)
    roles = {"commander": "slack:U1", "tech": "slack:U2"}
    incident = an_incident(book, "p0", "mitigating", updates=(update,), roles=roles)
    told = {"update": update, "elapsed": 42 * MIN, "at": AT + 42 * MIN, "due": AT + 72 * MIN}
    assert said(book, "updated", incident, **told) == [
        "🔴 *INC-20261121-0312 P0 checkout is failing*",
        "🔧 *Update 2* · *Mitigating* · P0",
        "Started 03:12 UTC, 42 min ago",
        "*Current situation:* the API is down",
        "*Impact:* no logins",
        "*Mitigation so far:* restarted",
        "*Next steps:* fail over",
        "*Expected resolution:* 15:30 UTC",
        "*Contact:* slack:U1 (commander), slack:U2 (technical lead)",
        "Next update by 04:24 UTC",
        "Tracked at https://tickets.example.com/7",
    ]


def test_an_update_of_few_words(book: Book) -> None:
    update = Updated(1, "detected", "p3", "looking")
    lines = said(book, "updated", an_incident(book, "p3", updates=(update,)), update=update, elapsed=5 * MIN)
    assert lines[1:] == [
        "🚨 *Update 1* · *Investigating* · P3",
        "Started 03:12 UTC, 5 min ago",
        "*Current situation:* looking",
        "*Contact:* nobody commands yet",
        "Next update when there is news",
    ]


def test_the_impact_record(book: Book) -> None:
    assert [field.id for field in book.impact.fields] == [
        "users", "felt-for", "features", "complaints", "revenue", "sla", "churn", "regulatory"
    ]  # fmt: skip
    regulatory, sla = book.impact.get("regulatory"), book.impact.get("sla")
    assert regulatory and regulatory.choices == ("None", "Review needed")
    assert sla and "99.9 %" in (sla.ask or "")


def test_the_sections_of_the_review(book: Book) -> None:
    assert book.postmortem.called == "Post-Incident Review"
    assert titles(book.postmortem.sections) == [
        "Executive Summary",
        "Timeline of Events",
        ("Root Cause Analysis", ["What Happened", "Why It Happened", "Detection and Response"]),
        ("Impact Assessment", ["User Impact", "Business Impact"]),
        "What Went Well",
        "What Could Be Improved",
        "Action Items",
        "Lessons Learned",
        "Follow-up Actions",
    ]


def test_the_tables_of_the_review(book: Book) -> None:
    sections = {s.id: s for s in book.postmortem.sections}
    assert sections["timeline"].columns == ("time", "event", "action", "who")
    assert sections["actions"].columns == ("item", "owner", "due", "priority", "status")
    users, business = sections["impact"].parts
    assert users.items == ("users", "felt-for", "features", "complaints")
    assert business.items == ("revenue", "sla", "churn", "regulatory")


def test_the_five_steps_to_a_root_cause(book: Book) -> None:
    causes = next(s for s in book.postmortem.sections if s.id == "root-cause")
    asked = (causes.parts[0].prompt or "").casefold()
    steps = ["timeline", "changes", "dependencies", "data", "hypotheses"]
    assert sorted(steps, key=asked.index) == steps


@pytest.mark.parametrize("severity", ["p0", "p3"])
def test_four_dates_after_the_end(book: Book, severity: str) -> None:
    assert ends(book, severity) == {
        "summary": "Sat 21 15:00", "causes": "Mon 23 15:00", "plan": "Fri 27 15:00", "follow-up": "Fri 04 15:00"
    }  # fmt: skip


ALERTS = [("info", "p3"), ("low", "p3"), ("medium", "p2"), ("high", "p1"), ("critical", "p0")]


@pytest.mark.parametrize(("alert", "severity"), ALERTS)
def test_what_an_alert_becomes(book: Book, alert: str, severity: str) -> None:
    found = book.alerts.find(alert)
    assert found and found.severity == severity


BORDER = "classification.matrix.questions.users.choices.25-to-75.severity"
CONFLICTS = [
    # id, where it stands, what stands there, whether Muster acts on it
    ("p0-cto", "escalation.rules.p0-executives.after", "0m", True),
    ("matrix-borders", BORDER, "p1", True),
    ("slow-for-some", BORDER, "p1", True),
    ("p0-legal", None, None, False),
    ("executive-updates", "deadlines.executives.every", "15m", True),
    ("chain-scope", "escalation.rules.chain-secondary.severities", "[p0, p1, p2]", True),
]


RUNS = [
    ("p0-cto", "At once"), ("matrix-borders", "25 % is a P1, and so is 75 %"), ("slow-for-some", "P1"),
    ("p0-legal", "Customers hear at once"), ("executive-updates", "Executives hear every 15 minutes"),
    ("chain-scope", "P0, P1 and P2"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "words"), RUNS)
def test_which_of_them_runs(book: Book, id: str, words: str) -> None:
    assert words in next(c.runs for c in book.conflicts.all if c.id == id)


def test_where_it_says_two_things(book: Book) -> None:
    assert [(c.id, c.setting, c.value, c.acts) for c in book.conflicts.all] == CONFLICTS
    assert contradictions(book) == []
