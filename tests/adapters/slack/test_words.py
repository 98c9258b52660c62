from __future__ import annotations

import doctest
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import parsing, verbs, words
from bot.adapters.slack.listeners import edge
from bot.adapters.slack.views import dialogs, limits
from bot.adapters.slack.words import SlackDialect, inward, outward, unescaped

NASTY = st.text(alphabet=st.sampled_from(list("<>&!@#|*_~`:/. abU1\n")) | st.characters(), max_size=200)


@pytest.mark.parametrize("module", [words, parsing, verbs, limits, dialogs, edge])
def test_the_examples_in_the_text_are_true(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("slack", "meant"),
    [
        ("<@U1|ana> do it", "slack:U1 do it"),
        ("<@U1> do it", "slack:U1 do it"),
        ("<#C1|shop> is slow", "#shop is slow"),
        ("<#C1> is slow", "#C1 is slow"),
        ("see <https://a.test/x?y=1&amp;z=2|here>", "see https://a.test/x?y=1&z=2"),
        ("write <mailto:a@b.test|a@b.test>", "write a@b.test"),
        ("<!subteam^S1|@oncall> and <!here>", "@oncall and @here"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_what_slack_sends_becomes_what_was_meant(slack: str, meant: str) -> None:
    assert inward(slack) == meant


MARKUP = ["<!channel>", "<!here|x>", "<@U1>", "<#C1>", "<https://evil.test|bank>", "&lt;!here&gt;"]


@pytest.mark.parametrize("typed", MARKUP)
def test_nothing_typed_is_markup(typed: str) -> None:
    assert "<" not in outward(typed).replace("<https://evil.test>", "")
    assert unescaped(outward(typed)).replace("<https://evil.test>", "https://evil.test") == typed


@given(NASTY)
def test_outward_opens_no_bracket_but_for_people_and_links(typed: str) -> None:
    shown = outward(typed)
    for piece in shown.split("<")[1:]:
        assert piece.startswith(("@U", "@W", "http://", "https://")), shown
        assert ">" in piece


@given(NASTY)
def test_words_without_people_or_links_come_back_as_they_were(typed: str) -> None:
    if "slack:" not in typed and "http" not in typed:
        assert unescaped(outward(typed)) == typed


@given(NASTY)
def test_any_text_can_come_in(typed: str) -> None:
    assert isinstance(inward(typed), str)


def test_a_moment_of_the_same_day_needs_no_date() -> None:
    at = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
    assert SlackDialect(date(2026, 11, 21)).moment(at) == "<!date^1795230720^{time}|03:12 UTC>"
    assert "{date_short_pretty} {time}" in SlackDialect(date(2026, 11, 20)).moment(at)
    assert SlackDialect().room("slack:C1", "inc-1") == "<#C1>"
