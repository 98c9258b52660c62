from __future__ import annotations

import pytest

from bot.domain.facts import Stage
from bot.domain.incident import OVER
from bot.policy.book import Book


def test_every_verb_leads_to_a_status_of_its_stage(book: Book) -> None:
    life = book.lifecycle
    assert life.get(life.start).stage is Stage.ACTIVE
    assert life.get(life.resolved).stage is Stage.RESOLVED
    assert life.get(life.cancelled).stage is Stage.CANCELLED
    assert life.get(life.closed).stage is Stage.CLOSED
    assert life.get(life.reopened).stage is Stage.ACTIVE


def test_from_every_open_status_one_can_resolve_and_cancel(book: Book) -> None:
    for status in book.lifecycle.all:
        if status.stage not in OVER:
            assert {book.lifecycle.resolved, book.lifecycle.cancelled} <= set(status.next)


def test_whatever_is_over_can_be_reopened_and_nothing_else_but_closed(book: Book) -> None:
    assert book.lifecycle.after("resolved") == ("closed", "investigating")
    assert book.lifecycle.after("closed") == ("investigating",)
    assert book.lifecycle.after("cancelled") == ("investigating",)


def test_a_wrong_turn_can_be_taken_back(book: Book) -> None:
    assert {"mitigating", "investigating"} <= set(book.lifecycle.after("monitoring"))


def test_every_status_can_be_reached(book: Book) -> None:
    reached, new = set(), {book.lifecycle.start}
    while new:
        reached |= new
        new = {id for status in new for id in book.lifecycle.after(status)} - reached
    assert reached == {s.id for s in book.lifecycle.all}


def test_words_and_kinds(book: Book) -> None:
    found = book.lifecycle.find("MONITORING")
    assert found and found.id == "monitoring"
    assert [k.id for k in book.lifecycle.kinds_of_resolution] == ["fix", "rollback", "workaround"]
    id, title, means = book.lifecycle.kinds_of_resolution[1]
    assert (id, title, means) == ("rollback", "Rollback", "What changed was taken back.")
    with pytest.raises(LookupError, match="no status 'gone'"):
        book.lifecycle.after("gone")
