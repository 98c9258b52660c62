from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.policy.book import Book
from bot.policy.roles import Role


@pytest.mark.parametrize(("word", "id"), [("ic", "commander"), ("Tech Lead", "tech"), ("COMMS", "communications")])
def test_a_role_is_found_by_any_of_its_words(book: Book, word: str, id: str) -> None:
    found = book.roles.find(word)
    assert found and found.id == id
    assert book.roles.find("cook") is None


def test_duties_are_few_and_said_to_the_person(book: Book) -> None:
    assert book.roles.get(book.roles.lead).title == "Incident Commander"
    for role in book.roles.all:
        assert 1 <= len(role.duties) <= 5  # a phone shows no more; the policy may have eight
        assert role.duties[0].startswith("You ")
        assert all(duty.endswith(".") and len(duty) <= 160 for duty in role.duties)


def test_the_extended_team_stands_apart_and_says_when_it_is_called(book: Book) -> None:
    assert [role.id for role in book.roles.core] == ["commander", "tech", "communications", "scribe"]
    assert [role.id for role in book.roles.extended] == ["expert", "support"]
    assert (*book.roles.core, *book.roles.extended) == book.roles.all
    assert all(role.when for role in book.roles.extended)


def test_every_role_of_the_core_team_says_who_is_good_for_it(book: Book) -> None:
    assert all(1 <= len(role.choose) <= 4 for role in book.roles.core)


@pytest.mark.parametrize(("count", "taken"), [(1, True), (8, True), (0, False), (9, False)])
def test_a_role_has_one_duty_to_eight(book: Book, count: int, taken: bool) -> None:
    given = {**book.roles.get("scribe").model_dump(), "duties": ["You write."] * count}
    if taken:
        assert len(Role(**given).duties) == count
    else:
        with pytest.raises(ValidationError, match="duties"):
            Role(**given)
