"""What must be done by when, and what happens otherwise."""

from __future__ import annotations

from bot.policy.book import Book
from bot.policy.deadlines import Deadline
from bot.policy.escalation import Level
from bot.policy.show.pages import NONE, Page, Row, Table, graded, length

SINCE = {
    "declared": "the declaration",
    "graded": "the severity was set",
    "acknowledged": "the acknowledgement",
    "resolved": "the resolution",
}


def deadlines(book: Book) -> Page:
    known = book.deadlines
    lead = book.words.role(book.roles.lead)
    role = next((role.title for role in book.roles.all if role.id == known.remind), lead)
    reminded = f"{role}, else {lead}" if role != lead else lead
    note = f"Reminded before the time: {reminded}. Told when it is missed: {lead}."
    if not known.all:
        return Page("Deadlines", "Who must have heard by when", ("This policy sets no deadlines.",))
    rows = tuple(_row(book, deadline) for deadline in known.all)
    table = Table("Deadlines", ("What", "Due", "Severities", "Met by", "Reminder", "When missed"), rows)
    return Page("Deadlines", "Who must have heard by when", (note,), (table,))


def _row(book: Book, deadline: Deadline) -> Row:
    reminder = f"{length(deadline.remind_before)} before" if deadline.remind_before else NONE
    return (
        deadline.title, _due(deadline), graded(book, deadline.severities), deadline.means, reminder,
        _called(book, deadline),
    )  # fmt: skip


def _due(deadline: Deadline) -> str:
    first = f"{length(deadline.within)} after {SINCE[deadline.since]}"
    return f"{first}, then every {length(deadline.every)}" if deadline.every else first


def _called(book: Book, deadline: Deadline) -> str:
    if deadline.then_call is None:
        return NONE
    level = book.escalation.find(deadline.then_call)
    title = level.title if isinstance(level, Level) else deadline.then_call
    return f"{title}, {f'{length(deadline.call_after)} later' if deadline.call_after else 'at once'}"
