"""What the engine writes: claims, steps, seats, timers that fire, edits that were made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, func

from bot.adapters.store.dialects import Insert
from bot.adapters.store.ledger import SIT, LedgerPart
from bot.adapters.store.tables import instant, owners, runs, seats, steps, surfaces, timers
from bot.engine.journal import DueTimer, Fenced, RunRecord, State, Step, Surface, Timer

#: the setting that tells from when until when a restored record knows nothing
RESTORED = "restored"

STEP_FIELDS = [f.name for f in fields(Step)]


class BenchPart(LedgerPart):
    """The engine's Workbench."""

    async def adopt(self, owner: str) -> int:
        await self._change(DOUBT_EDITS, me=owner, at=self.now)
        freed = await self._change(ADOPT, me=owner, at=self.now)
        await self._change(STRIKE, at=self.now)
        return freed

    async def enlist(self, owner: str, until: datetime) -> None:
        await self._change(ENLIST, owner=owner, until=until)

    async def renew(self, owner: str, until: datetime) -> bool:
        return await self._change(RENEW, me=owner, at=self.now, until=until) == 1

    async def resign(self, owner: str) -> None:
        await self._change(RESIGN, me=owner)
        await self.adopt("")

    async def next_lapse(self, owner: str) -> datetime | None:
        row = await self._first(NEXT_LAPSE, me=owner)
        return row and row.until

    async def claim(self, owner: str, limit: int) -> list[RunRecord]:
        rows = await self._all(CLAIM, me=owner, at=self.now, most=limit)
        known: dict[str, dict[str, Step]] = {row.id: {} for row in rows}
        if begun := [row.id for row in rows if row.fence > 1]:
            for step in await self._all(STEPS, these=begun):
                known[step.run][step.name] = _step(step)
        ordered = sorted(rows, key=lambda row: (row.priority, row.seq))
        return [
            RunRecord(r.id, r.kind, r.subject, r.data, r.asker, r.priority, r.fence, known[r.id], r.doubt)
            for r in ordered
        ]

    async def keep_step(self, run: RunRecord, step: Step) -> None:
        values: dict[str, Any] = {name: getattr(step, name) for name in STEP_FIELDS}
        values["state"] = str(step.state)
        self._ours(await self._change(KEEP, of=run.id, its_fence=run.fence, **values), run)

    async def take_seat(self, lane: str, run: RunRecord, step: str) -> bool:
        seat = await self._first(SEAT, in_lane=lane, of=run.id, at_step=step)
        if seat is None:
            seat = await self._first(INHERIT, in_lane=lane, of=run.id, at_step=step)
        if seat is None:
            await self._insert(SIT, [{"lane": lane, "run": run.id, "step": step}])
            seat = await self._first(SEAT, in_lane=lane, of=run.id, at_step=step)
        assert seat is not None
        return await self._first(AHEAD, in_lane=lane, mine=seat.seq, of=run.id) is None

    async def leave_seat(self, run: RunRecord, step: str) -> None:
        await self._nudge_next(await self._all(LEAVE, of=run.id, at_step=step))

    async def rest(self, run: RunRecord, until: datetime | None) -> None:
        self._ours(await self._change(REST, of=run.id, its_fence=run.fence, until=until), run)

    async def finish(self, run: RunRecord) -> None:
        self._ours(await self._change(FINISH, of=run.id, its_fence=run.fence), run)
        await self._nudge_next(await self._all(LEAVE_ALL, of=run.id))

    async def free(self, runs: Collection[str], owner: str, until: datetime) -> None:
        await self._change(FREE, these=list(runs), me=owner, until=until)

    async def fire(self, key: str) -> DueTimer | None:
        row = await self._first(FIRE, its_key=key, at=self.now)
        if row is None:
            return None
        timer = Timer(row.kind, row.subject, row.due, row.data, key, self.now - row.due)
        self.caused(f"timer:{key}:{instant(row.due)}", await self._missed(row.due))
        return DueTimer(timer, row.attempts)

    async def _missed(self, due: datetime) -> datetime | None:
        """When the backup was made that the record comes from, if that moment lies between it and its restoration."""
        restored = await self.recall(RESTORED)
        if not restored or due > datetime.fromisoformat(restored["until"]):
            return None
        return datetime.fromisoformat(restored["as_of"])

    async def delay_timer(self, key: str, until: datetime, attempts: int) -> bool:
        return await self._change(DELAY_TIMER, its_key=key, until=until, so_far=attempts) == 1

    async def take_edits(self, owner: str, surfaces: Sequence[Surface]) -> list[Surface]:
        taken = []
        for surface in surfaces:
            values = {"of": surface.subject, "sort": surface.kind, "there": surface.place, "me": owner}
            if row := await self._first(TAKE_EDIT, **values):
                taken.append(replace(surface, wanted=row.wanted, attempts=row.attempts, editor=owner))
        return taken

    async def shown(self, surface: Surface, next_edit: datetime) -> None:
        await self._edited(SHOWN, surface, revision=surface.wanted, until=next_edit, at=self.now)

    async def delay_edit(self, surface: Surface, until: datetime, counts: bool) -> None:
        await self._edited(DELAY_EDIT, surface, until=until, failed=int(counts))

    async def displace(self, surface: Surface) -> None:
        await self._edited(DISPLACE, surface)

    async def _edited(self, statement: sa.Executable, surface: Surface, **values: Any) -> None:
        its = {"of": surface.subject, "sort": surface.kind, "there": surface.place, "me": surface.editor}
        await self._change(statement, **its, **values)

    async def _nudge_next(self, left: Collection[sa.Row[Any]]) -> None:
        for lane in sorted({row.lane for row in left}):
            await self._change(NUDGE, in_lane=lane, at=self.now)

    def _ours(self, changed: int, run: RunRecord) -> None:
        if changed != 1:
            raise Fenced(f"Run {run.id} was taken over by another owner.")


def _step(row: sa.Row[Any]) -> Step:
    values = {name: getattr(row, name) for name in STEP_FIELDS}
    return Step(**values | {"state": State(values["state"])})


def _sooner(column: sa.ColumnElement[datetime | None], moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The earlier of the two, where NULL is never."""
    return func.coalesce(sa.case((column < moment, column), else_=moment), column)


_AT = bindparam("at", type_=runs.c.due.type)
_UNTIL = bindparam("until", type_=runs.c.due.type)
_OURS = sa.and_(runs.c.id == bindparam("of"), runs.c.fence == bindparam("its_fence"), runs.c.owner.is_not(None))
_THESE: sa.BindParameter[Any] = bindparam("these", expanding=True)

_ME: sa.BindParameter[str] = bindparam("me", type_=sa.Text)
_LIVE = sa.select(owners.c.owner).where(owners.c.until > _AT)
ADOPT = (
    runs.update()
    .where(runs.c.owner.is_not(None), runs.c.owner != _ME, runs.c.owner.not_in(_LIVE))
    .values(owner=None, due=func.coalesce(runs.c.due, _AT))
)
DOUBT_EDITS = (
    surfaces.update()
    .where(surfaces.c.editor.is_not(None), surfaces.c.editor != _ME, surfaces.c.editor.not_in(_LIVE))
    .values(editor=None, attempts=surfaces.c.attempts + 1)
)
STRIKE = owners.delete().where(owners.c.until <= _AT)
ENLIST = owners.insert()
RENEW = owners.update().where(owners.c.owner == _ME, owners.c.until > _AT).values(until=_UNTIL)
RESIGN = owners.delete().where(owners.c.owner == _ME)
NEXT_LAPSE = sa.select(owners.c.until).where(owners.c.owner != _ME).order_by(owners.c.until).limit(1)
_DUE = (
    sa.select(runs.c.seq)
    .where(runs.c.owner.is_(None), runs.c.due.is_not(None), runs.c.due <= _AT)
    .order_by(runs.c.priority, runs.c.seq)
    .limit(bindparam("most"))
)
CLAIM = (
    runs.update()
    .where(runs.c.seq.in_(_DUE.scalar_subquery()))
    .values(owner=bindparam("me"), fence=runs.c.fence + 1, due=None, again=False)
    .returning(*runs.c)
)
STEPS = steps.select().where(steps.c.run.in_(_THESE))


def _keep(insert: Any) -> sa.Executable:
    values = (bindparam(name, type_=steps.c[name].type) for name in STEP_FIELDS)
    ours = sa.exists(sa.select(1).where(_OURS).correlate(None))
    kept = insert(steps).from_select(
        ["run", *STEP_FIELDS], sa.select(bindparam("of", type_=sa.Text), *values).where(ours)
    )
    replaced = {name: kept.excluded[name] for name in STEP_FIELDS if name != "name"}
    changed: sa.Executable = kept.on_conflict_do_update(index_elements=["run", "name"], set_=replaced)
    return changed


KEEP = Insert(_keep)
REST = runs.update().where(_OURS).values(owner=None, due=_sooner(runs.c.due, _UNTIL))
# retried while it ran to its end: then it is not the end
FINISH = (
    runs.update()
    .where(_OURS)
    .values(owner=None, ended=~runs.c.again, due=sa.case((runs.c.again, runs.c.due), else_=None))
)
FREE = runs.update().where(runs.c.id.in_(_THESE), runs.c.owner == _ME).values(owner=None, due=_UNTIL)

SEAT = sa.select(seats.c.seq).where(
    seats.c.lane == bindparam("in_lane"), seats.c.run == bindparam("of"), seats.c.step == bindparam("at_step")
)
# a run's own seats block it only once their steps have begun: its body decides which comes first
AHEAD = (
    sa.select(seats.c.seq)
    .outerjoin(steps, sa.and_(steps.c.run == seats.c.run, steps.c.name == seats.c.step))
    .where(
        seats.c.lane == bindparam("in_lane"),
        seats.c.seq < bindparam("mine"),
        sa.or_(seats.c.run != bindparam("of"), steps.c.run.is_not(None)),
    )
    .limit(1)
)
# a step done in place of another (a card in the thread, for want of a room) takes its seat: at the end of the lane it
# would wait for those who wait for that seat
_IDLE = (
    sa.select(sa.func.min(seats.c.seq))
    .outerjoin(steps, sa.and_(steps.c.run == seats.c.run, steps.c.name == seats.c.step))
    .where(seats.c.lane == bindparam("in_lane"), seats.c.run == bindparam("of"), steps.c.run.is_(None))
)
INHERIT = (
    seats.update()
    .where(seats.c.seq == _IDLE.scalar_subquery())
    .values(step=bindparam("at_step"))
    .returning(seats.c.seq)
)
LEAVE_ALL = seats.delete().where(seats.c.run == bindparam("of")).returning(seats.c.lane)
LEAVE = LEAVE_ALL.where(seats.c.step == bindparam("at_step"))
_HEAD = sa.select(seats.c.run).where(seats.c.lane == bindparam("in_lane")).order_by(seats.c.seq).limit(1)
NUDGE = runs.update().where(runs.c.id == _HEAD.scalar_subquery(), ~runs.c.ended).values(due=_sooner(runs.c.due, _AT))

FIRE = (
    timers.update()
    .where(timers.c.key == bindparam("its_key"), timers.c.wake <= _AT)
    .values(wake=None, fired=_AT)
    .returning(timers.c.kind, timers.c.subject, timers.c.due, timers.c.data, timers.c.attempts)
)
DELAY_TIMER = (
    timers.update()
    .where(timers.c.key == bindparam("its_key"), timers.c.wake.is_not(None), timers.c.attempts == bindparam("so_far"))
    .values(wake=_UNTIL, attempts=timers.c.attempts + 1)
)

_SURFACE = sa.and_(
    surfaces.c.subject == bindparam("of"), surfaces.c.kind == bindparam("sort"), surfaces.c.place == bindparam("there")
)
TAKE_EDIT = (
    surfaces.update()
    .where(
        _SURFACE, surfaces.c.wanted > surfaces.c.shown, sa.or_(surfaces.c.editor.is_(None), surfaces.c.editor == _ME)
    )
    .values(editor=_ME)
    .returning(surfaces.c.wanted, surfaces.c.attempts)
)
_EDITED = surfaces.update().where(_SURFACE, surfaces.c.editor == _ME)
SHOWN = _EDITED.values(editor=None, shown=bindparam("revision"), since=_AT, not_before=_UNTIL, attempts=0)
DELAY_EDIT = _EDITED.values(editor=None, not_before=_UNTIL, attempts=surfaces.c.attempts + bindparam("failed"))
DISPLACE = _EDITED.values(editor=None, place=None)
