"""Who must have heard by when: the figures of the handbooks, number by number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.policy.book import Book, bundled, load
from bot.policy.check import check
from bot.policy.deadlines import Moments, reached

from .asking import AT

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def books() -> dict[str, Book]:
    return {name: load(name) for name in bundled()}


def due(book: Book, moments: Moments, **met: timedelta) -> list[tuple[timedelta, str]]:
    """After the declaration."""
    known = {id: AT + after for id, after in met.items()}
    return [(planned.due - AT, planned.deadline.id) for planned in book.deadlines.plan(moments, known, book.calendar)]


@pytest.mark.parametrize("name", bundled())
def test_no_deadline_has_a_mistake_and_each_can_be_met(books: dict[str, Book], name: str) -> None:
    book = books[name]
    assert [problem for problem in check(book) if "deadline" in problem] == []
    for deadline in book.deadlines.all:
        assert all(reached(book.communications, deadline, severity) for severity in deadline.severities)


# from the declaration on

OPEN: list[tuple[str, str, list[tuple[timedelta, str]]]] = [
    ("default", "sev1", [(30 * MIN, "first-news")]),
    ("default", "sev2", [(30 * MIN, "first-news")]),
    ("default", "sev3", []),
    ("default", "sev4", []),
    ("tracktion", "p1", [(5 * MIN, "internal"), (15 * MIN, "confirmed"), (30 * MIN, "outside")]),
    ("tracktion", "p2", [(5 * MIN, "internal"), (15 * MIN, "confirmed"), (30 * MIN, "outside")]),
    ("tracktion", "p3", [(5 * MIN, "internal")]),
    ("tracktion", "p4", [(5 * MIN, "internal")]),
    ("code", "sev1", [(5 * MIN, "first-sev1"), (15 * MIN, "customers"), (30 * MIN, "status-page")]),
    ("code", "sev2", [(15 * MIN, "first-sev2"), (30 * MIN, "status-page"), (4 * HOUR, "customers-extended")]),
    ("code", "sev3", [(30 * MIN, "first-sev3"), (4 * HOUR, "status-page-extended")]),
    ("code", "sev4", []),
    ("smartcloudops", "p0", [(5 * MIN, "customers-p0"), (15 * MIN, "executives"), (15 * MIN, "executive-call")]),
    ("smartcloudops", "p1", [(2 * HOUR, "customers-p1")]),
    ("smartcloudops", "p2", []),
    ("smartcloudops", "p3", []),
    *((name, severity, []) for name in ("framework", "portfolio") for severity in ("p0", "p1", "p2", "p3")),
]


@pytest.mark.parametrize(("name", "severity", "expected"), OPEN, ids=lambda each: str(each)[:20])
def test_what_is_due_after_the_declaration(
    books: dict[str, Book], name: str, severity: str, expected: list[tuple[timedelta, str]]
) -> None:
    assert due(books[name], Moments(severity, AT, AT)) == expected


# from the resolution on

ENDED: list[tuple[str, str, list[tuple[timedelta, str]]]] = [
    ("tracktion", "p1", [(2 * HOUR, "final"), (24 * HOUR, "summary")]),
    ("tracktion", "p2", [(2 * HOUR, "final"), (24 * HOUR, "summary")]),
    ("tracktion", "p4", [(24 * HOUR, "summary")]),
    ("smartcloudops", "p0", [(72 * HOUR, "report")]),
    ("smartcloudops", "p1", [(72 * HOUR, "report")]),
    ("smartcloudops", "p2", []),
    ("code", "sev1", []),
    ("default", "sev1", []),
]


@pytest.mark.parametrize(("name", "severity", "expected"), ENDED, ids=lambda each: str(each)[:20])
def test_what_is_due_after_the_resolution(
    books: dict[str, Book], name: str, severity: str, expected: list[tuple[timedelta, str]]
) -> None:
    ended = Moments(severity, AT - DAY, AT - DAY, resolved_at=AT, over=True)
    assert due(books[name], ended) == expected


AGAIN = [
    ("tracktion", "p1", "outside", 30 * MIN),
    ("code", "sev1", "customers", 15 * MIN),
    ("code", "sev2", "customers-extended", 30 * MIN),
    ("smartcloudops", "p0", "executives", 15 * MIN),
    ("smartcloudops", "p0", "customers-p0", 30 * MIN),
    ("smartcloudops", "p1", "customers-p1", 30 * MIN),
]


@pytest.mark.parametrize(("name", "severity", "id", "every"), AGAIN)
def test_what_is_due_again(books: dict[str, Book], name: str, severity: str, id: str, every: timedelta) -> None:
    assert (20 * MIN + every, id) in due(books[name], Moments(severity, AT, AT), **{id: 20 * MIN})


MET_BY = [
    ("tracktion", "internal", "announced", None),
    ("tracktion", "confirmed", "acknowledged", None),
    ("tracktion", "outside", "update", "status-updates"),
    ("tracktion", "final", "told", "status-updates"),
    ("tracktion", "summary", "hand", None),
    ("code", "first-sev1", "told", "status-updates"),
    ("code", "first-sev3", "announced", None),
    ("code", "customers", "hand", None),
    ("smartcloudops", "executives", "told", "executive-updates"),
    ("smartcloudops", "executive-call", "hand", None),
    ("smartcloudops", "report", "hand", None),
    ("default", "first-news", "told", "status-updates"),
]


@pytest.mark.parametrize(("name", "id", "by", "channel"), MET_BY)
def test_what_meets_them(books: dict[str, Book], name: str, id: str, by: str, channel: str | None) -> None:
    [deadline] = [deadline for deadline in books[name].deadlines.all if deadline.id == id]
    assert (deadline.met_by, deadline.channel) == (by, channel)


CALLED = [
    ("default", "first-news", "manager", 45 * MIN),
    ("tracktion", "outside", "manager", 45 * MIN),
    ("code", "first-sev1", "manager", 10 * MIN),
    ("code", "first-sev2", "manager", 30 * MIN),
    ("code", "customers", "director", 30 * MIN),
    ("smartcloudops", "customers-p0", "manager", 30 * MIN),
    ("smartcloudops", "customers-p1", "manager", 135 * MIN),
    ("smartcloudops", "executives", "manager", 30 * MIN),
]


@pytest.mark.parametrize(("name", "id", "level", "after"), CALLED)
def test_who_is_called_when_they_are_missed(
    books: dict[str, Book], name: str, id: str, level: str, after: timedelta
) -> None:
    [deadline] = [deadline for deadline in books[name].deadlines.all if deadline.id == id]
    assert deadline.then_call == level == books[name].escalation.level(level).id
    assert isinstance(deadline.within, timedelta)
    assert deadline.within + deadline.call_after == after


@pytest.mark.parametrize("name", bundled())
def test_whoever_speaks_for_the_team_is_reminded(books: dict[str, Book], name: str) -> None:
    assert books[name].deadlines.remind == "communications"
