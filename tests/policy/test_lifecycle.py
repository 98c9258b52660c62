from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.domain.facts import Stage
from bot.domain.incident import OVER
from bot.policy.book import Book
from bot.policy.lifecycle import Lifecycle, Seat


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


@pytest.mark.parametrize(
    ("status", "phase"),
    [("investigating", (1, "Triage")), ("identified", (2, "Response")), ("mitigating", (2, "Response")),
     ("monitoring", (3, "Stabilize")), ("resolved", (4, "After")), ("cancelled", None), ("unheard-of", None)],
)  # fmt: skip
def test_each_status_has_its_phase_and_the_phase_its_number(
    book: Book, status: str, phase: tuple[int, str] | None
) -> None:
    placed = book.lifecycle.place(status)
    assert (placed and (placed[0], placed[1].title)) == phase


def test_a_lifecycle_without_phases_places_nothing(book: Book) -> None:
    bare = book.lifecycle.model_copy(update={"phases": ()})
    assert all(bare.place(status.id) is None for status in bare.all)


def test_a_status_is_called_by_its_title_unless_it_has_a_word_for_others(book: Book) -> None:
    given = book.lifecycle.get("identified").model_dump(exclude={"word"})
    status = type(book.lifecycle.get("identified"))
    assert status(**given).word == "Identified"
    assert status(**given, word="Working on it").word == "Working on it"


@pytest.mark.parametrize(
    ("named", "held", "entitled"),
    [((), {"commander": "slack:U1"}, []),
     (("commander",), {}, []),
     (("commander",), {"tech": "slack:U2"}, []),
     (("commander",), {"commander": "slack:U1", "tech": "slack:U2"}, [("commander", "slack:U1")]),
     (("commander", "tech"), {"tech": "slack:U2"}, [("tech", "slack:U2")]),
     (("tech", "commander"), {"commander": "slack:U1", "tech": "slack:U2"},
      [("tech", "slack:U2"), ("commander", "slack:U1")])],
)  # fmt: skip
def test_only_holders_decide_while_one_of_their_roles_is_held(
    book: Book, named: tuple[str, ...], held: Mapping[str, str], entitled: list[tuple[str, str]]
) -> None:
    life: Lifecycle = book.lifecycle.model_copy(update={"resolve_by": named, "decide_by": named})
    assert life.resolvers(held) == life.deciders(held) == tuple(Seat(*seat) for seat in entitled)
