"""The policy code, fact by fact."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.facts import Stage, Updated
from bot.policy.book import Book, load
from bot.policy.check import check
from bot.policy.model import Workdays
from tests.town import a_town

from .asking import AT, an_incident, contradictions, ends, gravest_first, said, short, titles, unescaped

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def book() -> Book:
    return load("code")


def test_nothing_in_it_is_a_mistake(book: Book) -> None:
    assert check(book) == []


def test_what_people_typed_is_never_markup(book: Book) -> None:
    assert unescaped(book) == []


SEVERITIES = [
    # id, name, answered within, who is paged
    ("sev1", "Critical", 5 * MIN, {"oncall:primary", "incident-commanders", "management"}),
    ("sev2", "High", 30 * MIN, {"oncall:primary"}),
    ("sev3", "Medium", 2 * HOUR, {"oncall:primary"}),
    ("sev4", "Low", Workdays(1), set()),
]


@pytest.mark.parametrize(("id", "name", "answer", "paged"), SEVERITIES, ids=short)
def test_the_severities(book: Book, id: str, name: str, answer: Any, paged: set[str]) -> None:
    severity = book.severities.get(id)
    assert (severity.title, severity.name, severity.acknowledge_within) == (id.upper(), name, answer)
    assert (severity.mitigate_within, severity.resolve_within) == (None, None)
    assert {who.removeprefix("group:") for who in severity.page} == paged
    assert severity.room


def test_the_gravest_comes_first(book: Book) -> None:
    assert book.severities.names() == "sev1, sev2, sev3, sev4"
    assert book.severities.default == "sev2"


FIGURES = [
    ("sev1", 5, 5, ["95 %", "5xx"]),
    ("sev2", 5, 5, ["50 %", "5 s", "5 %", "10 %"]),
    ("sev3", 5, 5, ["1 %", "5 %", "One customer"]),
    ("sev4", 4, 0, []),
]


@pytest.mark.parametrize(("id", "criteria", "examples", "figures"), FIGURES)
def test_the_figures_that_put_an_incident_there(
    book: Book, id: str, criteria: int, examples: int, figures: list[str]
) -> None:
    severity = book.severities.get(id)
    assert (len(severity.criteria), len(severity.examples)) == (criteria, examples)
    words = " ".join((*severity.criteria, *severity.examples))
    assert [figure for figure in figures if figure not in words] == []


CRITERIA = [
    ("sev1", ["Every customer", "Data is lost", "got in", "Payments", "cannot do without"]),
    ("sev2", ["50 %", "5 %", "Several customers", "database", "third party"]),
    ("sev3", ["slower", "1 % and 5 %", "One customer", "nobody depends on", "Monitoring"]),
    ("sev4", ["looks", "Documentation", "feature", "development environment"]),
]
EXAMPLES = [
    ("sev1", ["5xx", "database", "log in", "data breach", "region"]),
    ("sev2", ["5 s", "10 % and 50 %", "pool", "payments", "partner"]),
    ("sev3", ["endpoint", "dashboard", "Background", "interface", "One customer"]),
    ("sev4", []),
]


@pytest.mark.parametrize(("id", "words"), CRITERIA)
def test_what_makes_it_that_grave(book: Book, id: str, words: list[str]) -> None:
    criteria = book.severities.get(id).criteria
    assert [word for word, line in zip(words, criteria, strict=True) if word not in line] == []


@pytest.mark.parametrize(("id", "words"), EXAMPLES)
def test_what_it_looks_like(book: Book, id: str, words: list[str]) -> None:
    examples = book.severities.get(id).examples
    assert [word for word, line in zip(words, examples, strict=True) if word not in line] == []


DUTIES = [
    ("commander", ["together", "decide", "works on what", "word goes out", "level up"]),
    ("tech", ["search", "divide", "production", "prove"]),
    ("communications", ["customers", "inside the company", "status page", "press"]),
    ("scribe", ["timeline", "decided", "figures", "postmortem"]),
]


@pytest.mark.parametrize(("id", "words"), DUTIES)
def test_what_each_role_does(book: Book, id: str, words: list[str]) -> None:
    assert [word for word, duty in zip(words, book.roles.get(id).duties, strict=True) if word not in duty] == []


TOLD = [
    ("sev1", "manager at once", ["status page", "by mail"]),
    ("sev2", "30 min", ["status page", "mail when it drags on"]),
    ("sev3", "2 h", ["status page when it drags on", "no mail"]),
    ("sev4", "other work", ["Nobody"]),
]


@pytest.mark.parametrize(("id", "team", "tell"), TOLD)
def test_who_works_on_it_and_who_is_told(book: Book, id: str, team: str, tell: list[str]) -> None:
    severity = book.severities.get(id)
    assert team in (severity.team or "")
    assert [w for w in tell if w.casefold() not in (severity.tell or "").casefold()] == []


TREE = [
    (["yes"], "sev1"),
    (["no", "yes"], "sev2"),
    (["no", "no", "yes"], "sev3"),
    (["no", "no", "no"], "sev4"),
]


@pytest.mark.parametrize(("said", "severity"), TREE)
def test_every_way_through_the_tree(book: Book, said: list[str], severity: str) -> None:
    answers: dict[str, str] = {}
    for answer in said:
        asked = book.classification.next(answers)
        assert asked is not None
        assert book.classification.propose(answers, gravest_first(book)) is None
        answers[asked.id] = answer
    assert list(answers) == ["down", "customers", "core"][: len(said)]
    proposal = book.classification.propose(answers, gravest_first(book))
    assert proposal and proposal.severity == severity


PHASES = [
    ("triage", 1, "Detection and triage", "0 to 5 min", "INVESTIGATING"),
    ("investigating", 2, "Investigation and response", "first 30 min", "INVESTIGATING"),
    ("mitigating", 3, "Mitigation and resolution", None, "MITIGATING"),
    ("monitoring", 4, "Monitoring and stabilization", None, "MONITORING"),
    ("resolved", 5, "After the resolution", "0 to 2 h after it", "RESOLVED"),
]


@pytest.mark.parametrize(("status", "number", "title", "window", "word"), PHASES)
def test_the_phases_and_the_words_that_go_out(
    book: Book, status: str, number: int, title: str, window: str | None, word: str
) -> None:
    place = book.lifecycle.place(status)
    assert place is not None
    assert (place[0], place[1].title, place[1].window) == (number, title, window)
    assert book.lifecycle.get(status).word == word


def test_an_incident_goes_from_phase_to_phase_and_back(book: Book) -> None:
    way = ["triage", "investigating", "mitigating", "monitoring", "resolved", "closed"]
    assert book.lifecycle.start == way[0]
    assert all(after in book.lifecycle.after(before) for before, after in itertools.pairwise(way))
    assert {"mitigating", "investigating"} <= set(book.lifecycle.after("monitoring"))
    assert book.lifecycle.get("monitoring").stage is Stage.MITIGATED


@pytest.mark.parametrize("watched", ["SEV1 is watched for 2 h", "SEV2 for 1 h", "SEV3 for 30 min"])
def test_how_long_it_is_watched_once_it_is_over(book: Book, watched: str) -> None:
    assert watched in book.lifecycle.get("resolved").means


ROLES = [
    # id, responsibilities, who should be asked
    ("commander", 5, 4), ("tech", 4, 3), ("communications", 4, 3), ("scribe", 4, 0),
]  # fmt: skip


@pytest.mark.parametrize(("id", "duties", "choose"), ROLES)
def test_the_core_roles(book: Book, id: str, duties: int, choose: int) -> None:
    role = book.roles.get(id)
    assert (len(role.duties), len(role.choose), role.extended) == (duties, choose, False)


def test_who_should_command(book: Book) -> None:
    wanted = ["engineering manager", "systems hang together", "incidents before", "until the end"]
    given = book.roles.get("commander").choose
    assert [words for words, line in zip(wanted, given, strict=True) if words not in line] == []


def test_the_extended_team_says_when_it_is_called(book: Book) -> None:
    assert [role.id for role in book.roles.core] == [id for id, _, _ in ROLES]
    assert [role.id for role in book.roles.extended] == ["expert", "support", "legal", "sponsor"]
    assert all(role.when for role in book.roles.extended)
    assert book.roles.get("legal").when == (
        "At once after a breach; within 1 h when regulations are touched, within 2 h when customers' data is."
    )


CHECKLISTS = [
    # id, phase, items, reminded after
    ("initial", "detection", 6, 5 * MIN),
    ("team", "investigation", 5, 25 * MIN),
    ("stabilization", "stabilization", 7, None),
    ("closure", "after", 7, 2 * HOUR),
    ("documentation", "after", 5, 2 * HOUR),
]


def test_a_checklist_for_each_phase(book: Book) -> None:
    known = [(c.id, c.phase, len(c.items), c.remind_after) for c in book.checklists.all]
    assert known == CHECKLISTS


ITEMS = [
    ("initial", ["acknowledged", "graded", "opened", "commanded", "looking", "told-first"]),
    ("team", ["team-commander", "team-tech", "team-communications", "team-scribe", "team-experts"]),
    ("stabilization", ["errors", "speed", "health", "database", "outside", "alerts", "reports"]),
    ("closure", ["end-systems", "end-metrics", "end-alerts", "end-reports", "end-page", "end-teams", "end-timeline"]),
    ("documentation", ["doc-timeline", "doc-actions", "doc-people", "doc-impact", "doc-cause"]),
]


@pytest.mark.parametrize(("id", "items"), ITEMS)
def test_the_items_in_their_order(book: Book, id: str, items: list[str]) -> None:
    listed = book.checklists.get(id)
    assert listed and [item.id for item in listed.items] == items


@pytest.mark.parametrize("severity", ["sev1", "sev2", "sev3"])
def test_when_the_checklists_open(book: Book, severity: str) -> None:
    lists = book.checklists
    assert [c.id for c in lists.at_start(severity)] == ["initial"]
    assert [(c.id, c.after) for c in lists.later(severity)] == [("team", 5 * MIN)]
    assert [c.id for c in lists.on(severity, "monitoring")] == ["stabilization"]
    assert [c.id for c in lists.closing(severity)] == ["closure", "documentation"]


def test_the_reminder_of_the_team_comes_when_its_phase_ends(book: Book) -> None:
    team = book.checklists.get("team")
    assert team and team.after and team.remind_after
    assert team.after + team.remind_after == 30 * MIN


def test_a_channel_is_named_after_its_second(book: Book) -> None:
    name = book.naming.room(12, "Checkout is failing", AT, "sev1")
    assert name == "incident-2026-11-21-031245"
    assert book.naming.room(13, "Something else", AT, "sev2") == name
    assert book.naming.another(name, 2) == "incident-2026-11-21-031245-2"
    assert book.naming.room(13, "Something else", AT.replace(second=46), "sev2") == "incident-2026-11-21-031246"


CADENCE = [
    # id, first update, the others
    ("sev1", 15 * MIN, 15 * MIN), ("sev2", 15 * MIN, 30 * MIN), ("sev3", 15 * MIN, HOUR), ("sev4", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("severity", "first", "every"), CADENCE)
def test_the_cadence(book: Book, severity: str, first: timedelta | None, every: timedelta | None) -> None:
    assert book.cadence.first(severity, Stage.ACTIVE) == first
    assert book.cadence.every(severity, Stage.ACTIVE) == every
    assert book.cadence.first(severity, Stage.RESOLVED) is None


async def test_the_declaration_promises_the_first_update_sooner_than_the_others(tmp_path: Path) -> None:
    async with a_town(tmp_path, "code") as town:
        room = await town.declares("sev3 the dashboard is slow")
        assert "03:15 UTC" in town.card(room).words
        await town.says(town.ana, room, "/incident update still slow")
        await town.later(seconds=5)
        assert "04:00 UTC" in town.card(room).words


@pytest.mark.parametrize(("severity", "war_room"), [("sev1", True), ("sev2", True), ("sev3", False), ("sev4", False)])
def test_a_war_room_for_the_graver_two(book: Book, severity: str, war_room: bool) -> None:
    joined = book.bridge(an_incident(book, severity))
    assert (joined is not None) is war_room
    page = [mark.title for mark, _ in book.links(an_incident(book, severity)) if mark.title == "Status page"]
    assert bool(page) is war_room


def test_the_tools_are_linked_in_every_room(book: Book) -> None:
    links = {mark.title: link for mark, link in book.links(an_incident(book, "sev4"))}
    assert list(links) == ["Dashboards", "Metrics", "Logs", "Infrastructure", "Tickets", "Postmortems"]
    assert all(link.split("/")[2].endswith(".example.com") for link in links.values())


def test_declarations_are_announced_where_all_incidents_are(book: Book) -> None:
    assert book.communications.incidents_channel == "incidents"
    told = {s.id: book.communications.audience(s.id, "declared") for s in book.severities.all}
    assert told == {"sev1": ("status-updates",), "sev2": ("status-updates",), "sev3": (), "sev4": ()}


def test_what_an_update_asks_for_in_order(book: Book) -> None:
    asked = [(field.id, field.title) for field in book.communications.update_fields]
    assert asked == [("state", "Summary"), ("impact", "Impact"), ("eta", "ETA"), ("next_steps", "Actions")]


def test_a_declaration_says_its_fields_in_order(book: Book) -> None:
    roles = {"commander": "slack:U1", "tech": "slack:U2"}
    incident = an_incident(
        book, "sev1", impact={"felt": "no checkout"}, roles=roles, room="slack:C1", room_name="incident-x"
    )
    assert said(book, "declared", incident, due=AT + 15 * MIN) == [
        "🔴 *#12 SEV1 checkout is failing*",
        "🚨 *Incident declared* by slack:U1, 03:12 UTC",
        "*Impact:* What customers notice: no checkout",
        "*Status:* INVESTIGATING",
        "*IC:* slack:U1 · *TL:* slack:U2",
        "*Channel:* #incident-x",
        "Next update by 03:27 UTC",
    ]


def test_a_declaration_of_which_little_is_known(book: Book) -> None:
    assert said(book, "declared", an_incident(book, "sev4"))[2:] == [
        "*Impact:* being found out",
        "*Status:* INVESTIGATING",
        "*IC:* nobody yet · *TL:* nobody yet",
        "Updates when there is news",
    ]


def test_an_update_says_its_fields_in_order(book: Book) -> None:
    update = Updated(2, "mitigating", "sev2", "pool is full", "carts", next_steps="restart", more={"eta": "15:30"})
    incident = an_incident(book, "sev2", "mitigating", updates=(update,))
    lines = said(book, "updated", incident, update=update, at=AT, due=AT + 30 * MIN, last_at=AT - 12 * MIN)
    assert lines == [
        "🟠 *#12 SEV2 checkout is failing*",
        "🔧 *Incident update #2*",
        "*Status:* MITIGATING",
        "*Summary:* pool is full",
        "*Impact:* carts",
        "*ETA:* 15:30",
        "*Actions:* restart",
        "Last update 03:12 UTC, the one before 03:00 UTC",
        "Next update by 03:42 UTC",
    ]


def test_an_update_without_an_eta(book: Book) -> None:
    update = Updated(1, "triage", "sev4", "looking")
    lines = said(book, "updated", an_incident(book, "sev4", updates=(update,)), update=update, at=AT)
    assert lines[2:] == [
        "*Status:* INVESTIGATING", "*Summary:* looking", "Last update 03:12 UTC", "Next update when there is news"
    ]  # fmt: skip


def test_the_end_says_its_fields_in_order(book: Book) -> None:
    incident = an_incident(book, "sev1", "resolved", impact={"customers": "1200"})
    due = book.postmortem.due("sev1", AT)
    told = {"kind": "Rollback", "summary": "taken back", "cause": "the release", "elapsed": 42 * MIN, "targets": due}
    assert said(book, "resolved", incident, **told) == [
        "🔴 *#12 SEV1 checkout is failing*",
        "✅ *Incident resolved* by slack:U1 · Rollback",
        "*Summary:* taken back",
        "*Duration:* 42 min",
        "*Final impact:* Customers affected: 1200",
        "*Root cause:* the release (to be confirmed)",
        f"*Postmortem:* by {said_moment(due[0][1])}",
    ]


def said_moment(at: Any) -> str:
    return f"{at:%H:%M} UTC"


def test_the_end_takes_the_impact_of_the_last_update(book: Book) -> None:
    incident = an_incident(book, "sev3", "resolved", updates=(Updated(1, "triage", "sev3", "slow", "carts"),))
    assert said(book, "resolved", incident, elapsed=HOUR, targets=())[2:] == [
        "*Duration:* 1 h", "*Final impact:* carts", "*Root cause:* still being looked for"
    ]  # fmt: skip


def test_the_impact_record(book: Book) -> None:
    asked = [field.id for field in book.impact.fields]
    assert asked == ["source", "felt", "customers", "financial", "sla", "reputation"]
    source = book.impact.get("source")
    assert source and source.choices == ("Monitoring", "Customer", "Our own team", "Third party")


def test_the_sections_of_the_postmortem(book: Book) -> None:
    assert titles(book.postmortem.sections) == [
        "Incident Summary",
        "Timeline",
        "Impact Assessment",
        ("Root Cause Analysis", ["Direct Cause", "Contributing Factors", "Why Existing Safeguards Failed"]),
        ("Response Assessment", ["What Went Well", "What Could Be Improved"]),
        "Action Items",
        "Lessons Learned",
    ]


def test_the_tables_of_the_postmortem(book: Book) -> None:
    shaped = {s.id: (s.columns, s.items) for s in book.postmortem.sections if s.columns or s.items}
    assert shaped == {
        "summary": ((), ("date", "duration", "severity", "impact:felt")),
        "timeline": (("time", "event"), ()),
        "impact": ((), ("customers", "financial", "sla", "reputation")),
        "actions": (("item", "owner", "due", "priority"), ()),
    }


@pytest.mark.parametrize("severity", ["sev1", "sev2"])
def test_the_postmortem_does_not_wait_for_monday(book: Book, severity: str) -> None:
    assert ends(book, severity) == {"postmortem": "Sun 22 15:00"}


@pytest.mark.parametrize("severity", ["sev3", "sev4"])
def test_lesser_incidents_need_no_postmortem(book: Book, severity: str) -> None:
    assert ends(book, severity) == {}


@pytest.mark.parametrize(
    ("alert", "severity"), [("info", "sev4"), ("medium", "sev3"), ("high", "sev2"), ("critical", "sev1")]
)
def test_alerts_are_graded_as_by_default(book: Book, alert: str, severity: str) -> None:
    found = book.alerts.find(alert)
    assert found and found.severity == severity


CONFLICTS = [
    # id, where it stands, what stands there, whether Muster acts on it
    ("sev3-manager", "escalation.rules.sev3-manager.after", "2h", True),
    ("sev1-director", "escalation.rules.sev1-executive.after", "1h", True),
    ("sev4-manager", "escalation.rules.sev4-manager.after", "next business day", True),
    ("first-update", "cadence.severities.sev3.first_within", "15m", True),
    ("customer-interval", "deadlines.customers.every", "15m", True),
    ("extended", "deadlines.customers-extended.within", "4h", True),
    ("failing-share", "severities.sev2.criteria.2", "More than 5 % of requests fail, up to the 95 % of a SEV1.", True),
    ("two-clocks", "severities.sev2.acknowledge_within", "30m", True),
    ("payments", "severities.sev1.criteria.4", "Payments cannot be taken at all.", True),
]


def test_where_it_says_two_things(book: Book) -> None:
    assert [(c.id, c.setting, c.value, c.acts) for c in book.conflicts.all] == CONFLICTS
    assert contradictions(book) == []


RUNS = [
    ("sev3-manager", "2 hours"), ("sev1-director", "30 minutes"), ("sev4-manager", "still open"),
    ("customer-interval", "15 minutes"),
    ("extended", "4 hours"), ("failing-share", "SEV2"), ("first-update", "after 15 minutes"),
    ("two-clocks", "both run"), ("payments", "No payment goes through: SEV1"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "words"), RUNS)
def test_the_earlier_deadline_runs(book: Book, id: str, words: str) -> None:
    assert words in next(c.runs for c in book.conflicts.all if c.id == id)
