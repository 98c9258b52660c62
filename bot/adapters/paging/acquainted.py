"""Who a person of PagerDuty is in the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.adapters.paging.roster import PagerDutyRoster
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.ports import Directory

#: PagerDuty wants its webhook answered within 5 s: https://developer.pagerduty.com/docs/webhook-behavior
SECONDS = 3.0


def acquainted(roster: PagerDutyRoster, directory: Directory) -> Callable[[str], Awaitable[str | None]]:
    """By the id of a user there, whoever has the same e-mail address here; None when that cannot be said soon."""

    async def known(user: str) -> str | None:
        try:
            async with asyncio.timeout(SECONDS):
                email = await roster.email(user, SECONDS)
                return await directory.person(email) if email else None
        except (Busy, Doubt, Rejected, TimeoutError):
            return None

    return known
