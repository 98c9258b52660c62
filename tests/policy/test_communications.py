from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.facts import Updated
from bot.policy.book import Book, load
from bot.policy.communications import Communications
from bot.policy.errors import PolicyError
from bot.policy.markdown import MARKDOWN

from .conftest import Change, an_incident


def test_who_hears_of_what(book: Book) -> None:
    talk = book.communications
    assert talk.incidents_channel == "incidents"
    assert [talk.audience(s.id) for s in book.severities.all] == [("status-updates",), ("status-updates",), (), ()]
    assert talk.audience("sev1", "resolved") == ("status-updates",)
    assert talk.bookmarks == ()


def test_a_bookmark_may_point_at_the_incident(folder: Path, change: Change) -> None:
    link = '"https://status.example.com/{{ incident.number }}"'
    change("communications.yml", "bookmarks: []", f"bookmarks: [{{title: Status, link: {link}, emoji: ':bar_chart:'}}]")
    ours = load(folder)
    [bookmark] = ours.communications.bookmarks
    shown = ours.texts.render_line(bookmark.link, ours.about(an_incident()), MARKDOWN)
    assert shown == "https://status.example.com/12"


def of(*fields: str) -> dict[str, object]:
    return {"incidents_channel": "incidents", "update_fields": [{"id": id, "title": id.title()} for id in fields]}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (["impact"], 'the id "state"'),
        (["state", "eta", "eta"], '"eta" stands here twice'),
        (["state", "next_in"], "last"),
    ],
)
def test_an_update_asks_for_the_state_and_for_nothing_twice(fields: list[str], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        Communications.model_validate(of(*fields))


def test_what_an_update_says_stands_in_the_order_of_the_policy() -> None:
    talk = Communications.model_validate(of("eta", "state", "cause"))
    update = Updated(1, "s", "sev1", "slow", impact="all", more={"eta": "noon", "cause": " ", "gone": "yes"})
    assert talk.own_fields == ("eta", "cause")
    assert [(told.title, told.value) for told in talk.told(update)] == [
        ("Eta", "noon"), ("State", "slow"), ("Impact", "all"), ("Gone", "yes"),
    ]  # fmt: skip
    assert [told.id for told in talk.own(update)] == ["eta", "gone"]


def test_a_mistake_in_the_update_fields_is_told_with_its_line(folder: Path, change: Change) -> None:
    change("communications.yml", "bookmarks: []", "bookmarks: []\nupdate_fields:\n  - {id: eta, title: Back by}")
    with pytest.raises(PolicyError, match=r"communications\.yml, line \d+: update_fields is wrong: an update says"):
        load(folder)
