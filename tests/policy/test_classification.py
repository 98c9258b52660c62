from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.policy.book import Book
from bot.policy.classification import Classification

GRAVEST_FIRST = ("p0", "p1", "p2", "p3", "p4")
LEVELS = ("low", "medium", "high")


def choice(id: str, **leads: str) -> dict[str, str]:
    return {"id": id, "title": id.title(), **leads}


def question(id: str, *choices: dict[str, str]) -> dict[str, Any]:
    return {"id": id, "title": id.title(), "ask": f"What about the {id}?", "choices": list(choices)}


def grid(answers: tuple[str, ...] = LEVELS) -> dict[str, Any]:
    """Each step up in either answer is one severity graver: low and low p4, high and high p0."""
    cells = {
        row: {column: GRAVEST_FIRST[4 - m - n] for n, column in enumerate(answers)} for m, row in enumerate(answers)
    }
    questions = [question(id, *map(choice, answers)) for id in ("impact", "urgency")]
    return {"matrix": {"questions": questions, "cells": cells}}


GRID = Classification.model_validate(grid())
GRAVEST_OF = Classification.model_validate({"matrix": {"questions": [
    question("users", choice("all", severity="p0"), choice("many", severity="p1"), choice("few", severity="p3")),
    question("service", choice("out", severity="p0"), choice("slow", severity="p2"), choice("odd", severity="p3")),
    question("money", choice("much", severity="p1"), choice("none", severity="p4")),
]}})  # fmt: skip
TREE = Classification.model_validate({"triage": {"first": "down", "questions": [
    question("down", choice("yes", severity="p0"), choice("no", then="many")),
    question("many", choice("yes", then="core"), choice("no", severity="p3")),
    question("core", choice("yes", severity="p1"), choice("no", severity="p2")),
]}})  # fmt: skip
NOTHING = Classification()
ALL = {"grid": GRID, "gravest of": GRAVEST_OF, "tree": TREE}


def ways(asks: Classification, answers: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Every complete way through the questions."""
    answers = dict(answers or {})
    asked = asks.next(answers)
    if asked is None:
        yield answers
        return
    for one in asked.choices:
        yield from ways(asks, {**answers, asked.id: one.id})


@pytest.mark.parametrize(
    ("answers", "asked", "proposed"),
    [
        ({}, "down", None),
        ({"down": "yes"}, None, "p0"),
        ({"down": "no"}, "many", None),
        ({"down": "no", "many": "no"}, None, "p3"),
        ({"down": "no", "many": "yes", "core": "no"}, None, "p2"),
        ({"down": "yes", "many": "no"}, None, "p0"),
        ({"many": "no"}, "down", None),
        ({"down": "perhaps", "many": "no"}, "down", None),
        ({"down": "no", "many": "perhaps", "core": "yes"}, "many", None),
        ({"weather": "bad", "down": "yes"}, None, "p0"),
    ],
)
def test_a_tree_is_walked_from_its_first_question(
    answers: Mapping[str, str], asked: str | None, proposed: str | None
) -> None:
    next, proposal = TREE.next(answers), TREE.propose(answers, GRAVEST_FIRST)
    assert (next and next.id, proposal and proposal.severity) == (asked, proposed)


def test_the_reason_names_the_answers_on_the_way_and_no_others() -> None:
    proposal = TREE.propose({"down": "no", "many": "no", "core": "yes"}, GRAVEST_FIRST)
    assert proposal == ("p3", "Down: No · Many: No")


@pytest.mark.parametrize(
    ("impact", "urgency", "severity"),
    [
        ("low", "low", "p4"),
        ("low", "high", "p2"),
        ("high", "low", "p2"),
        ("medium", "high", "p1"),
        ("high", "high", "p0"),
    ],
)
def test_a_cell_is_found_by_the_first_and_the_second_answer(impact: str, urgency: str, severity: str) -> None:
    proposal = GRID.propose({"urgency": urgency, "impact": impact}, GRAVEST_FIRST)
    assert proposal == (severity, f"Impact: {impact.title()} · Urgency: {urgency.title()}")


def test_without_cells_the_gravest_choice_wins() -> None:
    proposal = GRAVEST_OF.propose({"users": "few", "service": "slow", "money": "much"}, GRAVEST_FIRST)
    assert proposal == ("p1", "Users: Few · Service: Slow · Money: Much")


def test_a_policy_without_questions_asks_and_proposes_nothing() -> None:
    assert not NOTHING.proposes
    assert NOTHING.next({"down": "yes"}) is None
    assert NOTHING.propose({"down": "yes"}, GRAVEST_FIRST) is None
    assert NOTHING.longest == 0


@pytest.mark.parametrize("asks", ALL.values(), ids=ALL)
def test_every_complete_way_proposes_a_severity_that_there_is(asks: Classification) -> None:
    found = [asks.propose(answers, GRAVEST_FIRST) for answers in ways(asks)]
    assert all(proposal and proposal.severity in GRAVEST_FIRST for proposal in found)
    assert max(len(asks.path(answers)) for answers in ways(asks)) == asks.longest


@pytest.mark.parametrize("asks", ALL.values(), ids=ALL)
@given(st.data())
def test_any_answers_at_all_are_taken(asks: Classification, data: st.DataObject) -> None:
    ids = [q.id for q in asks.questions] + ["unheard-of", ""]
    choices = [c.id for q in asks.questions for c in q.choices] + ["unheard-of", ""]
    answers = data.draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(choices)))
    path, open, proposal = asks.path(answers), asks.next(answers), asks.propose(answers, GRAVEST_FIRST)
    assert (open is None) == (proposal is not None)
    assert len({q.id for q, _ in path}) == len(path) <= asks.longest
    assert all(answers[q.id] == c.id for q, c in path)
    on_the_way = {q.id: c.id for q, c in path}
    assert asks.propose(on_the_way, GRAVEST_FIRST) == proposal


@given(*[st.sampled_from(range(3))] * 4)
def test_a_graver_answer_proposes_no_lesser_severity(m: int, n: int, graver_m: int, graver_n: int) -> None:
    lower = GRID.propose({"impact": LEVELS[m], "urgency": LEVELS[n]}, GRAVEST_FIRST)
    upper = GRID.propose({"impact": LEVELS[max(m, graver_m)], "urgency": LEVELS[max(n, graver_n)]}, GRAVEST_FIRST)
    assert lower
    assert upper
    assert GRAVEST_FIRST.index(upper.severity) <= GRAVEST_FIRST.index(lower.severity)


def test_the_gravest_choice_is_never_outvoted() -> None:
    for answers in ways(GRAVEST_OF):
        proposal = GRAVEST_OF.propose(answers, GRAVEST_FIRST)
        assert proposal
        chosen = [c.severity for _, c in GRAVEST_OF.path(answers) if c.severity]
        assert proposal.severity == min(chosen, key=GRAVEST_FIRST.index)


def wrong_grid(**changed: object) -> dict[str, Any]:
    made = grid()
    made["matrix"] |= changed
    return made


YES_NO = (choice("yes", severity="p1"), choice("no", severity="p2"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (wrong_grid(cells={**grid()["matrix"]["cells"], "huge": {}}), 'cells has "huge", which is no choice'),
        (wrong_grid(cells={"low": grid()["matrix"]["cells"]["low"]}), 'cells lacks "medium"'),
        (wrong_grid(cells={**grid()["matrix"]["cells"], "low": {"low": "p4"}}), 'cells.low lacks "medium"'),
        (wrong_grid(cells=None), "right would be a severity, or cells"),
        ({"matrix": {"questions": [question("users", *YES_NO)], "cells": {"yes": {}}}}, "no severity of its own"),
        ({"matrix": {"questions": [question("users", choice("a", then="b"), choice("c"))]}}, "only a triage has"),
        ({"matrix": {"questions": [question("users", *YES_NO), question("users", *YES_NO)]}}, "more than one question"),
        ({"matrix": {"questions": [question("users", YES_NO[0], YES_NO[0])]}}, 'more than one choice "yes"'),
        ({**grid(), "triage": {"first": "a", "questions": [question("a", *YES_NO)]}}, "cannot both propose"),
        ({"triage": {"first": "b", "questions": [question("a", *YES_NO)]}}, 'there is no question "b"'),
        ({"triage": {"first": "a", "questions": [question("a", *YES_NO), question("b", *YES_NO)]}},
         'no way leads to the question "b"'),
        ({"triage": {"first": "a", "questions": [question("a", YES_NO[0], choice("no", then="a"))]}},
         "in a circle (a → a)"),
        ({"triage": {"first": "a", "questions": [question("a", YES_NO[0], choice("no"))]}},
         '"a: no" needs either a severity or a question'),
        ({"triage": {"first": "a", "questions": [question("a", YES_NO[0], choice("no", then="a", severity="p1"))]}},
         '"a: no" needs either a severity or a question'),
    ],
)  # fmt: skip
def test_a_way_that_leads_nowhere_is_a_mistake(data: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Classification.model_validate(data)
    assert told in str(raised.value)


def test_the_default_policy_asks_for_the_worst_first(book: Book) -> None:
    asks, ids = book.classification, book.severities.ids
    assert [q.id for q in asks.questions] == ["down", "customers", "core"]
    told = {tuple(answers.values()): asks.propose(answers, ids) for answers in ways(asks)}
    assert {answers: proposal and proposal.severity for answers, proposal in told.items()} == {
        ("yes",): "sev1", ("no", "yes"): "sev2", ("no", "no", "yes"): "sev3", ("no", "no", "no"): "sev4",
    }  # fmt: skip


def test_every_complete_way_of_the_grid_is_a_pair() -> None:
    assert len(list(ways(GRID))) == len(list(product(LEVELS, LEVELS)))
