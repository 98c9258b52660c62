"""Look at all that Muster leans on."""

from __future__ import annotations

from bot.domain.errors import Refused
from bot.messages import CheckUp
from bot.workflows.desk import Desk, Gesture


async def look(desk: Desk, gesture: Gesture) -> CheckUp:
    """May take as long as the slowest check. Refused where nothing is set up to look."""
    if desk.checks is None:
        raise Refused("Nothing can be looked at here; `muster doctor` on the machine that Muster runs on can.")
    return CheckUp(tuple(await desk.checks.look()), gesture.at)
