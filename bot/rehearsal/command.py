"""What the command line asks of rehearsals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.adapters import terminal
from bot.policy import asked, book
from bot.policy.asked import Asked
from bot.policy.show.rehearsed import rehearsed
from bot.rehearsal import proving
from bot.rehearsal.rehearse import rehearse

DRAWN = (".png", ".svg")


def simulate(policy: str, said: Asked, now: datetime, as_json: bool, picture: Path | None) -> None:
    """Print a rehearsal, and draw it. PolicyError, Refused or ValueError, in a sentence; OSError for the picture."""
    if picture and picture.suffix not in DRAWN:
        raise ValueError(f"{picture} is no picture that can be drawn; right would be a name that ends in .png or .svg")
    policy_book = book.load(policy)
    found = asyncio.run(rehearse(policy_book, asked.scenario(policy_book, said, now)))
    if picture:
        from bot.rehearsal.picture import draw

        draw(found, picture)
    if as_json:
        print(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        terminal.show([rehearsed(found)], terminal.console())


def test(policies: Sequence[str]) -> bool:
    """Print how each test of these policies went; whether one failed. PolicyError when they cannot be run."""
    return any([_tested(policy) for policy in policies])


def _tested(policy: str) -> bool:
    outcomes = asyncio.run(proving.prove(policy))
    for outcome in outcomes:
        print(f"{'ok' if outcome.ok else 'FAILED'}  {policy}: {outcome.name}")
        for line in outcome.wrong:
            print(f"        {line}")
    failed = sum(not outcome.ok for outcome in outcomes)
    print(f"{policy}: {len(outcomes)} tests, {failed} failed" if failed else f"{policy}: {len(outcomes)} tests hold")
    return failed > 0
