from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.book import Book
from bot.policy.naming import Naming

from .conftest import AT

LEGAL = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
PATTERNS = ["inc-{number}-{slug}", "{slug}", "incident-{date}-{time}", "{severity}_{slug}-{number}", "INC {slug}!"]


@given(st.text(), st.integers(1, 10**9), st.sampled_from(PATTERNS), st.integers(2, 999))
def test_any_title_gives_a_legal_name(title: str, number: int, pattern: str, n: int) -> None:
    naming = Naming(room=pattern, incident="#{number}")
    name = naming.room(number, title, AT, "sev1")
    assert LEGAL.fullmatch(name)
    assert LEGAL.fullmatch(naming.another(name, n))
    assert naming.another(name, n).endswith(f"-{n}")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout is FAILING!", "inc-7-checkout-is-failing"),
        ("Zahlung schlägt fehl: Straße", "inc-7-zahlung-schlagt-fehl-strasse"),
        ("Ошибка оплаты", "inc-7-oshibka-oplaty"),
        ("Σφάλμα πληρωμής", "inc-7-sfalma-pliromis"),
        ("Łódź & Ærø", "inc-7-lodz-and-aero"),
        ("支払いが失敗する", "inc-7"),
        ("🔥🔥🔥", "inc-7"),
        ("", "inc-7"),
        ("{number} {slug} ../../etc", "inc-7-number-slug-etc"),
        ("db_primary -- down", "inc-7-db_primary-down"),
        ("word " * 50, "inc-7-word-word-word-word-word-word-word-word"),
        ("x" * 500, "inc-7-" + "x" * 40),
    ],
)
def test_titles_of_many_kinds(book: Book, title: str, name: str) -> None:
    assert book.naming.room(7, title, AT, "sev1") == name


def test_a_name_that_is_taken_gets_a_number(book: Book) -> None:
    assert book.naming.another("inc-7-checkout", 2) == "inc-7-checkout-2"
    assert book.naming.another("a" * 80, 12) == "a" * 77 + "-12"


def test_the_label_of_an_incident(book: Book) -> None:
    assert book.naming.label(12, AT, "sev1") == "#12"
    assert Naming(room="{slug}", incident="INC-{date}-{time}").label(1, AT, "sev1") == "INC-20261121-031200"
