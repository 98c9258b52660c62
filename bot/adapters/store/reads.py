"""Questions to the store outside a transaction. Each is for a viewer: a person, or None for Muster itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store import logbook, records, seen
from bot.adapters.store.connections import Reader
from bot.adapters.store.ledger import RECALL, TIMER_DUE
from bot.adapters.store.tables import facts, incidents, labels, pauses, policies, runs, steps, surfaces, timers
from bot.domain.alert import AlertGroup
from bot.domain.codec import from_json
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.engine.journal import Json, State, Surface, Trouble
from bot.ports import Evidence, KeptAlert, KeptPolicy, Logged

#: every incident is announced in the same channel
MOST_IN_PLACE = 50


class Reads:
    #: the policies of all incidents that were read, by their hash
    kept: dict[str, KeptPolicy]
    _reader: Reader

    async def incident(self, id: str, viewer: str | None = None) -> Incident | None:
        return _only(await self._incidents(BY_ID, viewer, wanted=id))

    async def incident_numbered(self, number: int, viewer: str | None = None) -> Incident | None:
        return _only(await self._incidents(BY_NUMBER, viewer, wanted=number))

    async def incident_labelled(self, label: str, viewer: str | None = None) -> Incident | None:
        """By what it is called, in any case."""
        return _only(await self._incidents(BY_LABEL, viewer, wanted=records.folded(label)))

    async def policies(self) -> list[KeptPolicy]:
        """Oldest first."""
        return [KeptPolicy(row.hash, row.name, row.layers) for row in await self._reader.all(POLICIES)]

    async def incidents_in(self, place: str, viewer: str | None = None) -> list[Incident]:
        """Whose room, announcement or announcement channel is `place`: open ones first, then newest; at most 50."""
        return await self._incidents(IN_PLACE, viewer, wanted=place)

    async def incidents(
        self, viewer: str | None = None, *, open: bool | None = True, limit: int = 50, before: int | None = None
    ) -> list[Incident]:
        """Newest first; open ones, ended ones, or (None) all; `before` leaves out that number and all after it."""
        return await self._incidents(LISTED, viewer, wanted=open, most=limit, before=before)

    async def facts(self, id: str, viewer: str | None = None) -> list[Fact]:
        """In their order; nothing if the viewer may not see the incident. Redacted facts are left out."""
        if viewer is not None and await self.incident(id, viewer) is None:
            return []
        return records.read(await self._reader.all(FACTS, wanted=id))

    async def facts_after(
        self, id: str, after: int, viewer: str | None = None, limit: int = 1000
    ) -> list[tuple[int, Fact]]:
        """Those with a higher number than `after`, in their order and with their numbers, which count from 1."""
        if viewer is not None and await self.incident(id, viewer) is None:
            return []
        rows = await self._reader.all(FACTS_AFTER, wanted=id, after=after, most=limit)
        return [(row.seq, fact) for row in rows for fact in records.read([row])]

    async def owner_of_room(self, room: str) -> str | None:
        found: str | None = await self._reader.value(records.OWNER, wanted=room)
        return found

    async def alerts_of(self, incident: str, viewer: str | None = None) -> list[KeptAlert]:
        """All that ever belonged to it, in the order they came first; at most 1,000."""
        if viewer is not None and await self.incident(incident, viewer) is None:
            return []
        return [seen.kept(row) for row in await self._reader.all(seen.ALERTS_OF, wanted=incident)]

    async def alert_groups(self, incident: str | None, viewer: str | None = None) -> list[AlertGroup]:
        """As a transaction has it. Nothing for a viewer who may not see the incident."""
        if incident is not None and viewer is not None and await self.incident(incident, viewer) is None:
            return []
        statement, values = seen.groups_of(incident)
        rows = await self._reader.all(statement, **values)
        return [seen.grouped(row) for row in rows]

    async def evidence_of(self, incident: str, viewer: str | None = None) -> list[Evidence]:
        """In the order it was kept."""
        if viewer is not None and await self.incident(incident, viewer) is None:
            return []
        return [seen.described(row) for row in await self._reader.all(seen.EVIDENCE_OF, wanted=incident)]

    async def evidence(self, id: str, viewer: str | None = None) -> tuple[Evidence, bytes] | None:
        """With its content; None when there is none, or the viewer may not see its incident."""
        rows = await self._reader.all(seen.EVIDENCE_WHOLE, wanted=id)
        if not rows or (viewer is not None and await self.incident(rows[0].incident, viewer) is None):
            return None
        return seen.described(rows[0]), rows[0].content

    async def logged(self, since: int = 0, limit: int = 1000) -> list[Logged]:
        """The log of the workspace after line `since`, oldest first."""
        return logbook.read(await self._reader.all(logbook.SINCE, since=since, most=limit))

    async def verify_log(self) -> list[str]:
        """What is wrong with the log of the workspace, in sentences."""
        return logbook.problems(await self._reader.all(logbook.ALL))

    async def verify(self, id: str) -> list[str]:
        """What is wrong with the incident's record, in sentences."""
        row, rows = await self._reader.together((ROW, {"wanted": id}), (FACTS, {"wanted": id}))
        return records.problems(id, row[0] if row else None, rows)

    async def troubles(self, subject: str) -> list[Trouble]:
        return [_trouble(row) for row in await self._reader.all(TROUBLES, wanted=subject)]

    async def done(self, subject: str) -> list[tuple[str, Json]]:
        """The steps that its runs have done, by name, each with what it came to."""
        return [(row.name, row.result) for row in await self._reader.all(DONE, wanted=subject)]

    async def recall(self, name: str) -> Json | None:
        return await self._reader.value(RECALL, name=name)

    async def due(self, subject: str, kind: str) -> datetime | None:
        """When the earliest pending timer of that kind is due."""
        found: datetime | None = await self._reader.value(TIMER_DUE, wanted=subject, sort=kind)
        return found

    async def pauses(self, now: datetime) -> dict[str, datetime]:
        """The methods that may not be called yet, and until when."""
        return {row.method: row.until for row in await self._reader.all(PAUSES, at=now)}

    async def next_due(self) -> datetime | None:
        found: datetime | None = await self._reader.value(NEXT_DUE)
        return found

    async def runs_due(self, now: datetime) -> bool:
        return await self._reader.value(RUNS_DUE, at=now) is not None

    async def due_timers(self, now: datetime, limit: int) -> Sequence[str]:
        return [row.key for row in await self._reader.all(DUE_TIMERS, at=now, most=limit)]

    async def due_surfaces(self, now: datetime, limit: int, owner: str) -> Sequence[Surface]:
        rows = await self._reader.all(DUE_SURFACES, at=now, most=limit, me=owner)
        return [Surface(r.subject, r.kind, r.place, r.urgency, r.wanted, r.attempts) for r in rows]

    async def _incidents(self, statement: sa.Select[Any], viewer: str | None, **values: Any) -> list[Incident]:
        rows = await self._reader.all(statement, viewer=viewer, **values)
        found = [from_json(row.state) for row in rows]
        if missing := {incident.policy for incident in found} - self.kept.keys():
            policies = await self._reader.all(records.POLICIES_OF, these=sorted(missing))
            self.kept.update({row.hash: KeptPolicy(row.hash, row.name, row.layers) for row in policies})
        return found


def _only(found: list[Incident]) -> Incident | None:
    return found[0] if found else None


def _trouble(row: sa.Row[Any]) -> Trouble:
    final = row.state == State.FAILED
    return Trouble(
        row.subject, row.run, row.kind, row.name, row.label, row.sentence, row.begun, final,
        None if final else row.not_before, row.asker,
    )  # fmt: skip


def _soonest(column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.func.min(column).label("due")).where(*conditions)


_VIEWER = bindparam("viewer", type_=sa.Text)
_VISIBLE = sa.or_(
    incidents.c.visibility == "open",
    _VIEWER.is_(None),
    # a search that both databases write alike and that knows no wildcards
    sa.func.replace(incidents.c.people, sa.literal(" ") + _VIEWER + sa.literal(" "), "") != incidents.c.people,
)
_STATES = sa.select(incidents.c.state).where(_VISIBLE)
_AT = bindparam("at", type_=runs.c.due.type)
_WANTED: sa.BindParameter[Any] = bindparam("wanted")
_OPEN = bindparam("wanted", type_=incidents.c.open.type)
_BEFORE = bindparam("before", type_=incidents.c.number.type)

BY_ID = _STATES.where(incidents.c.id == _WANTED)
BY_NUMBER = _STATES.where(incidents.c.number == _WANTED)
BY_LABEL = _STATES.join(labels, labels.c.incident == incidents.c.id).where(labels.c.name == _WANTED)
POLICIES = sa.select(policies.c.hash, policies.c.name, policies.c.layers).order_by(policies.c.at, policies.c.hash)
IN_PLACE = (
    _STATES.where(
        sa.or_(incidents.c.room == _WANTED, incidents.c.announcement == _WANTED, incidents.c.announced_in == _WANTED)
    )
    .order_by(incidents.c.open.desc(), incidents.c.number.desc())
    .limit(MOST_IN_PLACE)
)
LISTED = (
    _STATES.where(
        sa.or_(_OPEN.is_(None), incidents.c.open == _OPEN), sa.or_(_BEFORE.is_(None), incidents.c.number < _BEFORE)
    )
    .order_by(incidents.c.number.desc())
    .limit(bindparam("most"))
)
ROW = sa.select(incidents.c.version, incidents.c.state).where(incidents.c.id == _WANTED)
FACTS = facts.select().where(facts.c.incident == _WANTED).order_by(facts.c.seq)
FACTS_AFTER = FACTS.where(facts.c.seq > bindparam("after")).limit(bindparam("most"))
TROUBLES = (
    sa.select(runs.c.subject, runs.c.kind, runs.c.asker, steps)
    .join(runs, runs.c.id == steps.c.run)
    .where(
        runs.c.subject == _WANTED,
        sa.or_(
            steps.c.state == State.FAILED,
            sa.and_(steps.c.state == State.RESTING, steps.c.reported, ~runs.c.ended),
        ),
    )
    .order_by(steps.c.begun, steps.c.name)
)
DONE = (
    sa.select(steps.c.name, steps.c.result)
    .join(runs, runs.c.id == steps.c.run)
    .where(runs.c.subject == _WANTED, steps.c.state == State.DONE)
    .order_by(steps.c.begun, steps.c.name)
)
PAUSES = sa.select(pauses).where(pauses.c.until > _AT)

_FREE = (runs.c.owner.is_(None), runs.c.due.is_not(None))
_STALE = (surfaces.c.place.is_not(None), surfaces.c.wanted > surfaces.c.shown)
_SOONEST = sa.union_all(
    _soonest(runs.c.due, *_FREE),
    _soonest(timers.c.wake, timers.c.wake.is_not(None)),
    _soonest(surfaces.c.not_before, *_STALE),
).subquery()
NEXT_DUE = sa.select(sa.func.min(_SOONEST.c.due).label("due"))
RUNS_DUE = sa.select(runs.c.seq).where(*_FREE, runs.c.due <= _AT).limit(1)
DUE_TIMERS = (
    sa.select(timers.c.key)
    .where(timers.c.wake.is_not(None), timers.c.wake <= _AT)
    .order_by(timers.c.urgency, timers.c.wake, timers.c.due, timers.c.key)
    .limit(bindparam("most"))
)
DUE_SURFACES = (
    sa.select(surfaces)
    .where(
        *_STALE,
        surfaces.c.not_before <= _AT,
        sa.or_(surfaces.c.editor.is_(None), surfaces.c.editor == bindparam("me", type_=sa.Text)),
    )
    .order_by(surfaces.c.urgency, surfaces.c.since)
    .limit(bindparam("most"))
)
