"""The policy tracktion, fact by fact."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.domain.facts import Resolved, Stage, Updated
from bot.domain.incident import Incident
from bot.domain.tasks import Task
from bot.policy.book import Book, load
from bot.policy.check import check
from bot.policy.document import write
from bot.policy.model import Workdays
from bot.workflows.follow_up import applying, item

from .asking import AT, an_incident, contradictions, ends, said, short, titles, unescaped

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALL_HANDS = {"oncall:primary", "oncall:secondary", "incident-commanders", "engineering", "management"}


@pytest.fixture(scope="module")
def book() -> Book:
    return load("tracktion")


def ended(book: Book, severity: str, took: timedelta, **more: Any) -> Incident:
    """One that was resolved so long after its declaration."""
    stages = {Stage.ACTIVE: AT, Stage.RESOLVED: AT + took}
    resolution = Resolved("monitoring", "resolved", "fix", "restarted")
    over = {"stage": Stage.RESOLVED, "stages": stages, "ended_at": AT + took, "resolution": resolution}
    return an_incident(book, severity, "resolved", **over, **more)


def test_nothing_in_it_is_a_mistake(book: Book) -> None:
    assert check(book) == []
    assert unescaped(book) == []


SEVERITIES = [
    # id, name, answered within, resolved within, room, who is paged
    ("p1", "Critical", 5 * MIN, HOUR, True, ALL_HANDS),
    ("p2", "High", 15 * MIN, 4 * HOUR, False, {"oncall:primary", "team-leads"}),
    ("p3", "Medium", HOUR, DAY, False, {"oncall:primary"}),
    ("p4", "Low", Workdays(1), 7 * DAY, False, set()),
]


@pytest.mark.parametrize(("id", "name", "answer", "resolve", "room", "paged"), SEVERITIES, ids=short)
def test_the_severities(
    book: Book, id: str, name: str, answer: timedelta, resolve: timedelta, room: bool, paged: set[str]
) -> None:
    severity = book.severities.get(id)
    assert (severity.title, severity.name, severity.room) == (id.upper(), name, room)
    assert (severity.acknowledge_within, severity.resolve_within) == (answer, resolve)
    assert {who.removeprefix("group:") for who in severity.page} == paged


def test_what_the_team_promises_itself(book: Book) -> None:
    means = book.policy.means or ""
    assert "on it within 5 minutes" in means and "at work within 15" in means


def test_the_gravest_comes_first(book: Book) -> None:
    assert book.severities.names() == "p1, p2, p3, p4"
    assert book.severities.default == "p2"


CRITERIA = [
    ("p1", ["cut off", "lost or corrupted", "exposed data", "50 %", "$10k an hour", "Three or more"]),
    ("p2", ["three times", "20 to 50 %", "groups of users", "disagrees", "Systems of others", "One or two"]),
    ("p3", ["less than three times", "nobody depends on", "looks wrong", "disagree", "alert", "database answer"]),
    ("p4", ["feature", "documentation", "better", "No user", "planned"]),
]


@pytest.mark.parametrize(("id", "words"), CRITERIA)
def test_what_makes_it_that_grave(book: Book, id: str, words: list[str]) -> None:
    criteria = book.severities.get(id).criteria
    assert [word for word, line in zip(words, criteria, strict=True) if word not in line] == []


EXAMPLES = [
    ("p1", ["5xx", "database", "sign in", "data is gone", "attack"]),
    ("p2", ["10 seconds", "uploaded", "Search", "Payments", "third party", "Signing in"]),
    ("p3", ["slowly", "interface", "API", "mail", "dashboard", "report"]),
    ("p4", ["feature", "documentation", "Code", "developers", "way of working"]),
]


@pytest.mark.parametrize(("id", "words"), EXAMPLES)
def test_what_it_looks_like(book: Book, id: str, words: list[str]) -> None:
    examples = book.severities.get(id).examples
    assert [word for word, line in zip(words, examples, strict=True) if word not in line] == []


TELL = [
    ("p1", ["Management at once", "senior management after 1 hour", "executive team after 2 hours"]),
    ("p2", ["Senior management", "after 1 hour"]),
    ("p3", ["Nobody else"]),
    ("p4", ["Nobody else"]),
]


@pytest.mark.parametrize(("id", "words"), TELL)
def test_who_is_told(book: Book, id: str, words: list[str]) -> None:
    tell = book.severities.get(id).tell or ""
    assert [each for each in words if each not in tell] == []


TEAMS = [("p1", "on-call manager"), ("p2", "team lead"), ("p3", "on-call engineer"), ("p4", "working hours")]


@pytest.mark.parametrize(("id", "team"), TEAMS)
def test_who_works_on_it(book: Book, id: str, team: str) -> None:
    assert team in (book.severities.get(id).team or "")


LEVELS = {
    # level of the table: severity, users, function, revenue per hour
    "critical": ("p1", "All users", "Core functionality", "More than $10k"),
    "high": ("p2", "A major segment", "Key features", "From $1k to $10k"),
    "medium": ("p3", "Some users", "Secondary features", "From $100 to less than $1k"),
    "low": ("p4", "Few users", "Nice to have", "Less than $100"),
}


@pytest.mark.parametrize("level", LEVELS)
def test_each_row_of_the_impact_table(book: Book, level: str) -> None:
    severity, *told = LEVELS[level]
    chosen = [question.find(level) for question in book.classification.questions]
    assert [question.id for question in book.classification.questions] == ["users", "function", "revenue"]
    assert [(choice.title, choice.severity) for choice in chosen if choice] == [(title, severity) for title in told]


@pytest.mark.parametrize("answers", [*product(LEVELS, repeat=3)])
def test_the_gravest_answer_wins(book: Book, answers: tuple[str, ...]) -> None:
    named = dict(zip(("users", "function", "revenue"), answers, strict=True))
    proposal = book.classification.propose(named, book.severities.ids)
    assert proposal and proposal.severity == min(LEVELS[level][0] for level in answers)


def test_the_impact_record(book: Book) -> None:
    assert [(field.id, field.kind) for field in book.impact.fields] == [
        ("source", "choice"), ("users", "number"), ("services", "text"), ("error_rate", "number"), ("p95", "number"),
        ("revenue", "text"), ("complaints", "number"),
    ]  # fmt: skip
    source = book.impact.get("source")
    assert source and source.choices == ("Alert", "Manual", "Customer")


STATUSES = [
    # status, the word that goes out, stage
    ("investigating", "Investigating", Stage.ACTIVE),
    ("implementing_fix", "Identified", Stage.ACTIVE),
    ("monitoring", "Monitoring", Stage.MITIGATED),
    ("resolved", "Resolved", Stage.RESOLVED),
]


@pytest.mark.parametrize(("id", "word", "stage"), STATUSES)
def test_the_statuses_and_their_words(book: Book, id: str, word: str, stage: Stage) -> None:
    status = book.lifecycle.get(id)
    assert (status.word, status.stage) == (word, stage)


def test_a_status_is_found_by_its_public_word(book: Book) -> None:
    found = book.lifecycle.find("identified")
    assert found and found.id == "implementing_fix"


MOVES = [
    ("investigating", "implementing_fix", True),
    ("investigating", "resolved", False),
    ("implementing_fix", "monitoring", True),
    ("implementing_fix", "investigating", True),
    ("implementing_fix", "resolved", False),
    ("monitoring", "resolved", True),
    ("monitoring", "investigating", True),
    ("monitoring", "implementing_fix", True),
    ("resolved", "investigating", True),
    ("resolved", "monitoring", False),
]


@pytest.mark.parametrize(("was", "now", "allowed"), MOVES)
def test_the_moves_are_guarded(book: Book, was: str, now: str, allowed: bool) -> None:
    assert (now in book.lifecycle.after(was)) is allowed


def test_the_commander_ends_it_and_the_manager_may_allow_what_an_emergency_needs(book: Book) -> None:
    held = {"commander": "slack:U1", "tech": "slack:U2", "manager": "slack:U3"}
    assert [seat.person for seat in book.lifecycle.resolvers(held)] == ["slack:U1"]
    assert [seat.person for seat in book.lifecycle.deciders(held)] == ["slack:U1", "slack:U3"]


def test_the_kinds_of_resolution(book: Book) -> None:
    assert [kind.id for kind in book.lifecycle.kinds_of_resolution] == ["fix", "rollback", "workaround"]


def test_an_incident_is_called_by_the_day_and_four_digits(book: Book) -> None:
    seconds = f"{int(AT.timestamp()):010}"
    label = book.naming.label(12, AT, "p1")
    assert label == f"INC-20261121-{seconds[-4:]}" == "INC-20261121-0765"
    assert book.naming.room(12, "checkout is failing", AT, "p1", label) == f"incident-{label.lower()}"
    assert [book.naming.action(label, 12, n) for n in (1, 2)] == [f"AI-{label}-001", f"AI-{label}-002"]


@pytest.mark.parametrize(("later", "same"), [(1, False), (9_999, False), (10_000, True), (20_000, True)])
def test_the_digits_come_again_every_ten_thousand_seconds(book: Book, later: int, same: bool) -> None:
    first, second = (book.naming.label(12, at, "p1") for at in (AT, AT + timedelta(seconds=later)))
    assert (first == second) is same


ROLES = [
    # role, alias, what it is asked to do
    ("commander", "ic", ["lead", "last word", "depend on us", "updates", "over"]),
    ("tech", "tl", ["what is wrong", "Share", "repair", "Check"]),
    ("communications", "cl", ["updates", "customers", "support team", "press"]),
]


@pytest.mark.parametrize(("id", "alias", "duties"), ROLES)
def test_the_three_who_lead(book: Book, id: str, alias: str, duties: list[str]) -> None:
    found = book.roles.find(alias)
    assert found and (found.id, found.extended, len(found.choose)) == (id, False, 4)
    assert [words for words, duty in zip(duties, found.duties, strict=True) if words not in duty] == []


@pytest.mark.parametrize("id", ["dba", "security", "infrastructure", "frontend"])
def test_the_experts(book: Book, id: str) -> None:
    role = book.roles.get(id)
    assert role.extended and role.when
    assert len(role.duties) == 4


RAPID = [
    # checklist, begins after, reminded after, items
    ("health", None, 2 * MIN, 5),
    ("impact", 2 * MIN, 2 * MIN, 5),
    ("classification", 4 * MIN, MIN, 5),
    ("immediate", 5 * MIN, None, 5),
]


@pytest.mark.parametrize("severity", ["p1", "p2", "p3"])
def test_the_rapid_assessment_takes_five_minutes(book: Book, severity: str) -> None:
    lists = [*book.checklists.at_start(severity), *book.checklists.later(severity)]
    assert [(c.id, c.after, c.remind_after, len(c.items)) for c in lists] == RAPID
    assert {c.phase for c in lists} == {"investigation"}
    timed = [c.remind_after for c in lists if c.remind_after]
    assert sum(timed, timedelta()) == 5 * MIN


def test_the_items_of_the_rapid_assessment_in_order(book: Book) -> None:
    assert [item.id for c in book.checklists.of("p1")[:4] for item in c.items] == [
        "health-api", "health-database", "health-services", "health-errors", "health-times",
        "impact-users", "impact-core", "impact-revenue", "impact-complaints", "impact-told",
        "class-severity", "class-id", "class-responder", "class-channels", "class-next",
        "now-acknowledge", "now-join", "now-investigate", "now-notify", "now-document",
    ]  # fmt: skip


def test_the_lists_that_come_later(book: Book) -> None:
    [hold] = book.checklists.on("p1", "implementing_fix")
    [closing] = book.checklists.closing("p1")
    assert len(hold.items) == 4
    assert closing.remind_after == 2 * HOUR
    assert any(
        all(word in item.text.lower() for word in ("engineering", "product", "support")) for item in closing.items
    )


def test_a_p4_has_no_list_to_hurry_with(book: Book) -> None:
    assert book.checklists.of("p4") == ()


CADENCE = [("p1", 15 * MIN, 15 * MIN), ("p2", 15 * MIN, 30 * MIN), ("p3", 30 * MIN, 30 * MIN), ("p4", None, None)]


@pytest.mark.parametrize(("severity", "first", "every"), CADENCE)
def test_the_cadence(book: Book, severity: str, first: timedelta | None, every: timedelta | None) -> None:
    assert book.cadence.first(severity, Stage.ACTIVE) == first
    assert book.cadence.every(severity, Stage.ACTIVE) == every


def test_where_people_speak(book: Book) -> None:
    assert book.communications.incidents_channel == "incidents"
    bridge = book.bridge(an_incident(book, "p1"))
    assert bridge and bridge.phone == "+1-800-555-0100 ext. INC-20261121-0765"
    assert [book.bridge(an_incident(book, severity)) for severity in ("p2", "p3", "p4")] == [None, None, None]
    [(mark, link)] = book.links(an_incident(book, "p3"))
    assert mark.title == "Status page" and link.startswith("https://status.example.com")


def test_what_an_update_asks_for_in_order(book: Book) -> None:
    asked = [field.id for field in book.communications.update_fields]
    assert asked == ["state", "actions", "next_steps", "users", "services", "error_rate"]


def test_an_update_says_its_fields_in_order(book: Book) -> None:
    more = {"users": "1200", "services": "file-watcher", "error_rate": "7 %"}
    update = Updated(3, "implementing_fix", "p1", "uploads fail", actions="restarted", next_steps="watch", more=more)
    roles = {"commander": "slack:U1", "tech": "slack:U2"}
    incident = an_incident(book, "p1", "implementing_fix", updates=(update,), roles=roles)
    own = book.communications.own(update)
    assert said(book, "updated", incident, update=update, own=own, at=AT, due=AT + 15 * MIN) == [
        "🔴 *INC-20261121-0765 P1 checkout is failing*",
        "🔧 *Update 3* · 03:12 UTC · *Identified* · P1",
        "*Current situation:* uploads fail",
        "*Actions taken:* restarted",
        "*Next steps:* watch",
        "*Affected users:* 1200",
        "*Services down:* file-watcher",
        "*Error rate:* 7 %",
        "*IC:* slack:U1 · *TL:* slack:U2 · *CL:* nobody",
        "*Next update:* by 03:27 UTC",
    ]


def test_an_update_takes_the_figures_from_the_record(book: Book) -> None:
    update = Updated(1, "investigating", "p2", "slow", more=dict.fromkeys(book.communications.own_fields, ""))
    impact = {"users": "900", "revenue": "$2k", "error_rate": "3 %"}
    incident = an_incident(book, "p2", updates=(update,), impact=impact)
    assert said(book, "updated", incident, update=update, own=(), at=AT)[2:] == [
        "*Current situation:* slow",
        "*Affected users:* 900",
        "*Error rate:* 3 %",
        "*IC:* nobody · *TL:* nobody · *CL:* nobody",
        "*Next update:* when there is news",
    ]


@pytest.mark.parametrize(("impact", "source"), [({}, ""), ({"source": "Customer"}, "Customer, ")])
def test_the_declaration_says_who_noticed_and_who_responds(book: Book, impact: dict[str, str], source: str) -> None:
    assert said(book, "declared", an_incident(book, "p2", impact=impact)) == [
        "🟠 *INC-20261121-0765 P2 checkout is failing*",
        "🔍 *Investigating* · High",
        f"*Detected:* {source}03:12 UTC",
        "*Responder:* slack:U1, nobody commands yet",
    ]


def test_a_move_says_what_it_means(book: Book) -> None:
    incident = an_incident(book, "p1", "implementing_fix")
    lines = said(book, "moved", incident, was=book.lifecycle.get("investigating"), reason="")
    assert lines[1:] == [
        "🔧 *Implementing fix* (was Investigating), says slack:U1",
        "We know what is wrong and are putting the repair in.",
    ]


@pytest.mark.parametrize(("left", "ending"), [(5, ""), (2, ""), (1, ": Answers come fast enough")])
def test_a_reminder_of_a_list_is_short(book: Book, left: int, ending: str) -> None:
    listed = book.checklists.get("health")
    assert listed
    lines = said(book, "nudge_checklist", an_incident(book, "p1"), checklist=listed, items=listed.items[-left:])
    assert lines[1:] == [f"{left} of 5 are still open on *Service health*{ending}"]


def test_the_end_says_cause_deeds_and_what_is_due_first(book: Book) -> None:
    incident = ended(book, "p1", 42 * MIN, impact={"services": "analysis-service", "revenue": "$2k"})
    targets = book.postmortem.due("p1", AT)
    fields = {"kind": "Fix", "summary": "restarted", "cause": "a full disk", "elapsed": 42 * MIN, "targets": targets}
    lines = said(book, "resolved", incident, **fields)
    assert lines[1] == "✅ *Resolved* after 42 min · Fix"
    assert lines[3:6] == [
        "*Root cause:* a full disk", "*What we did:* restarted", "*Services affected:* analysis-service"
    ]  # fmt: skip
    assert [line.partition(" by ")[0] for line in lines[6:-1]] == [
        "Final update", "Post-incident summary", "Review meeting"
    ]  # fmt: skip


AUDIENCES = [("p1", True, True), ("p2", False, True), ("p3", False, False), ("p4", False, False)]


@pytest.mark.parametrize(("severity", "declared", "updates"), AUDIENCES)
def test_who_hears_outside(book: Book, severity: str, declared: bool, updates: bool) -> None:
    told = [bool(book.communications.audience(severity, what)) for what in ("declared", "update", "resolved")]
    assert told == [declared, updates, updates]


ALERTS = [
    ("info", "p4", "info"), ("low", "p4", "info"), ("medium", "p3", "warning"), ("high", "p2", "error"),
    ("critical", "p1", "critical"),
]  # fmt: skip


def test_the_alerts_in_rising_order(book: Book) -> None:
    assert [(a.id, a.severity, a.pagerduty) for a in book.alerts.severities] == ALERTS
    gravest = book.alerts.gravest("high", "critical", "info")
    assert gravest and gravest.severity == "p1"


SECTIONS = [
    "Executive Summary",
    ("Incident Details", ["What Happened?", "Timeline", "Impact Assessment"]),
    (
        "Root Cause Analysis",
        ["Primary Root Cause", "Contributing Factors", "Why This Wasn't Caught Earlier", "Five Whys", "Fishbone"],
    ),
    ("Response Analysis", ["What Went Well", "What Could Be Improved", "Response Metrics"]),
    (
        "Action Items",
        ["Immediate (within 1 week)", "Short-term (within 1 month)", "Long-term (within 3 months)"],
    ),
    ("Prevention Measures", ["Technical Improvements", "Process Improvements", "Monitoring Improvements"]),
    ("Lessons Learned", ["For Engineering", "For Operations", "For the Organization"]),
    ("Follow-up Actions", ["30-Day Review", "Quarterly Review"]),
    "Review Completed By",
]


def test_the_sections_of_the_review(book: Book) -> None:
    assert book.postmortem.called == "Post-Incident Review"
    assert book.postmortem.head == ("date", "start", "minutes", "severity", "participants")
    assert titles(book.postmortem.sections) == SECTIONS


def test_what_the_tables_of_the_review_hold(book: Book) -> None:
    parts = {part.id: part for section in book.postmortem.sections for part in section.parts}
    assert parts["timeline"].columns == ("time", "event", "action", "who")
    assert parts["impact"].items == ("users", "services", "error_rate", "revenue", "complaints")
    assert [(s.title, s.role) for s in book.postmortem.sign_off] == [("Review completed by", "commander")]


HORIZONS = [(7, "Immediate"), (8, "Short-term"), (30, "Short-term"), (31, "Long-term"), (90, "Long-term")]


@pytest.mark.parametrize(("days", "horizon"), HORIZONS)
def test_the_date_decides_where_an_action_item_stands(book: Book, days: int, horizon: str) -> None:
    task = Task(1, "Buy a bigger disk", later=True, due=AT + HOUR + days * DAY, priority="low")
    text = write(book, ended(book, "p1", HOUR, tasks=(task,)), (), {})
    under = next(part for part in text.split("### ") if part.startswith(horizon))
    assert "Buy a bigger disk" in under
    assert text.count("Buy a bigger disk") == 1


DUE = {
    "final-update": 2 * HOUR, "summary": 24 * HOUR, "meeting": 48 * HOUR, "thirty-days": 30 * DAY, "quarterly": 90 * DAY
}  # fmt: skip


@pytest.mark.parametrize("severity", ["p1", "p2", "p3", "p4"])
def test_what_is_due_after_the_end(book: Book, severity: str) -> None:
    assert {target.id: at - AT for target, at in book.postmortem.due(severity, AT)} == DUE


def test_the_meeting_does_not_wait_for_the_weekend_to_pass(book: Book) -> None:
    assert ends(book, "p1")["meeting"] == "Sun 22 15:00"


ITEMS = [("alerts", "engineering", 7, "high", "monitoring"), ("documentation", "devops", 14, "medium", "process")]


def test_what_every_incident_asks_for(book: Book) -> None:
    asked = {rule.id: item(rule, AT) for rule in book.postmortem.rules}
    found = [(id, a.team, a.due and (a.due - AT).days, a.priority, a.category) for id, a in asked.items()]
    assert found == ITEMS


@pytest.mark.parametrize(("severity", "took"), [("p1", 5 * HOUR), ("p4", timedelta())])
def test_the_rules_ask_whatever_it_was(book: Book, severity: str, took: timedelta) -> None:
    assert [rule.id for rule in applying(book, ended(book, severity, took))] == ["alerts", "documentation"]


CONFLICTS = [
    # id, where it stands, whether Muster acts on it
    ("p1-manager", "severities.p1.page", True),
    ("p2-lead", "severities.p2.page", True),
    ("p1-updates", "cadence.severities.p1.update_every", True),
    ("p4-updates", "cadence.severities.p4.update_every", True),
    ("secondary", "escalation.criteria.7", True),
    ("level-names", "escalation.levels.executives.who", True),
    ("error-rate", None, False),
    ("meeting", "postmortem.targets.meeting.within", True),
    ("outside", "deadlines.outside.severities", True),
    ("empty-chapters", None, False),
    ("summary-start", "postmortem.targets.summary.within", True),
    ("organizer", None, False),
    ("objectives", "severities.p2.acknowledge_within", True),
    ("three-times", "severities.p2.criteria.1", True),
    ("revenue-borders", "classification.matrix.questions.revenue.choices.high.title", True),
    ("signing-in", "severities.p1.examples.3", True),
    ("cosmetic", "severities.p3.criteria.3", True),
    ("database-down", "severities.p1.examples.2", True),
]


RUNS = [
    ("p1-manager", "At once"), ("p2-lead", "At once"), ("p1-updates", "15 minutes"), ("p4-updates", "there is news"),
    ("secondary", "A P1 is with management from the start"), ("level-names", "manager is level 3"),
    ("error-rate", "Below 1 % where a service was down"), ("meeting", "Within 48 hours"), ("outside", "P1 and P2"),
    ("empty-chapters", "Nothing follows"), ("summary-start", "from the resolution"), ("organizer", "calendars want"),
    ("objectives", "The time of the level"), ("three-times", "is a P2"), ("revenue-borders", "is high"),
    ("signing-in", "P1 when nobody can sign in"), ("cosmetic", "P3 where users see it"), ("database-down", "P1"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "words"), RUNS)
def test_which_of_them_runs(book: Book, id: str, words: str) -> None:
    assert words in next(c.runs for c in book.conflicts.all if c.id == id)


def test_where_it_says_two_things(book: Book) -> None:
    assert [(c.id, c.setting, c.acts) for c in book.conflicts.all] == CONFLICTS
    assert all(len(c.says) > 1 for c in book.conflicts.all)
    assert contradictions(book) == []
