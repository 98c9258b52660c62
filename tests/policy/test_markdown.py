from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.markdown import MARKDOWN, Markdown, line, spoken, table

from .conftest import AT

markdown_it = pytest.importorskip("markdown_it")
PARSER = markdown_it.MarkdownIt("commonmark").enable("table").enable("strikethrough")

MARKUP = st.text(st.sampled_from("ab1. #*_`~[]()<>!|\\&;:-+=$\n\r\t\x0b\u2028\u202e\x00é🔥")) | st.text()


def blocks(document: str) -> list[str]:
    return [token.type for token in PARSER.parse(document)]


@given(MARKUP)
def test_a_line_is_one_paragraph_without_markup(typed: str) -> None:
    written = line(typed)
    assert "\n" not in written
    assert blocks(written) == (["paragraph_open", "inline", "paragraph_close"] if written else [])
    inner = [child.type for token in PARSER.parse(written) for child in token.children or ()]
    assert set(inner) <= {"text", "text_special", "link_open", "link_close"}


@given(MARKUP)
def test_no_character_that_can_be_seen_is_lost(typed: str) -> None:
    inner = (child.content for token in PARSER.parse(line(typed)) for child in token.children or ())
    seen = unescape("".join(inner)) if "http" in typed else "".join(inner)
    kept = [c for c in typed if c.isprintable() and not c.isspace()]
    assert [c for c in seen if c.isprintable() and not c.isspace()] == kept


@given(MARKUP)
def test_text_of_many_lines_stays_one_paragraph(typed: str) -> None:
    written = MARKDOWN.text(typed)
    assert blocks(written) == (["paragraph_open", "inline", "paragraph_close"] if written else [])


@given(st.lists(st.tuples(MARKUP, MARKUP), min_size=1, max_size=5))
def test_a_table_keeps_its_shape(rows: list[tuple[str, str]]) -> None:
    found = blocks(table(("A", "B"), [(line(a), line(b)) for a, b in rows]))
    assert found.count("tr_open") == len(rows) + 1
    assert found.count("td_open") == 2 * len(rows)
    assert set(found) & {"heading_open", "fence", "html_block", "bullet_list_open"} == set()


def test_web_addresses_stay_addresses() -> None:
    assert line("see https://example.com/a_b?x=1&y=2.") == "see <https://example.com/a_b?x=1&y=2>."
    assert line("https://example.com/|x") == "<https://example.com/>\\|x"


def test_people_and_times() -> None:
    named = Markdown({"slack:U1": "Ana | *the* boss"})
    assert named.person("slack:U1") == "Ana \\| \\*the\\* boss"
    assert named.person("slack:U2") == "slack:U2"
    assert named.person("muster") == "Muster"
    assert named.moment(AT) == "2026-11-21 03:12 UTC"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (86_400, "1 d"), (90_061, "1 d 1 h 1 min")]
)
def test_lengths_of_time(seconds: int, said: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == said
