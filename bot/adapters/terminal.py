"""Pages in a terminal: tables as wide as it is, without colour where nobody sees it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from io import TextIOWrapper

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.policy.show.pages import FACTS, Page, Table

NUMBERED = re.compile(r"(\d+\.) (.*)")


def console() -> Console:
    """Stdout. A character that the terminal's encoding lacks becomes a question mark."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console(markup=False, emoji=False, highlight=False)


def show(pages: Iterable[Page], to: Console) -> None:
    """Print the pages one below the other."""
    for page in pages:
        to.print()
        to.print(Text(page.title, "bold underline"), Text(page.about, "dim"), sep="  ")
        for note in page.notes:
            to.print(Text(note))
        for table in page.tables:
            to.print()
            if table.title:
                to.print(Text(table.title, "bold"))
            if table.rows:
                to.print(grid(table))


def grid(table: Table) -> Grid:
    """The table; one of FACTS has no head, and its first column never wraps."""
    bare = table.head == FACTS
    drawn = Grid(
        box=None if bare else box.SIMPLE_HEAD,
        show_header=not bare,
        padding=(0, 3 if bare else 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    for n, head in enumerate(table.head):
        drawn.add_column(
            Text(head), style="bold" if bare and n == 0 else None, no_wrap=bare and n == 0, overflow="fold"
        )
    for row in table.rows:
        drawn.add_row(*(cell(text) for text in row))
    return drawn


def cell(text: str) -> Padding:
    """Its own spaces at the beginning indent all of it, also where it is wrapped; several lines become a list."""
    plain = text.lstrip(" ")
    indent = (0, 0, 0, len(text) - len(plain))
    rows = plain.split("\n")
    if len(rows) == 1:
        return Padding(Text(plain), indent)
    listed = Grid.grid(padding=(0, 1, 0, 0))
    for row in rows:
        numbered = NUMBERED.fullmatch(row)
        listed.add_row(*(Text(part) for part in (numbered.groups() if numbered else ("•", row))))
    return Padding(listed, indent)
