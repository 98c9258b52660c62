from __future__ import annotations

from bot.policy.book import Book


def test_each_severity_has_a_list_that_fits_on_a_phone(book: Book) -> None:
    for severity in book.severities.all:
        checklist = book.checklists.response(severity.id)
        assert checklist is not None
        assert 5 <= len(checklist.items) <= 8
        assert all(len(item.text) <= 75 for item in checklist.items)


def test_an_item_is_found_by_its_id(book: Book) -> None:
    item = book.checklists.item("impact")
    assert item and item.text.startswith("We know who is hurt")
    assert book.checklists.item("lunch") is None


def test_a_severity_without_a_list(book: Book) -> None:
    only = book.checklists.model_copy(update={"checklists": book.checklists.all[:1]})
    assert only.response("sev4") is None
    everyone = only.all[0].model_copy(update={"severities": None})
    assert book.checklists.model_copy(update={"checklists": (everyone,)}).response("sev4") is everyone
