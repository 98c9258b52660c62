"""What whoever runs Muster does from a terminal: look at it, keep its record safe, prove the record."""

from __future__ import annotations

import typer


def add_to(cli: typer.Typer) -> None:
    """The commands of the operator, each group from its own file."""
    from bot.operate import auditing, keeping, looking

    looking.add_to(cli)
    keeping.add_to(cli)
    auditing.add_to(cli)
