"""A page of the policy, for a phone: a table row becomes a line."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.views.blocks import Option, actions, context, menu, section, sections
from bot.adapters.slack.views.limits import Rendered, fit
from bot.adapters.slack.words import line
from bot.messages import PolicyPage
from bot.policy import show
from bot.policy.show.pages import FACTS, NONE, Row, Table

INDENT = "\u2003"


def policy_page(message: PolicyPage) -> Rendered:
    page = message.page
    head = f"*{line(page.title)}* · {line(page.about)}"
    notes = "\n".join(line(note) for note in page.notes)
    body = "\n\n".join("\n".join(rows(table)) for table in page.tables)
    blocks = [
        section(head),
        *sections(notes),
        *sections(body),
        *([context(line(message.note))] if message.note else []),
    ]
    return fit(f"{line(page.title)}: {line(page.about)}", blocks, actions((choices(message),)))


def choices(message: PolicyPage) -> dict[str, object] | None:
    """Every section to pick, of the same policy."""
    incident = message.incident.id if message.incident else "-"
    pages = show.sections(message.book).items()
    return menu("policy", "Read a section", incident, [Option(p.title, "policy", id, p.about) for id, p in pages])


def rows(table: Table) -> Iterator[str]:
    if table.title:
        yield f"*{line(table.title)}*"
    for row in table.rows:
        yield fact(row) if table.head == FACTS else entry(table.head, row)


def fact(row: Row) -> str:
    name, said = row
    listed = said.split("\n")
    if len(listed) == 1:
        return f"_{line(name)}:_ {line(said)}"
    marks = (each if each[:1].isdigit() else f"• {each}" for each in listed)
    return "\n".join([f"_{line(name)}:_", *(line(each) for each in marks)])


def entry(head: Row, row: Row) -> str:
    """
    What the row is about, then its cells, each with the head of its column.

    >>> entry(("Severity", "Respond", "Room"), ("SEV1", "5 min", "yes"))
    '*SEV1* · Respond: 5 min · Room: yes'
    """
    first, *others = row
    words = first.lstrip(" ")
    indent = INDENT * ((len(first) - len(words)) // 2)
    shown = line(words) if words.startswith("→") else f"*{line(words)}*"
    cells = (f"{line(name)}: {line(cell.replace(chr(10), '; '))}"
             for name, cell in zip(head[1:], others, strict=True) if cell and cell != NONE)  # fmt: skip
    return indent + " · ".join((shown, *cells))
