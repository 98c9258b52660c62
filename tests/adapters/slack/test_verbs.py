from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import verbs
from bot.adapters.slack.listeners.submissions import SUBMISSIONS
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.verbs import Call, Press
from bot.adapters.slack.views import dialogs

ASKED_FOR = [
    *("declare", "create", "new", "ack", "status", "list", "update", "severity", "sev", "role", "note", "timeline"),
    *("task", "resolve", "reopen", "cancel", "postmortem", "room", "help"),
]


@pytest.mark.parametrize("word", ASKED_FOR)
def test_every_verb_people_know_is_there(word: str) -> None:
    assert VERBS.find(word)


def test_every_verb_has_help_in_one_line() -> None:
    for verb in VERBS.all:
        assert verb.help
        assert "\n" not in verb.help
        assert len(verb.help) <= 120


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        VERBS.words["x"] = VERBS.all[0]  # type: ignore[index]


def test_two_verbs_cannot_want_the_same_word() -> None:
    async def nothing(call: Call) -> None:
        return None

    twins = ModuleType("twins")
    twins.a = verbs.verb("a", "does a", "b")(nothing)  # type: ignore[attr-defined]
    twins.b = verbs.verb("b", "does b")(nothing)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="'b'"):
        verbs.table(twins)


@pytest.mark.parametrize(("word", "meant"), [("updaet", "update"), ("resovle", "resolve"), ("statsu", "status")])
def test_a_misspelt_word_has_a_nearest_verb(word: str, meant: str) -> None:
    nearest = VERBS.nearest(word)
    assert nearest
    assert nearest.name == meant


def test_a_strange_word_has_none() -> None:
    assert VERBS.nearest("qqqqqq") is None


@given(st.none() | st.text("0123456789ABCDEF", min_size=1, max_size=26), st.text(max_size=500))
def test_a_button_says_what_was_put_into_it(incident: str | None, words: str) -> None:
    action = {"action_id": "task:ask:2", "value": verbs.value(incident, words)}
    assert verbs.pressed(action) == Press("task", "ask", incident, words)


@given(st.text(max_size=3000))
def test_what_a_button_carries_fits(words: str) -> None:
    assert len(verbs.value("01J", words)) <= 2000
    assert len(verbs.option("severity", "01J", words)) <= 150


@pytest.mark.parametrize(
    "action", [{}, {"action_id": ""}, {"action_id": "menu:x"}, {"action_id": "menu:x", "selected_option": None}]
)
def test_an_empty_press_is_nothing(action: dict[str, object]) -> None:
    assert verbs.pressed(action) is None


def test_every_dialog_has_somebody_who_reads_it() -> None:
    assert set(dialogs.FORMS) == set(SUBMISSIONS)
