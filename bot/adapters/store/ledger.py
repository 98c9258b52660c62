"""Receipts, runs to begin, timers, surfaces and small settings: what decisions write besides incidents."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from ulid import ULID

from bot.adapters.store.dialects import Insert, upsert
from bot.adapters.store.session import Session
from bot.adapters.store.tables import receipts, runs, seats, settings, steps, surfaces, timers
from bot.engine.journal import Json, NewRun, NewTimer, State

#: The surface of this kind is shown nowhere: it counts how often anything of its subject was wanted.
COUNTER = ""


class LedgerPart(Session):
    """The engine's Ledger."""

    _seen: int | None = None
    _cause = ""
    _doubt: datetime | None = None
    _begun = 0

    async def receipt(self, delivery: str) -> Json | None:
        row = await self._first(RECEIPT, delivery=delivery)
        return row and row.answer

    async def sign(self, delivery: str, answer: Json) -> None:
        await self._change(SIGN, delivery=delivery, answer=answer, at=self.now)

    async def start(self, run: NewRun) -> str:
        id = await self._identity(run)
        await self._change(
            START, id=id, kind=run.kind, subject=run.subject, data=dict(run.data), asker=run.asker,
            priority=run.priority, due=self.now, doubt=self._doubt,
        )  # fmt: skip
        await self._insert(SIT, [{"lane": lane, "run": id, "step": step} for lane, step in run.seats])
        return id

    def caused(self, by: str, doubt: datetime | None) -> None:
        self._cause, self._doubt, self._begun = by, doubt, 0

    async def _identity(self, run: NewRun) -> str:
        """By what it is known as, or by its cause, if such a run was not begun before; else by chance."""
        self._begun += 1
        if self._cause or run.known_as:
            id = named(f"{run.known_as or f'{self._cause}:{self._begun}'}:{run.kind}")
            if await self._first(BEGUN, id=id) is None:
                return id
        return str(ULID.from_datetime(self.now))

    async def set_timer(self, timer: NewTimer) -> None:
        await self._change(
            SET_TIMER, key=timer.key, kind=timer.kind, subject=timer.subject, due=timer.due, wake=timer.due,
            data=dict(timer.data), attempts=0, fired=None, urgency=timer.urgency,
        )  # fmt: skip

    async def drop_timers(self, subject: str, kind: str | None = None) -> None:
        await self._change(DROP_TIMERS, of=subject, sort=kind)

    async def due(self, subject: str, kind: str) -> datetime | None:
        """When the earliest pending timer of that kind is due."""
        row = await self._first(TIMER_DUE, wanted=subject, sort=kind)
        return row and row.due

    async def want(self, subject: str, kind: str | None = None) -> None:
        await self._change(COUNT, subject=subject, kind=COUNTER, wanted=1, since=self.now, not_before=self.now)
        await self._change(WANT, of=subject, sort=kind, at=self.now)

    async def place(self, subject: str, kind: str, place: str, urgency: int) -> None:
        current = self._seen is None or self._seen == await self.revision(subject)
        await self._change(
            PLACE, subject=subject, kind=kind, place=place, urgency=urgency, wanted=1, shown=int(current),
            since=self.now, not_before=self.now, behind=int(not current),
        )  # fmt: skip

    async def revision(self, subject: str) -> int:
        row = await self._first(REVISION, of=subject)
        return row.wanted if row else 0

    def as_of(self, revision: int | None) -> None:
        self._seen = revision

    async def retry(self, subject: str) -> int:
        rows = await self._all(AFRESH, of=subject)
        for run in sorted({row.run for row in rows}):
            await self._change(REOPEN, of=run, at=self.now)
        return len(rows)

    async def remember(self, name: str, value: Json) -> None:
        await self._change(REMEMBER, name=name, value=value)

    async def recall(self, name: str) -> Json | None:
        row = await self._first(RECALL, name=name)
        return row and row.value


def named(cause: str) -> str:
    """
    The same name for the same cause, in the form of any other run's.

    >>> named("a") == named("a"), named("a") == named("b"), len(named("a"))
    (True, False, 26)
    """
    return str(ULID.from_bytes(hashlib.sha256(cause.encode()).digest()[:16]))


def _of_kind(table: sa.Table) -> sa.ColumnElement[bool]:
    """Of that kind or, before a colon, of that family; of any kind for NULL."""
    sort = bindparam("sort", type_=sa.Text)
    return sort.is_(None) | (table.c.kind == sort) | table.c.kind.like(sort + sa.literal(":%"))


RECEIPT = sa.select(receipts.c.answer).where(receipts.c.delivery == bindparam("delivery"))
SIGN = receipts.insert()
START = runs.insert()
BEGUN = sa.select(runs.c.seq).where(runs.c.id == bindparam("id"))
SIT = seats.insert()
SET_TIMER = upsert(timers, "key", columns="kind subject due wake data attempts fired urgency")
DROP_TIMERS = timers.delete().where(timers.c.subject == bindparam("of"), timers.c.wake.is_not(None), _of_kind(timers))
COUNT = Insert(
    lambda insert: insert(surfaces).on_conflict_do_update(
        index_elements=["subject", "kind"], set_={"wanted": surfaces.c.wanted + 1}
    )
)
# typed, because no column stands beside it to say how a moment is written
_NOW = bindparam("at", type_=surfaces.c.since.type)
WANT = (
    surfaces.update()
    .where(surfaces.c.subject == bindparam("of"), surfaces.c.kind != COUNTER, _of_kind(surfaces))
    .values(
        wanted=surfaces.c.wanted + 1,
        since=sa.case((surfaces.c.wanted > surfaces.c.shown, surfaces.c.since), else_=_NOW),
    )
)


def _place(insert: Any) -> sa.Executable:
    names = ["subject", "kind", "place", "urgency", "wanted", "shown", "since", "not_before"]
    placed = insert(surfaces).values({name: bindparam(name, type_=surfaces.c[name].type) for name in names})
    changed: sa.Executable = placed.on_conflict_do_update(
        index_elements=["subject", "kind"],
        set_={
            "place": placed.excluded.place,
            "urgency": placed.excluded.urgency,
            "shown": surfaces.c.wanted - bindparam("behind", type_=sa.Integer),
            "since": placed.excluded.since,
            "not_before": placed.excluded.not_before,
            "attempts": 0,
            "editor": None,
        },
    )
    return changed


PLACE = Insert(_place)
REVISION = sa.select(surfaces.c.wanted).where(surfaces.c.subject == bindparam("of"), surfaces.c.kind == COUNTER)
_MINE = sa.select(runs.c.id).where(runs.c.subject == bindparam("of"))
AFRESH = (
    steps.update()
    .where(
        sa.or_(
            sa.and_(steps.c.state == State.FAILED, steps.c.run.in_(_MINE)),
            sa.and_(steps.c.state == State.RESTING, steps.c.run.in_(_MINE.where(~runs.c.ended))),
        )
    )
    .values(state=State.RESTING, sentence="", error="", begun=None, not_before=None, attempts=0, reported=False)
    .returning(steps.c.run)
)
REOPEN = runs.update().where(runs.c.id == bindparam("of")).values(ended=False, again=True, due=bindparam("at"))
TIMER_DUE = (
    sa.select(timers.c.due)
    .where(timers.c.subject == bindparam("wanted"), timers.c.kind == bindparam("sort"), timers.c.wake.is_not(None))
    .order_by(timers.c.due)
    .limit(1)
)
REMEMBER = upsert(settings, "name", columns="value")
RECALL = sa.select(settings.c.value).where(settings.c.name == bindparam("name"))
