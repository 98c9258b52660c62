"""Every source of a section, in a policy that uses them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from bot.domain import facts
from bot.domain.facts import Event, Fact, Stage
from bot.domain.incident import Incident, fold
from bot.domain.timeline import entries
from bot.policy.alerts import Alerts
from bot.policy.book import Book
from bot.policy.communications import KNOWN, Communications
from bot.policy.document import SOURCES, head, work, write
from bot.policy.document import story as story_of
from bot.policy.document.record import Record
from bot.policy.impact import Impact
from bot.policy.markdown import Markdown
from bot.policy.naming import Naming
from bot.policy.postmortem import COLUMNS, FACTS, Postmortem

from .conftest import AT, outline
from .test_markdown import MARKUP, PARSER

NAMES = {"slack:U1": "Ana", "slack:U2": "Ben"}
END = AT + timedelta(minutes=121)
POSTMORTEM: dict[str, Any] = {
    "called": "Incident report",
    "head": ["id", "date", "minutes", "severity", "commander", "role:scribe", "participants", "impact:users"],
    "sections": [
        {"id": "summary", "title": "Summary", "source": "summary", "parts": [
            {"id": "details", "title": "Details", "source": "facts", "items": [
                "start", "end", "duration", "called_by"]},
        ]},
        {"id": "impact", "title": "Impact", "parts": [
            {"id": "customers", "title": "Customers", "source": "impact", "items": ["regions", "users"]},
            {"id": "whole", "title": "All of it", "source": "impact", "prompt": "What else?"},
        ]},
        {"id": "timeline", "title": "Timeline", "source": "timeline", "columns": ["time", "event", "action", "notes"]},
        {"id": "roles", "title": "Roles", "source": "roles"},
        {"id": "measures", "title": "Measures", "source": "measures"},
        {"id": "sla", "title": "Promises", "source": "sla"},
        {"id": "causes", "title": "Causes", "source": "causes", "prompt": "Why did nothing stop it?", "parts": [
            {"id": "whys", "title": "Five whys", "source": "five_whys"},
            {"id": "fish", "title": "Fishbone", "source": "fishbone", "prompt": "Fill what fits."},
        ]},
        {"id": "went", "title": "What went well"},
        {"id": "decisions", "title": "Decisions", "source": "decisions"},
        {"id": "lists", "title": "Checklists", "source": "checklists"},
        {"id": "actions", "title": "Actions", "parts": [
            {"id": "week", "title": "One week", "source": "actions", "within": "7d", "columns": [
                "id", "item", "owner", "due", "priority", "status", "category"]},
            {"id": "later", "title": "Later", "source": "actions", "later_than": "7d", "items": ["high", "medium"],
             "columns": ["item", "due"]},
            {"id": "list", "title": "Low ones", "source": "actions", "items": ["low"]},
        ]},
        {"id": "updates", "title": "Updates", "source": "updates"},
        {"id": "targets", "title": "Due", "source": "targets"},
        {"id": "sign", "title": "Sign-off", "source": "sign_off"},
    ],
    "targets": [
        {"id": "meeting", "title": "Meeting", "within": "24h"},
        {"id": "report", "title": "Report", "within": "5 business days"},
        {"id": "review", "title": "Review", "within": "3d", "follows": "report", "severities": ["sev1"]},
        {"id": "never", "title": "Never", "within": "1h", "severities": ["sev4"]},
    ],
    "sign_off": [{"title": "Incident Commander", "role": "commander"}, {"title": "Manager"}],
    "sla": {"targets": {
        "critical": {"detection": "5m", "response": "15m", "resolution": "2h"},
        "high": {"detection": "10m", "response": "1h", "resolution": "4h"},
    }, "otherwise": "high"},
}  # fmt: skip
FIELDS = [{"id": "users", "title": "Users"}, {"id": "regions", "title": "Regions"}, {"id": "revenue", "title": "Loss"}]
ALERTS = [{"id": "high", "title": "High", "severity": "sev2", "pagerduty": "error"},
          {"id": "critical", "title": "Critical", "severity": "sev1", "pagerduty": "critical"}]  # fmt: skip
OUTLINE = [
    (1, "Incident report INC-12: x"), (2, "Summary"), (3, "Details"), (2, "Impact"), (3, "Customers"), (3, "All of it"),
    (2, "Timeline"), (2, "Roles"), (2, "Measures"), (2, "Promises"), (2, "Causes"), (3, "Five whys"), (3, "Fishbone"),
    (4, "People"), (4, "Process"), (4, "Environment"), (4, "Materials"), (4, "Methods"), (4, "Machines"),
    (2, "What went well"), (2, "Decisions"), (2, "Checklists"), (2, "Actions"), (3, "One week"), (3, "Later"),
    (3, "Low ones"), (2, "Updates"), (3, "Update 1, 2026-11-21 03:24 UTC, Ben"), (2, "Due"), (2, "Sign-off"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ours(book: Book) -> Book:
    """The default policy with a postmortem that uses every source."""
    states = [{"id": "state", "title": "Where we are"}, {"id": "eta", "title": "Back by"}]
    told = {**book.communications.model_dump(exclude_unset=True), "update_fields": states}
    naming = {"room": "inc-{number}-{slug}", "incident": "INC-{number}", "action": "AI-{id}-{n}"}
    return replace(
        book, postmortem=Postmortem.model_validate(POSTMORTEM), impact=Impact.model_validate({"fields": FIELDS}),
        alerts=Alerts.model_validate({"severities": ALERTS}), naming=Naming.model_validate(naming),
        communications=Communications.model_validate(told),
    )  # fmt: skip


def story(typed: str = "slow", title: str = "x") -> list[tuple[int, str, Event]]:
    """People type `typed` wherever they can."""
    update = facts.Updated(1, "investigating", "sev1", typed, next_at=AT, more={"eta": typed})
    return [
        (0, "slack:U1", facts.Declared("01", 12, title, "sev1", "investigating", "h", "", label="INC-12")),
        (0, "muster", facts.ChecklistOpened("response", "First minutes")),
        (7, "slack:U2", facts.Acknowledged()),
        (8, "slack:U2", facts.RoleTaken("commander", "slack:U2")),
        (9, "slack:U2", facts.ImpactRecorded({"users": typed, "earlier": typed})),
        (9, "slack:U1", facts.ItemTicked("impact", typed)),
        (10, "slack:U1", facts.GoAsked(1, typed)),
        (11, "slack:U2", facts.GoDecided(1, False, typed)),
        (11, "slack:U2", facts.GoAsked(2, typed)),
        (12, "slack:U2", update),
        (13, "slack:U2", facts.TaskAdded(1, typed)),
        (14, "slack:U2", facts.TaskAdded(2, typed, "slack:U1", True)),
        (121, "slack:U2", facts.Resolved("investigating", "resolved", "fix", typed, typed)),
        (121, "muster", asked(3, typed, 7, "high", "SRE Team", typed)),
        (121, "muster", asked(4, typed, 8, "medium")),
        (121, "muster", asked(5, typed, 30, "low")),
        (122, "slack:U1", facts.TaskDone(5)),
    ]


def asked(id: int, text: str, days: int, priority: str, team: str = "", category: str = "") -> facts.TaskAdded:
    return facts.TaskAdded(id, text, None, True, END + timedelta(days=days), priority, category, team, f"rule-{id}")


def lived(story: Sequence[tuple[int, str, Event]]) -> tuple[Incident, list[Fact]]:
    history = [Fact(event, AT + timedelta(minutes=m), by) for m, by, event in story]
    return fold(history), history


def document(book: Book, told: Sequence[tuple[int, str, Event]]) -> str:
    incident, history = lived(told)
    return write(book, incident, entries(history, book.words), NAMES)


def sections(text: str) -> dict[str, str]:
    """By title, each without those inside it."""
    parts = ("\n" + text).replace("\n#### ", "\n## ").replace("\n### ", "\n## ").split("\n## ")[1:]
    return {title: body.strip() for title, _, body in (part.partition("\n") for part in parts)}


def rows(table: str) -> list[list[str]]:
    """The cells below the head."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_sections_nest_in_the_order_of_the_policy(ours: Book) -> None:
    assert outline(document(ours, story())) == OUTLINE


def test_the_head_has_the_facts_that_the_policy_names(ours: Book) -> None:
    text = document(ours, story())
    assert rows(text.partition("\n## ")[0]) == [
        ["Incident", "INC-12"], ["Date", "2026-11-21"], ["Duration in minutes", "121"],
        ["Severity", "🔴 SEV1 Critical"], ["Incident Commander", "Ben"], ["Scribe", "nobody"],
        ["Participants", "Ana, Ben"], ["Users", "slow"],
    ]  # fmt: skip
    assert sections(text)["Details"].splitlines() == [
        "- **Start:** 2026-11-21 03:12 UTC", "- **End:** 2026-11-21 05:13 UTC", "- **Duration:** 2 h 1 min",
        "- **Called by:** Ana",
    ]  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_can_be_named_before_the_end_and_after(ours: Book, name: str) -> None:
    for told in (story()[:1], story()):
        incident, history = lived(told)
        record = Record(ours, incident, entries(history, ours.words), Markdown(NAMES))
        title, value = head.fact(name, record)
        assert title and value


def test_every_fact_and_source_that_a_policy_can_name_is_written() -> None:
    assert set(head.FACTS) == set(FACTS)
    assert {"timeline": set(story_of.TITLES), "actions": set(work.TITLES)} == {s: set(c) for s, c in COLUMNS.items()}
    named = [s["source"] for s in parts(POSTMORTEM["sections"]) if "source" in s]
    assert set(SOURCES) - {"people"} == set(named)


def parts(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for section in sections for each in (section, *parts(section.get("parts", [])))]


def test_the_impact_is_told_in_the_order_that_is_asked_for(ours: Book) -> None:
    told = sections(document(ours, story()))
    assert rows(told["Customers"]) == [["Regions", "not recorded"], ["Users", "slow"]]
    assert rows(told["All of it"]) == [
        ["Users", "slow"], ["Regions", "not recorded"], ["Loss", "not recorded"], ["earlier", "slow"]
    ]  # fmt: skip


def test_the_timeline_leaves_room_for_what_people_add(ours: Book) -> None:
    told = sections(document(ours, story()))["Timeline"]
    assert told.startswith("| Time (UTC) | Event | Action taken | Notes |")
    assert rows(told)[0] == ["2026-11-21 03:12", "Ana declared INC-12 SEV1: x", "", ""]
    assert "posted update 1: slow · Back by: slow" in told


@pytest.mark.parametrize(
    ("minutes", "verdict", "took"),
    [(120, "Met", "120 min"), (121, "Exceeded", "121 min"), (None, "not resolved yet", "")],
)
def test_the_promise_is_reckoned_by_the_severity_of_alerts(
    ours: Book, minutes: int | None, verdict: str, took: str
) -> None:
    begun = story()[:12]
    end = [(minutes, "slack:U2", facts.Resolved("x", "resolved", "fix", "y"))] if minutes else []
    told = sections(document(ours, [*begun, *end]))["Promises"]
    assert told.startswith(f"**SLA (Critical):** {verdict}\n")
    assert rows(told) == [
        ["Detection", "5 min", "not recorded", "-"],
        ["Response", "15 min", "7 min", "Met"],
        ["Resolution", "120 min", took, verdict] if took else ["Resolution", "120 min", "not recorded", "-"],
    ]


def test_a_severity_without_a_promise_is_measured_by_another(ours: Book) -> None:
    low = [(0, "slack:U1", facts.Declared("01", 12, "x", "sev4", "investigating", "h", ""))]
    told = sections(document(ours, low))["Promises"]
    assert told.startswith("**SLA (high):** ") and ["Response", "60 min", "not recorded", "-"] in rows(told)


def test_causes_have_places_to_fill(ours: Book) -> None:
    told = sections(document(ours, story()))
    assert told["Causes"] == "**Recorded cause:** slow\n\n> **To be written:** Why did nothing stop it?"
    assert [line[:21] for line in told["Five whys"].splitlines()] == [f"{n}. **To be written:**" for n in range(1, 6)]
    assert told["Fishbone"] == "> **To be written:** Fill what fits."
    for branch in ("People", "Process", "Environment", "Materials", "Methods", "Machines"):
        assert told[branch].startswith("> **To be written:** ")
    assert told["What went well"] == "> **To be written**"


def reasons(typed: str) -> list[tuple[int, str, Event]]:
    return [
        (20, "slack:U1", facts.WhyAnswered(1, f"first {typed}")),
        (21, "slack:U2", facts.WhyAnswered(3, f"third {typed}")),
        (22, "slack:U2", facts.CausePlaced("machines", f"full {typed}")),
        (22, "slack:U2", facts.CausePlaced("machines", f"old {typed}")),
    ]


def test_whys_and_bones_that_people_filled_stand_there(ours: Book) -> None:
    told = sections(document(ours, [*story(), *reasons("*")]))
    whys = told["Five whys"].splitlines()
    assert whys[0] == "1. Why did it happen? first \\*" and whys[2] == "3. And why was that so? third \\*"
    assert len(whys) == 5 and whys[1].startswith("2. **To be written:**")
    assert told["Machines"] == "- full \\*\n- old \\*"
    assert told["People"].startswith("> **To be written:** ")


def test_with_the_root_cause_no_more_is_asked(ours: Book) -> None:
    root = (23, "slack:U1", facts.RootCauseFound("nobody | owns it"))
    told = sections(document(ours, [*story(), *reasons("x"), root]))
    whys = told["Five whys"].splitlines()
    assert len(whys) == 5 and whys[-1] == "**Root cause:** nobody \\| owns it"
    assert "**Recorded cause:** slow\n\n**Root cause:** nobody \\| owns it" in told["Causes"]
    alone = sections(document(ours, [story()[0], root]))
    assert alone["Causes"].startswith("**Root cause:** nobody")


@given(typed=MARKUP)
def test_no_answer_breaks_a_list_or_a_heading(ours: Book, typed: str) -> None:
    shapes = [
        [(t.type, t.tag, t.level) for t in PARSER.parse(document(ours, [*story(), *reasons(words)]))]
        for words in (f"x{typed}x", "x")
    ]
    assert shapes[0] == shapes[1]


def test_decisions_say_who_and_why(ours: Book) -> None:
    assert rows(sections(document(ours, story()))["Decisions"]) == [
        ["slow", "Ana", "NO-GO", "Ben", "2026-11-21 03:23", "slow"],
        ["slow", "Ben", "not decided", "", "", ""],
    ]


def test_checklists_say_what_was_done_and_what_is_left(ours: Book) -> None:
    told = sections(document(ours, story()))["Checklists"]
    items = next(c for c in ours.checklists.all if c.id == "response").items
    assert told.startswith(f"**First minutes:** 1 of {len(items)} done\n\n- [ ] {items[0].text}")
    assert "- [x] We know who is hurt, how many and since when (Ana, 2026-11-21 03:21 UTC)" in told


def test_action_items_stand_where_their_date_and_priority_put_them(ours: Book) -> None:
    told = sections(document(ours, story()))
    assert rows(told["One week"]) == [["AI-INC-12-002", "slow", "SRE Team", "2026-11-28", "High", "open", "slow"]]
    assert rows(told["Later"]) == [["slow", "2026-11-29"]]
    done, _, rest = told["Low ones"].partition("\n\nWithout a date or priority yet:\n\n")
    assert done == "- [x] slow: nobody yet, due 2026-12-21, done by Ana"
    assert rest.splitlines() == ["- [ ] slow: nobody yet (left open when the incident ended)", "- [ ] slow: Ana"]


def test_every_action_item_stands_somewhere(ours: Book) -> None:
    numbered = [
        (m, by, replace(e, text=f"number{e.id}") if isinstance(e, facts.TaskAdded) else e) for m, by, e in story()
    ]
    text = document(ours, numbered).partition("## Actions")[2]
    assert Counter(f"number{n}" for n in range(1, 6)) == Counter(
        n for n in text.replace(":", " ").split() if "number" in n
    )


def test_what_is_due_until_when_counts_business_days(ours: Book) -> None:
    """AT is a Saturday."""
    assert rows(sections(document(ours, story()))["Due"]) == [
        ["Meeting", "2026-11-22 05:13"], ["Report", "2026-11-27 05:13"], ["Review", "2026-11-30 05:13"],
    ]  # fmt: skip
    assert rows(sections(document(ours, story()[:3]))["Due"]) == [
        ["Meeting", "1d after the incident is over"], ["Report", "5 business days after the incident is over"],
        ["Review", "3d after Report"],
    ]  # fmt: skip


def test_a_signature_is_proposed(ours: Book) -> None:
    name, date = "**To be written:** name", "**To be written:** date"
    told = sections(document(ours, story()))["Sign-off"]
    assert rows(told) == [["Incident Commander", "Ben", date], ["Manager", name, date]]


def test_updates_use_the_titles_of_the_policy(ours: Book) -> None:
    told = sections(document(ours, story()))["Update 1, 2026-11-21 03:24 UTC, Ben"].splitlines()
    assert told[:2] == ["- **Where we are:** slow", "- **Back by:** slow"]


def test_a_declaration_alone_has_every_section(ours: Book) -> None:
    wanted = [heading for heading in OUTLINE if not heading[1].startswith("Update 1")]
    assert outline(document(ours, story()[:1])) == wanted


def test_a_status_of_every_stage(ours: Book) -> None:
    closed = [*story(), (130, "slack:U1", facts.Moved("resolved", "closed", Stage.CLOSED))]
    assert outline(document(ours, closed)) == OUTLINE


@given(typed=MARKUP, title=MARKUP)
def test_no_typed_text_breaks_a_table_or_a_heading(ours: Book, typed: str, title: str) -> None:
    shape = [(t.type, t.tag, t.level) for t in PARSER.parse(document(ours, story(f"x{typed}x", f"x{title}x")))]
    assert shape == [(t.type, t.tag, t.level) for t in PARSER.parse(document(ours, story("x", "x")))]


def test_the_known_fields_of_an_update_are_those_of_the_record() -> None:
    assert set(KNOWN) <= set(facts.Updated.__dataclass_fields__)
