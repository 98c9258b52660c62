"""Taking out what is to be kept no longer; every chain of hashes holds as before."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store import records
from bot.adapters.store.session import Session
from bot.adapters.store.tables import evidence, facts, runs, steps
from bot.domain.typed import typed, without
from bot.engine.journal import State


class ErasingPart(Session):
    async def erase(self, incident: str, only: Collection[int] | None = None) -> int:
        """Of these facts (by number), or of all in which people typed something, the data; how many."""
        rows = [row for row in await self._all(records.HISTORY, wanted=incident) if row.data is not None]
        events = {row.seq: fact.event for row, fact in zip(rows, records.read(rows), strict=True)}
        chosen = [seq for seq, event in events.items() if (typed(event) if only is None else seq in only)]
        if not chosen:
            return 0
        await self._change(ERASE, of=incident, these=chosen)
        words = frozenset(word for seq in chosen for word in typed(events[seq]))
        row = await self._first(records.BY_ID, wanted=incident)
        assert row is not None
        await self._change(records.AGAIN, wanted=incident, state=without(row.state, words))
        await self._change(FORGET_STEPS, of=incident)
        await self._change(FORGET_RUNS, of=incident)
        return len(chosen)

    async def forget_evidence(self, incident: str, note: str) -> int:
        """The contents of what was kept about it; title (with the note), size and hash stay. How many."""
        return await self._change(FORGET_EVIDENCE, of=incident, note=f" ({note})")


_OF = bindparam("of", type_=sa.Text)
ERASE = (
    facts.update()
    .where(facts.c.incident == _OF, facts.c.seq.in_(bindparam("these", expanding=True)))
    .values(data=sa.null(), salt=sa.null())
)
# what was done is done; what was given up can still be tried again
_FAILED = sa.exists(sa.select(1).where(steps.c.run == runs.c.id, steps.c.state == State.FAILED))
_DONE = sa.and_(runs.c.subject == _OF, runs.c.ended)
FORGET_STEPS = steps.delete().where(
    steps.c.run.in_(sa.select(runs.c.id).where(_DONE)),
    steps.c.run.not_in(sa.select(steps.alias("given_up").c.run).where(sa.text("given_up.state = 'failed'"))),
)
FORGET_RUNS = runs.delete().where(_DONE, ~_FAILED)
FORGET_EVIDENCE = (
    evidence.update()
    .where(evidence.c.incident == _OF, sa.func.length(evidence.c.content) > 0)
    .values(content=b"", title=evidence.c.title + bindparam("note", type_=sa.Text))
)
