"""What people are called, as far as that is known in a moment: the API works while the chat is down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.people import by_api, in_words
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.ports import Directory

SECONDS = 1.0
#: after a look-up that failed
PAUSE = timedelta(seconds=30)
REFERENCE = re.compile(r"\bslack:[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*")


class Names:
    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        self._not_before: datetime | None = None

    async def of(self, people: Sequence[str]) -> dict[str, str]:
        """Whoever is not known keeps the reference."""
        spoken = {person: in_words(person) for person in people}
        asked = [person for person in dict.fromkeys(people) if not by_api(person)]
        return {**spoken, **await self._found(asked)}

    async def known(self, people: Iterable[str]) -> dict[str, str]:
        """Those alone of whom more than the reference is known."""
        found = await self.of(sorted({person for person in people if ":" in person}))
        return {person: name for person, name in found.items() if name != person}

    async def told(self, texts: Sequence[str]) -> list[str]:
        """The texts, with names in place of references."""
        refs = sorted({ref for text in texts for ref in REFERENCE.findall(text)})
        found = await self.of(refs)
        return [REFERENCE.sub(lambda ref: found[ref.group()], in_words(text)) for text in texts]

    async def _found(self, people: list[str]) -> dict[str, str]:
        if not people or (self._not_before and self._clock.now() < self._not_before):
            return {}
        try:
            async with asyncio.timeout(SECONDS):
                return await self._directory.names(people)
        except (Busy, Doubt, Rejected, TimeoutError):
            self._not_before = self._clock.now() + PAUSE
            return {}
