"""A pager whose tries are counted."""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.ports import Alarm, Contact, Pager

OUTCOMES: dict[type[Exception], str] = {Busy: "busy", Doubt: "doubt", Rejected: "refused"}


class CountedPager:
    """`when_paged` hears the way and the outcome of each try: ok, busy, doubt or refused."""

    def __init__(self, pager: Pager, way: str, when_paged: Callable[[str, str], None]) -> None:
        self._pager, self._way, self._when_paged = pager, way, when_paged

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        try:
            await self._pager.page(to, alarm, key)
        except (Busy, Doubt, Rejected) as failure:
            self._when_paged(self._way, next(word for kind, word in OUTCOMES.items() if isinstance(failure, kind)))
            raise
        self._when_paged(self._way, "ok")
