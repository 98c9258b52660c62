from __future__ import annotations

from pathlib import Path

from bot.policy.book import Book, load
from bot.policy.markdown import MARKDOWN

from .conftest import Change, an_incident


def test_who_hears_of_what(book: Book) -> None:
    talk = book.communications
    assert talk.incidents_channel == "incidents"
    assert [talk.audience(s.id) for s in book.severities.all] == [("status-updates",), ("status-updates",), (), ()]
    assert talk.audience("sev1", "resolved") == ("status-updates",)
    assert talk.bookmarks == ()


def test_a_bookmark_may_point_at_the_incident(folder: Path, change: Change) -> None:
    link = '"https://status.example.com/{{ incident.number }}"'
    change("communications.yml", "bookmarks: []", f"bookmarks: [{{title: Status, link: {link}, emoji: ':bar_chart:'}}]")
    ours = load(folder)
    [bookmark] = ours.communications.bookmarks
    shown = ours.texts.render_line(bookmark.link, ours.about(an_incident()), MARKDOWN)
    assert shown == "https://status.example.com/12"
