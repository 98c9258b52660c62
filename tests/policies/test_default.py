"""The policy that a new team starts with: it has what the others have found useful, and nothing that only they need."""

from __future__ import annotations

import pytest

from bot.policy.book import Book, load
from bot.policy.check import check

from .asking import ends, titles, unescaped


@pytest.fixture(scope="module")
def book() -> Book:
    return load("default")


def test_nothing_in_it_is_a_mistake(book: Book) -> None:
    assert check(book) == []
    assert unescaped(book) == []


FIGURES = [
    ("sev1", "half"),
    ("sev2", "From 5 % to half"),
    ("sev3", "From 1 % to less than 5 %"),
    ("sev4", "Less than 1 %"),
]


@pytest.mark.parametrize(("id", "figures"), FIGURES)
def test_each_severity_has_figures_a_team_and_somebody_to_tell(book: Book, id: str, figures: str) -> None:
    severity = book.severities.get(id)
    assert figures in severity.criteria[0]
    assert severity.examples and severity.team and severity.tell


def test_every_phase_has_a_list_or_a_status(book: Book) -> None:
    used = {status.phase for status in book.lifecycle.all} | {listed.phase for listed in book.checklists.all}
    assert {phase.id for phase in book.lifecycle.phases} == used - {None}


@pytest.mark.parametrize("severity", ["sev1", "sev2"])
def test_after_a_grave_one_the_weekend_is_left_out(book: Book, severity: str) -> None:
    assert ends(book, severity) == {"postmortem": "Tue 24 15:00", "review": "Fri 27 15:00"}


@pytest.mark.parametrize("severity", ["sev3", "sev4"])
def test_after_a_small_one_nothing_is_due(book: Book, severity: str) -> None:
    assert ends(book, severity) == {}


def test_the_sections_of_the_postmortem(book: Book) -> None:
    assert titles(book.postmortem.sections) == [
        "Summary", "Impact", "Measures", "Roles", "Timeline", "Decisions", "Root cause", "What went well",
        "What could be improved", "Where we got lucky", "Lessons learned", "Action items", "Updates sent",
    ]  # fmt: skip


def test_it_asks_nothing_of_a_team_that_it_may_not_have(book: Book) -> None:
    assert (book.communications.bridge, book.communications.bookmarks) == (None, ())
    assert (book.postmortem.rules, book.postmortem.sign_off, book.postmortem.sla) == ((), (), None)
    groups = {principal for s in book.severities.all for principal in (*s.invite, *s.page)}
    assert groups == {"declarer", "oncall:primary", "group:incident-commanders"}
