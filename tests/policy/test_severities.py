from __future__ import annotations

from datetime import timedelta

import pytest

from bot.policy.book import Book

from .conftest import AT


@pytest.mark.parametrize("word", ["sev1", "SEV1", "Sev-1", "1", "critical", " P1 ", "Critical"])
def test_a_severity_is_found_by_any_of_its_words(book: Book, word: str) -> None:
    found = book.severities.find(word)
    assert found and found.id == "sev1"


def test_a_word_that_means_nothing_is_none(book: Book) -> None:
    assert book.severities.find("checkout") is None
    assert book.severities.find("") is None
    with pytest.raises(LookupError, match=r"no severity 'sev9'\. It has: sev1, sev2"):
        book.severities.get("sev9")


def test_gravest_first(book: Book) -> None:
    assert [book.severities.rank(s.id) for s in book.severities.all] == [0, 1, 2, 3]
    assert book.severities.names() == "sev1, sev2, sev3, sev4"
    assert book.severities.default == "sev2"


def test_who_is_woken_and_where_it_happens(book: Book) -> None:
    got = {s.id: (s.room, s.page) for s in book.severities.all}
    assert got == {
        "sev1": (True, ("oncall:primary", "group:incident-commanders")),
        "sev2": (True, ("oncall:primary",)),
        "sev3": (False, ("oncall:primary",)),
        "sev4": (False, ()),
    }
    assert "group:incident-commanders" in book.severities.get("sev2").invite


def test_a_graver_severity_has_no_longer_target(book: Book) -> None:
    for name in ("acknowledge", "mitigate", "resolve"):
        targets = [s.targets(AT)[name] for s in book.severities.all]
        given = [t for t in targets if t is not None]
        assert given == sorted(given)
    assert book.severities.get("sev1").targets(AT)["acknowledge"] == timedelta(minutes=5)
