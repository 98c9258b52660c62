from __future__ import annotations

import pytest

from bot.policy.book import Book


@pytest.mark.parametrize(("word", "id"), [("ic", "commander"), ("Tech Lead", "tech"), ("COMMS", "communications")])
def test_a_role_is_found_by_any_of_its_words(book: Book, word: str, id: str) -> None:
    found = book.roles.find(word)
    assert found and found.id == id
    assert book.roles.find("cook") is None


def test_duties_are_few_and_said_to_the_person(book: Book) -> None:
    assert book.roles.get(book.roles.lead).title == "Incident Commander"
    for role in book.roles.all:
        assert 1 <= len(role.duties) <= 5
        assert role.duties[0].startswith("You ")
        assert all(duty.endswith(".") and len(duty) <= 160 for duty in role.duties)
