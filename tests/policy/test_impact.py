from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.policy.book import Book
from bot.policy.impact import Impact, ImpactField, tidy, wrong

IMPACT = Impact(fields=(
    ImpactField(id="users", title="Users", kind="number", on_card=True),
    ImpactField(id="users-confirmed", title="Users confirmed", kind="number"),
    ImpactField(id="regions", title="Affected regions", on_card=True),
    ImpactField(id="revenue", title="Revenue", kind="choice", choices=("None", "Some", "A lot")),
))  # fmt: skip


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("users 1200", "users", "1200"),
        ("Users: about 1,200", "users", "about 1,200"),
        ("users confirmed 900", "users-confirmed", "900"),
        ("USERS-CONFIRMED = 900", "users-confirmed", "900"),
        ("users", "users", ""),
        ("affected regions EU and US", "regions", "EU and US"),
        ("regions: EU", "regions", "EU"),
        ("revenue a lot", "revenue", "a lot"),
    ],
)
def test_the_longest_name_is_taken(words: str, field: str, value: str) -> None:
    assert IMPACT.said(words) == (field, value)


@pytest.mark.parametrize("words", ["", "people 1200", "affected services checkout", "1200"])
def test_words_without_a_field_name_none(words: str) -> None:
    assert IMPACT.said(words) is None


@given(st.text(max_size=200))
def test_any_words_are_taken(words: str) -> None:
    said = IMPACT.said(words)
    assert said is None or IMPACT.get(said.field)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("users", "1200", None),
        ("users", "~ 1.2 k", None),
        ("users", "many", "has no digit in it"),
        ("users", "", None),
        ("regions", "the whole of Europe", None),
        ("revenue", "a LOT", None),
        ("revenue", "", None),
        ("revenue", "heaps", "Revenue is one of None, Some, A lot"),
    ],
)
def test_what_a_field_takes(field: str, value: str, told: str | None) -> None:
    asked = IMPACT.get(field)
    assert asked
    said = wrong(asked, value)
    assert said is None if told is None else said and told in said


@given(st.sampled_from(IMPACT.fields), st.text(max_size=100))
def test_a_value_is_tidied_once_and_stays_as_right_as_it_was(field: ImpactField, value: str) -> None:
    kept = tidy(field, value)
    assert tidy(field, kept) == kept
    assert "\n" not in kept
    if wrong(field, kept) is None and field.kind == "choice" and kept:
        assert kept in field.choices


def test_what_is_known_is_told_in_the_order_of_the_policy() -> None:
    known = {"of old": "kept", "regions": "EU", "users": "1200", "revenue": ""}
    assert IMPACT.told(known) == (
        ("users", "Users", "1200"),
        ("regions", "Affected regions", "EU"),
        ("of old", "of old", "kept"),
    )
    assert IMPACT.told({**known, "revenue": "Some"}, on_card=True) == IMPACT.told(known)[:2]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([{"id": "users", "title": "Users"}, {"id": "people", "title": "users"}], '"users" means more than one'),
        ([{"id": "money", "title": "Money", "kind": "choice"}], "two or more different choices"),
        ([{"id": "money", "title": "Money", "kind": "choice", "choices": ["Much", "much"]}], "two or more different"),
        ([{"id": "money", "title": "Money", "choices": ["Much", "None"]}], "choices are for the kind choice"),
    ],
)
def test_fields_that_could_not_be_filled_in_are_mistakes(fields: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Impact.model_validate({"fields": fields})
    assert told in str(raised.value)


def test_the_default_policy_shows_users_services_and_regions_on_the_card(book: Book) -> None:
    assert {field.id for field in book.impact.fields if field.on_card} == {"users", "services", "regions"}
