"""Who may say what, what goes on the record by a mark, and how long all of it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from bot.policy.book import Book
from bot.policy.commands import COMMANDS
from bot.policy.show.pages import FACTS, NONE, Page, Row, Table, length, principals, words

PLAINLY = {
    "everyone": "everyone",
    "insiders": "insiders",
    "nobody": "nobody",
    "api": "the API",
}


HEAD = ("Commands", "Of an open incident", "Of a restricted one")
NOTES = (
    "Any one of those named is enough. Of a restricted incident only its insiders know anything: for others it is not"
    " there.",
    "When Slack cannot say who is in a group, that is let through and written down for an open incident, and refused"
    " for a restricted one.",
)


def permissions(book: Book) -> Page:
    """The matrix; commands that the same people may say share a row."""
    alike: dict[Row, list[str]] = {}
    for command in COMMANDS:
        alike.setdefault(allowed(book, command), []).append(command)
    rows = tuple((words(commands), *who) for who, commands in sorted(alike.items(), key=lambda row: len(row[1])))
    return Page("Permissions", "Who may say what", NOTES, (Table("", HEAD, rows),))


def allowed(book: Book, command: str) -> Row:
    """Who may say it about an open incident, and about a restricted one."""
    rule = book.permissions.rule(command)
    return named(book, rule.open), named(book, rule.restricted)


def named(book: Book, who: Iterable[str]) -> str:
    return words(_one(book, one) for one in who) or PLAINLY["nobody"]


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
