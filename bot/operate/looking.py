"""`muster doctor`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot.domain.finding import ORDER, Finding, Health, worst

MARKS = {Health.WELL: "ok", Health.DOUBTFUL: "doubtful", Health.WRONG: "WRONG"}


def add_to(cli: typer.Typer) -> None:
    cli.command()(doctor)


def doctor(json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """
    Whether Muster and all it leans on are well, and what would mend it. Nothing is sent to anybody.

    It may be asked while Muster runs. The exit code is 0 when all is well, 1 for doubts, 2 when something is wrong.
    """
    found = asyncio.run(look())
    print(as_json(found) if json else as_lines(found))
    raise typer.Exit(ORDER.index(worst(found)))


async def look() -> list[Finding]:
    from bot.adapters.paging.switchboard import Unusable
    from bot.app import paging
    from bot.doctor import doctor as doctor_for
    from bot.engine.clock import SystemClock
    from bot.operate.environment import book_of, environment

    config = environment()
    try:
        setup = paging(config)
    except Unusable as why:
        return [Finding("Environment", Health.WRONG, str(why), "Correct it, and look again.")]
    book = book_of(config.policy)
    return await doctor_for(config, lambda: book, setup, SystemClock()).look()


def as_lines(found: list[Finding]) -> str:
    rows = [
        f"{MARKS[finding.health]:>8}  {finding.area}: {finding.says}{f' {finding.remedy}' if finding.remedy else ''}"
        for finding in found
    ]
    return "\n".join(rows)


def as_json(found: list[Finding]) -> str:
    return json.dumps({"health": worst(found), "findings": [asdict(finding) for finding in found]}, indent=2)
