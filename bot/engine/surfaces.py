"""The editor: brings what is shown somewhere up to date with the newest state."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.engine.journal import NewTimer, Surface, Timer, Trouble, Workbench
from bot.engine.leases import Lease
from bot.engine.outcomes import Busy, Doubt, Gone, Rejected
from bot.engine.runs import Workshop
from bot.engine.settings import BREATH
from bot.engine.steps import within

logger = logging.getLogger(__name__)

#: the kind of the engine's own timer
EDIT_AGAIN = "edit again"

Edit: TypeAlias = Callable[[Surface], Awaitable[None]]
OnGone: TypeAlias = Callable[[Any, Surface], Awaitable[None]]


class Editor:
    def __init__(self, workshop: Workshop, edits: Mapping[str, Edit], on_gone: OnGone) -> None:
        self._workshop = workshop
        self._edits = edits
        self._on_gone = on_gone

    async def edit(self, surface: Surface, lease: Lease) -> None:
        """One edit and what follows from it. Fenced or an unexpected error passes; nothing is recorded then."""
        lease.check()
        began = self._workshop.clock.now()
        try:
            begun = replace(surface, began=began)
            await within(self._workshop.settings.call_limit, lambda: self._edit_of(surface)(begun))
        except Busy as busy:
            await self._delay(surface, max(busy.until, self._now() + BREATH), counts=False)
        except Doubt as doubt:
            self._log("edit.doubt", surface, str(doubt))
            await self._delay(surface, self._pause(surface), counts=True)
        except Gone:
            await self._gone(surface)
        except Rejected as refusal:
            await self._refused(surface, refusal.sentence, began)
        else:
            await self._shown(surface, began)

    async def broke(self, surface: Surface, sentence: str) -> None:
        """After an unexpected error: edit again after a growing pause, and tell people once."""
        until = self._pause(surface)

        async def record(bench: Workbench) -> None:
            await bench.delay_edit(surface, until, True)
            if surface.attempts == 0:
                await self._workshop.on_trouble(bench, self._trouble(surface, sentence, until))

        await self._transact(record)

    def _pause(self, surface: Surface) -> datetime:
        return self._now() + self._workshop.settings.backoff(surface.attempts + 1, self._workshop.uniform)

    def _trouble(self, surface: Surface, sentence: str, next_try: datetime | None) -> Trouble:
        label = f"show the {surface.kind.partition(':')[0]}"
        return Trouble(
            surface.subject, "", surface.kind, "edit", label, sentence, self._now(), next_try is None, next_try, None
        )

    def _edit_of(self, surface: Surface) -> Edit:
        family = surface.kind.partition(":")[0]
        if family not in self._edits:
            raise LookupError(f"This release of Muster does not know how to show {family!r}.")
        return self._edits[family]

    async def _shown(self, surface: Surface, began: datetime) -> None:
        settings = self._workshop.settings
        settled = self._now() + settings.call_limit + settings.settle

        async def record(bench: Workbench) -> None:
            await bench.shown(surface, began + settings.edit_every)
            if surface.attempts:
                await bench.set_timer(again(surface, settled))

        await self._transact(record)
        self._log("edit.shown", surface, "")

    async def _delay(self, surface: Surface, until: datetime, *, counts: bool) -> None:
        await self._transact(lambda bench: bench.delay_edit(surface, until, counts))

    async def _gone(self, surface: Surface) -> None:
        async def record(bench: Workbench) -> None:
            await bench.displace(surface)
            await self._on_gone(bench, surface)

        await self._transact(record)
        self._log("edit.gone", surface, "")

    async def _refused(self, surface: Surface, sentence: str, began: datetime) -> None:
        """This revision will never be shown; people are told, and the next one is tried."""

        async def record(bench: Workbench) -> None:
            await bench.shown(surface, began + self._workshop.settings.edit_every)
            await self._workshop.on_trouble(bench, self._trouble(surface, sentence, None))

        await self._transact(record)
        self._log("edit.refused", surface, sentence)

    async def _transact(self, decide: Callable[[Workbench], Awaitable[None]]) -> None:
        await self._workshop.journal.transact(decide, self._now())

    def _now(self) -> datetime:
        return self._workshop.clock.now()

    def _log(self, action: str, surface: Surface, sentence: str) -> None:
        extra = {"action": action, "run": None, "subject": surface.subject}
        logger.info("%s %s", surface.kind, sentence, extra=extra)


def again(surface: Surface, moment: datetime) -> NewTimer:
    """An edit in doubt may land late, on top of the one made after it: when it has, the surface is edited once more."""
    key = f"{surface.subject}:{surface.kind}:{EDIT_AGAIN}"
    return NewTimer(EDIT_AGAIN, surface.subject, moment, {"kind": surface.kind}, key)


async def edit_again(bench: Workbench, timer: Timer) -> None:
    await bench.want(timer.subject, timer.data["kind"])
