"""Pages of a policy as blocks: within Slack's limits whatever the policy says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.views import render
from bot.adapters.slack.views.limits import LEFT_OUT, MOST_BLOCKS, MOST_CHARACTERS, weight
from bot.adapters.slack.views.policy import entry, fact
from bot.messages import PolicyPage
from bot.policy import show
from bot.policy.show import Page, Table
from tests.adapters.slack.faces import BOOK, TEXTS, an_incident

TABLES = st.builds(
    lambda title, rows: Table(title, ("Who", "What", "When"), tuple(rows)),
    TEXTS, st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=12),
)  # fmt: skip
PAGES = st.builds(
    lambda title, about, notes, tables: Page(title, about, tuple(notes), tuple(tables)),
    TEXTS, TEXTS, st.lists(TEXTS, max_size=4), st.lists(TABLES, max_size=12),
)  # fmt: skip


@settings(deadline=None)
@given(PAGES, TEXTS)
def test_any_page_fits_and_keeps_its_menu(page: Page, note: str) -> None:
    shown = render(PolicyPage(BOOK, page, an_incident(), note))

    assert shown.text and len(shown.blocks) <= MOST_BLOCKS and weight(shown.blocks) <= MOST_CHARACTERS
    assert all(0 < len(b["text"]["text"]) <= 3000 for b in shown.blocks if b["type"] == "section")
    assert shown.blocks[-1]["type"] == "actions"


def test_a_page_that_is_too_long_says_so() -> None:
    long = Page("Long", "too long", (), (Table("T", ("", ""), tuple((f"n{n}", "x" * 500) for n in range(60))),))

    assert LEFT_OUT in str(render(PolicyPage(BOOK, long)).blocks)


def test_the_menu_offers_every_section_of_the_same_policy() -> None:
    page = show.sections(BOOK)["roles"]
    [menu] = render(PolicyPage(BOOK, page, an_incident())).blocks[-1]["elements"]

    assert [o["value"] for o in menu["options"]] == [f"policy {an_incident().id} {id}" for id in show.PAGES]
    [menu] = render(PolicyPage(BOOK, page)).blocks[-1]["elements"]
    assert menu["options"][0]["value"] == "policy - severities"


def test_a_row_is_a_line_without_what_is_empty() -> None:
    assert entry(("A", "B", "C"), ("    one", "\u2013", "x\ny")) == "\u2003\u2003*one* · C: x; y"
    assert entry(("A", "B"), ("  → Yes", "SEV1")) == "\u2003→ Yes · B: SEV1"
    assert fact(("Items", "1. a\n2. b")) == "_Items:_\n1. a\n2. b"
    assert fact(("Means", "<!here> & *")) == "_Means:_ &lt;!here&gt; &amp; *"
