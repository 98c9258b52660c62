"""Slack takes the dialogs that help to choose a severity, and that of the impact, whatever the policy calls things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from bot.adapters.slack.verbs import LONGEST_VALUE, Ask, pressed
from bot.adapters.slack.views import dialogs
from bot.domain.incident import Incident
from bot.policy.book import Book
from bot.policy.classification import Classification
from bot.policy.impact import Impact
from bot.simulator.view_rules import check_view
from tests.adapters.slack.faces import BOOK, HOSTILE, an_incident

TITLE, ASK = (HOSTILE * 9)[:60], (HOSTILE * 99)[:600]
HOOK = "https://hooks.test/" + "x" * 500


def named(n: int) -> str:
    return f"{n:x<40}"


def question(n: int, *leads: dict[str, str]) -> dict[str, Any]:
    choices = [{"id": named(m), "title": TITLE, **lead} for m, lead in enumerate(leads)]
    return {"id": named(n), "title": TITLE, "ask": ASK, "choices": choices}


def tree() -> Classification:
    """Twenty questions of ten choices, in the longest words there are."""
    chain = [question(n, {"then": named(after)}, *[{"severity": "sev4"}] * 9) for n, after in pairwise(range(20))]
    last = question(19, *[{"severity": "sev1"}] * 10)
    return Classification.model_validate({
        "triage": {"first": named(0), "questions": [*chain, last]},
        "assessment": [{"id": named(n), "title": TITLE, "ask": ASK} for n in range(8)],
    })  # fmt: skip


def matrix() -> Classification:
    questions = [question(n, *[{"severity": "sev2"}] * 10) for n in range(5)]
    return Classification.model_validate({"matrix": {"questions": questions}})


def asks(book: Book, kind: str, incident: Incident | None) -> Iterator[tuple[Ask, dict[str, Any]]]:
    """The dialog before the questions, at each of them, and after them."""
    typed = {name: HOSTILE * 99 for name in ("title", "details", "reason", *map(named, range(8)))}
    answers: dict[str, str] = {}
    for turn in (None, *range(25)):
        ask = Ask(kind, incident, typed, None if turn is None else dict(answers), turn or 0)
        yield ask, dialogs.build(ask, book, HOOK, "slack:C1")
        asked = book.classification.next(answers)
        if turn is not None and asked is None:
            return
        if turn is not None and asked:
            answers[asked.id] = next((one for one in asked.choices if one.then), asked.choices[0]).id


@pytest.mark.parametrize("asked", [tree(), matrix(), BOOK.classification], ids=["tree", "matrix", "default"])
@pytest.mark.parametrize("kind", ["declare", "severity"])
def test_slack_takes_the_dialog_at_every_question(kind: str, asked: Classification) -> None:
    book = replace(BOOK, classification=asked)
    seen = list(asks(book, kind, None if kind == "declare" else an_incident()))
    for ask, view in seen:
        check_view(view, "modal")
        read = dialogs.read(view)
        assert (read.answers, read.turn) == (ask.answers, ask.turn)
    assert len(seen) == 2 + asked.longest


def test_an_answer_is_never_cut() -> None:
    book = replace(BOOK, classification=tree())
    _, view = list(asks(book, "declare", None))[1]
    [row] = [block for block in view["blocks"] if block["type"] == "actions"]
    presses = [pressed(button) for button in row["elements"]]
    assert [press and press.words for press in presses] == [f"{named(0)} {named(n)}" for n in range(10)]
    assert all(len(button["value"]) <= LONGEST_VALUE for button in row["elements"])


def test_a_proposed_severity_has_a_field_of_its_own_name() -> None:
    """Slack shows again what a field of the same name held, whatever it is to hold now."""
    names = []
    for turn in range(3):
        view = dialogs.build(Ask("declare", None, {}, {"down": "yes"}, turn), BOOK, None, None)
        names += [block["block_id"] for block in view["blocks"] if dialogs.named(block["block_id"]) == "severity"]
    assert len(set(names)) == 3


def test_a_sentence_finds_its_field_by_name() -> None:
    view = dialogs.build(Ask("declare", None, {}, {"down": "yes"}, 2), BOOK, None, None)
    assert dialogs.under(view, {"severity": "x", "reason": "y"}, "title") == {"severity:2": "x", "reason": "y"}
    assert dialogs.under(view, {"of another form": "x"}, "title") == {"title": "x"}
    assert dialogs.under(view, {"of another form": "x"}, "nor is this") == {"title": "x"}


def test_slack_takes_the_dialog_of_the_impact() -> None:
    kinds: list[dict[str, Any]] = [
        {"kind": "text"}, {"kind": "number"}, {"kind": "choice", "choices": [f"{n:x<60}" for n in range(20)]},
    ]  # fmt: skip
    fields = [{"id": named(n), "title": f"{n}{TITLE}"[:60], "ask": ASK, **kinds[n % 3]} for n in range(20)]
    book = replace(BOOK, impact=Impact.model_validate({"fields": fields}))
    for known in ({}, {named(n): HOSTILE * 99 for n in range(20)}):
        check_view(dialogs.build(Ask("impact", an_incident(impact=known)), book, HOOK, "slack:C1"), "modal")
    without = replace(BOOK, impact=Impact())
    check_view(dialogs.build(Ask("impact", an_incident()), without, HOOK, "slack:C1"), "modal")
