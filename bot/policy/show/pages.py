"""What a page is made of, and how lengths of time, people and severities are written on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.policy.book import Book
from bot.policy.markdown import spoken
from bot.policy.model import Workdays

Row = tuple[str, ...]
#: two columns that need no head: what it is, and what it says
FACTS = ("", "")
ALL = "all"
NONE = "\u2013"


@dataclass(frozen=True)
class Table:
    """
    Plain strings; a cell with several lines holds a list, one that begins with spaces is indented by them.

    A head of empty strings (FACTS) is not shown.
    """

    title: str
    head: Row
    rows: tuple[Row, ...]

    def only(self, said: str) -> Table:
        """Its rows whose first cell has these words; none of FACTS, which mean nothing alone."""
        rows = () if self.head == FACTS else self.rows
        return replace(self, rows=tuple(row for row in rows if said in row[0].casefold()))


@dataclass(frozen=True)
class Page:
    """`about` says in a few words what the page is about, `notes` are sentences before its tables."""

    title: str
    about: str
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    def only(self, words: str) -> Page:
        """The tables of that title, and of the others the rows that begin with these words; in any case."""
        said = words.strip().casefold()
        kept = (table if said in table.title.casefold() else table.only(said) for table in self.tables)
        return replace(self, notes=(), tables=tuple(table for table in kept if table.rows))


def facts(title: str, *rows: tuple[str, str | None]) -> Table:
    """A table of what is known; what is not is left out."""
    return Table(title, FACTS, tuple((name, value) for name, value in rows if value))


def lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def words(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def length(span: timedelta | Workdays | None, without: str = NONE) -> str:
    """
    >>> length(timedelta(minutes=90)), length(Workdays(1)), length(timedelta(0))
    ('1 h 30 min', 'next business day', 'at once')
    """
    if span is None:
        return without
    if isinstance(span, Workdays):
        return str(span)
    return spoken(span) if span else "at once"


def principals(book: Book, named: Iterable[str]) -> str:
    """Who is meant by `declarer`, `oncall:…`, `group:…`, `role:…` and `person:…`."""
    return words(_principal(book, principal) for principal in named)


def _principal(book: Book, principal: str) -> str:
    kind, _, name = principal.partition(":")
    if kind == "role":
        return book.words.role(name)
    if kind == "oncall":
        return f"on call: {book.words.schedule(name)}"
    return {"declarer": "whoever declares", "group": f"@{name}"}.get(kind, name)


def graded(book: Book, severities: Sequence[str] | None) -> str:
    """The titles of severities; None, and the list of every one, is all of them."""
    every = [severity.id for severity in book.severities.all]
    if severities is None or set(severities) >= set(every):
        return ALL
    return words(book.words.severity(id) for id in every if id in severities)


def holders(book: Book, roles: Iterable[str]) -> str:
    return words(book.words.role(role) for role in roles)
