from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy.book import Book, bundled, load
from bot.policy.check import check
from bot.policy.texts import FIELDS

from .conftest import Change


@pytest.mark.parametrize("name", bundled())
def test_every_policy_that_comes_with_muster_is_whole(name: str) -> None:
    assert check(load(name)) == []


def test_every_template_has_its_fields_listed(book: Book) -> None:
    assert {name for name in book.texts.sources if not name.startswith("_")} == set(FIELDS)


WRONG = [
    (
        "{{ by }}",
        "{{ buy }}",
        'declared.j2, line 11: there is no field "buy" here. It can use: by, commander, incident',
    ),
    ("{{ by }}", "{% if room == 'never' %}{{ due }}{% endif %}", 'there is no field "due" here.'),
    ("{{ by }}", "{{ by | safe }}", 'there is no filter "safe". It can use: default, first'),
    ("{{ by }}", "{{ by", "this is not a template"),
    ("{{ by }}", "{{ incident.titel }}", "has no attribute 'titel'"),
    ("{{ by }}", "{{ severity.examples }}", "a tuple cannot be shown; show one of its fields"),
    ('{% include "_head" %}', '{% include "_hat" %}', "_hat"),
]


@pytest.mark.parametrize(("was", "now", "told"), WRONG, ids=[now for _, now, _ in WRONG])
def test_a_wrong_template_is_told_with_what_would_be_right(
    folder: Path, change: Change, was: str, now: str, told: str
) -> None:
    change("templates/declared.j2", was, now)
    problems = check(load(folder))
    assert any(told in p and p.startswith("templates/declared.j2") for p in problems), problems


def test_a_template_that_says_nothing(folder: Path) -> None:
    (folder / "templates/page.j2").write_text("\n")
    assert check(load(folder)) == ["templates/page.j2: it renders to nothing. People need at least one line."]


def test_a_wrong_link(folder: Path, change: Change) -> None:
    change(
        "communications.yml", "bookmarks: []", "bookmarks: [{title: Bridge, link: 'https://x/{{ incident.bridge }}'}]"
    )
    [problem] = check(load(folder))
    assert problem.startswith('communications.yml: the bookmark "Bridge":')
