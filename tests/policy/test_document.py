from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import facts
from bot.domain.facts import Event, Fact, Stage
from bot.domain.incident import Incident, born
from bot.domain.timeline import entries
from bot.policy.book import Book
from bot.policy.document import SOURCES, write

from .conftest import AT
from .test_markdown import MARKUP, PARSER

NAMES = {"slack:U1": "Ana", "slack:U2": "Ben"}
HEADINGS = [
    "Summary", "Impact", "Measures", "Roles", "Timeline", "Decisions", "Root cause", "What went well",
    "What could be improved", "Where we got lucky", "Lessons learned", "Action items", "Updates sent",
]  # fmt: skip


def lived(title: str, words: str = "", typed: str = "slow", over: bool = True) -> tuple[Incident, list[Fact]]:
    """An incident in which people typed `typed` wherever they could."""
    story: list[tuple[int, str, Event]] = [
        (0, "slack:U1", facts.Declared("01", 12, title, "sev1", "investigating", "h", words)),
        (7, "slack:U2", facts.Acknowledged()),
        (8, "slack:U2", facts.RoleTaken("commander", "slack:U2")),
        (9, "slack:U1", facts.RoleTaken("scribe", "slack:U3")),
        (10, "slack:U1", facts.Noted(typed)),
        (12, "slack:U2", facts.Updated(1, "investigating", "sev1", typed, typed, typed, typed, typed, AT)),
        (13, "slack:U2", facts.TaskAdded(1, typed, "slack:U1")),
        (14, "slack:U2", facts.TaskAdded(2, typed, None, later=True)),
        (15, "slack:U2", facts.TaskAdded(3, "done in time")),
        (16, "slack:U2", facts.TaskDone(3)),
        (40, "slack:U2", facts.Moved("investigating", "monitoring", Stage.MITIGATED)),
        (270, "slack:U1", facts.Resolved("monitoring", "resolved", "rollback", typed)),
    ]
    history = [Fact(event, AT + timedelta(minutes=m), by) for m, by, event in (story if over else story[:-1])]
    incident = born(history[0])
    for fact in history[1:]:
        incident = incident.apply(fact)
    return incident, history


def document(book: Book, *args: str, over: bool = True) -> str:
    incident, history = lived(*args, over=over)
    return write(book, incident, entries(history, book.words), NAMES)


def sections(text: str) -> dict[str, str]:
    return {title: body for title, _, body in (part.partition("\n\n") for part in text.split("\n## ")[1:])}


def shape(text: str) -> list[tuple[str, str]]:
    return [(token.type, token.tag) for token in PARSER.parse(text) if token.type != "inline"]


def test_the_document_has_every_section_in_order(book: Book) -> None:
    text = document(book, "checkout is failing")
    assert text.startswith("# Postmortem \\#12: checkout is failing\n")
    assert list(sections(text)) == HEADINGS
    assert text.endswith("\n") and not text.endswith("\n\n")


def test_targets_are_met_or_missed_by_how_much(book: Book) -> None:
    told = sections(document(book, "x"))["Measures"]
    assert "| Time to acknowledge | 7 min | 5 min | missed by 2 min |" in told
    assert "| Time to mitigate | 40 min | 1 h | met |" in told
    assert "| Time to resolve | 4 h 30 min | 4 h | missed by 30 min |" in told


def test_the_timeline_says_when_who_and_what(book: Book) -> None:
    told = sections(document(book, "x"))["Timeline"]
    assert told.startswith("| Time (UTC) | Who | Event |")
    assert "| 2026-11-21 03:12 | Ana | declared #12 SEV1: x |" in told
    assert "| 2026-11-21 03:21 | Ana | gave the role Scribe to slack:U3 |" in told


def test_roles_name_those_that_nobody_held(book: Book) -> None:
    told = sections(document(book, "x"))["Roles"]
    assert "| Incident Commander | Ben |" in told
    assert "| Tech Lead | nobody |" in told


def test_what_is_left_to_do_has_an_owner_or_asks_for_one(book: Book) -> None:
    told = sections(document(book, "x"))["Action items"].strip().splitlines()
    assert told == ["- [ ] slow: Ana (left open when the incident ended)", "- [ ] slow: nobody yet"]


def test_updates_are_kept_with_their_time_and_author(book: Book) -> None:
    told = sections(document(book, "x"))["Updates sent"]
    assert told.startswith("### Update 1, 2026-11-21 03:24 UTC, Ben\n\n- **Current state:** slow\n- **Impact:** slow")
    assert "- **Next update promised by:** 2026-11-21 03:12 UTC" in told


def test_what_people_must_write_is_marked(book: Book) -> None:
    told = sections(document(book, "x"))
    for title in ("Root cause", "What went well", "What could be improved", "Where we got lucky", "Summary", "Impact"):
        assert "> **To be written:** " in told[title]


def test_the_summary_says_how_it_ended(book: Book) -> None:
    assert "**Resolved after 4 h 30 min (Rollback):** slow" in sections(document(book, "x"))["Summary"]
    assert "The incident is not over yet" in sections(document(book, "x", over=False))["Summary"]


def test_an_incident_in_which_nothing_happened(book: Book) -> None:
    incident = lived("x", over=False)[0]
    bare = born(Fact(facts.Declared("01", 12, "x", "sev4", "investigating", "h", "", kind="drill"), AT, "slack:U1"))
    told = sections(write(book, bare, [], {}))
    assert list(told) == HEADINGS
    assert told["Timeline"].startswith("Nothing is recorded.")
    assert told["Updates sent"].startswith("No update was sent.")
    assert "| Time to mitigate | - | - | no target |" in told["Measures"]
    assert "| Time to resolve | - | 7 d | not recorded |" in told["Measures"]
    assert incident.over is False


def test_a_severity_and_status_of_an_earlier_policy(book: Book) -> None:
    old = born(Fact(facts.Declared("01", 12, "x", "p9", "odd", "h", ""), AT, "slack:U1"))
    assert "| Severity | p9 |" in write(book, old, [], {})


@given(title=MARKUP, words=MARKUP, typed=MARKUP)
def test_no_typed_text_breaks_the_document(book: Book, title: str, words: str, typed: str) -> None:
    filled = "x" if typed.strip() else typed
    plain = shape(document(book, "x", "", filled))
    text = document(book, title, "", f"x{typed}x")
    assert shape(text) == shape(document(book, "x", "", "x"))
    assert list(sections(text)) == HEADINGS
    assert [s for s in shape(document(book, title, words, typed)) if s[1].startswith("h")] == [
        s for s in plain if s[1].startswith("h")
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_can_stand_alone(book: Book, source: str) -> None:
    incident, history = lived("x")
    one = book.postmortem.model_copy(
        update={"sections": tuple(s for s in book.postmortem.sections if s.source == source)}
    )
    only = type(book)(**{**vars(book), "postmortem": one})
    assert write(only, incident, entries(history, book.words), NAMES).startswith("# Postmortem")


@given(st.text(max_size=20))
def test_a_name_cannot_break_a_table(book: Book, name: str) -> None:
    incident, history = lived("x")
    told = entries(history, book.words)
    assert shape(write(book, incident, told, {"slack:U1": name})) == shape(write(book, incident, told, {}))
