from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.book import Book, load
from bot.policy.checklists import Checklist, Checklists, Item

BOOK = load("default")
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")


def test_each_severity_has_a_list_that_fits_on_a_phone(book: Book) -> None:
    for severity in book.severities.all:
        checklist = book.checklists.response(severity.id)
        assert checklist is not None
        assert 5 <= len(checklist.items) <= 8
    assert all(len(item.text) <= 75 for checklist in book.checklists.all for item in checklist.items)


def test_an_item_is_found_by_its_id(book: Book) -> None:
    item = book.checklists.item("impact")
    assert item and item.text.startswith("We know who is hurt")
    assert book.checklists.item("lunch") is None


def test_a_severity_without_a_list(book: Book) -> None:
    only = book.checklists.model_copy(update={"checklists": book.checklists.all[:1]})
    assert only.response("sev4") is None
    everyone = only.all[0].model_copy(update={"severities": None})
    assert book.checklists.model_copy(update={"checklists": (everyone,)}).response("sev4") is everyone


@pytest.mark.parametrize(
    ("severity", "at_start", "monitoring", "closing"),
    [("sev1", ["response"], ["stabilize"], ["closing"]), ("sev2", ["response"], ["stabilize"], ["closing"]),
     ("sev3", ["response-small"], [], []), ("sev4", ["response-small"], [], [])],
)  # fmt: skip
def test_the_lists_of_a_severity_by_when_they_begin(
    book: Book, severity: str, at_start: list[str], monitoring: list[str], closing: list[str]
) -> None:
    lists = book.checklists
    assert [c.id for c in lists.at_start(severity)] == at_start
    assert [c.id for c in lists.on(severity, "monitoring")] == monitoring
    assert [c.id for c in lists.closing(severity)] == closing
    assert lists.on(severity, "investigating") == lists.later(severity) == ()


@st.composite
def checklists(draw: st.DrawFn) -> Checklists:
    made = []
    for n in range(draw(st.integers(0, 6))):
        when = draw(st.sampled_from([{}, {"after": "15m"}, {"status": "monitoring"}, {"opens": "resolving"}]))
        severities = draw(st.none() | st.lists(st.sampled_from(SEVERITIES), unique=True))
        items = [Item(id=f"i{n}-{i}", text="x") for i in range(draw(st.integers(1, 20)))]
        made.append(Checklist(id=f"c{n}", title=f"List {n}", severities=severities, items=items, **when))
    return Checklists(checklists=tuple(made))


@given(checklists(), st.sampled_from(SEVERITIES))
def test_every_list_of_a_severity_begins_in_exactly_one_way(lists: Checklists, severity: str) -> None:
    ways = (lists.at_start(severity), lists.later(severity), lists.on(severity, "monitoring"), lists.closing(severity))
    begun = [listed.id for way in ways for listed in way]
    assert sorted(begun) == sorted(listed.id for listed in lists.of(severity))
    assert lists.response(severity) == next(iter(lists.at_start(severity)), None)


@given(st.sets(st.sampled_from([item.id for c in BOOK.checklists.all for item in c.items])))
def test_what_is_left_and_what_is_done_are_the_whole_list_in_order(done: set[str]) -> None:
    for listed in BOOK.checklists.all:
        left = listed.left(done)
        assert [item for item in listed.items if item in left or item.id in done] == list(listed.items)
        assert not {item.id for item in left} & done
