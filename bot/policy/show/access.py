"""Who may say what, what goes on the record by a mark, and how long all of it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from bot.policy.book import Book
from bot.policy.permissions import Rule
from bot.policy.show.pages import FACTS, NONE, Page, Row, Table, length, principals, words

PLAINLY = {
    "everyone": "everyone",
    "insiders": "those who know of it",
    "nobody": "nobody",
    "api": "the API",
}


def permissions(book: Book) -> Page:
    rules = book.permissions.rules
    rows = tuple(_rule(book, words(rule.commands), rule) for rule in rules)
    others = _rule(book, "every other command" if rules else "every command", book.permissions.others)
    table = Table("Permissions", ("Commands", "Of an open incident", "Of a restricted one"), (*rows, others))
    return Page("Permissions", "Who may say what", (), (table,))


def _rule(book: Book, commands: str, rule: Rule) -> Row:
    return commands, _who(book, rule.open), _who(book, rule.restricted)


def _who(book: Book, named: Iterable[str]) -> str:
    return words(_one(book, one) for one in named) or PLAINLY["nobody"]


def _one(book: Book, one: str) -> str:
    if one == "lead":
        return book.words.role(book.roles.lead)
    return PLAINLY.get(one) or principals(book, [one])


def capture(book: Book) -> Page:
    lists = book.capture.lists
    rows = tuple((marks.title, words(f":{emoji}:" for emoji in marks.emoji) or NONE) for marks in lists)
    pinned = next((marks.title for marks in lists if marks.id == book.capture.pins), None)
    notes = (f"A message that is pinned goes to: {pinned}." if pinned else "Pins put nothing on the record.",)
    tables = (Table("Marks", ("List", "Emoji"), rows),) if rows else ()
    return Page("Marks", "Which emoji and pins put a message on the record", notes, tables)


def retention(book: Book) -> Page:
    kept = book.retention
    rows = (
        ("The room is archived", length(kept.archive, "never")),
        ("Evidence is deleted", length(kept.evidence, "never")),
        ("What people typed is erased", length(kept.personal, "never")),
    )
    note = "Each counts from the end of the incident."
    return Page("Retention", "How long things are kept", (note,), (Table("", FACTS, rows),))
