"""Incidents and their facts: numbered per incident, chained over a salted digest of their data."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store.dialects import insert_once
from bot.adapters.store.session import Session
from bot.adapters.store.tables import canonical, facts, incidents, instant, labels, policies, rooms
from bot.domain.codec import from_json, to_json
from bot.domain.facts import Fact, decode, encode
from bot.domain.incident import Incident, fold
from bot.engine.journal import Json
from bot.ports import KeptPolicy


class Stale(Exception):
    """The incident has changed since it was read."""


class RecordsPart(Session):
    """What a transaction knows of incidents."""

    async def next_number(self) -> int:
        row = await self._first(NEXT_NUMBER)
        assert row is not None
        return int(row.number)

    async def incident(self, id: str) -> Incident | None:
        return await self._read(await self._first(BY_ID, wanted=id))

    async def record(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Stale if the facts do not follow what is on record."""
        if not facts:
            return
        before = incident.version - len(facts)
        if before == 0:
            await self._change(ADD, **_row(incident))
        elif await self._change(KEEP, wanted=incident.id, before=before, **_row(incident)) != 1:
            raise Stale(f"Incident {incident.name} is not at version {before} any more; read it again.")
        await self._append(incident.id, before, facts)

    async def reserve_room(self, name: str, incident: str) -> bool:
        await self._change(RESERVE, name=name, incident=incident)
        row = await self._first(ROOM, wanted=name)
        return row is not None and row.incident == incident

    async def reserve_label(self, label: str, incident: str) -> bool:
        await self._change(RESERVE_LABEL, name=folded(label), incident=incident)
        row = await self._first(LABEL, wanted=folded(label))
        return row is not None and row.incident == incident

    async def keep_policy(self, hash: str, name: str, layers: Json) -> None:
        if await self._first(POLICY, wanted=hash) is None:
            await self._change(KEEP_POLICY, hash=hash, name=name, layers=layers, at=self.now)

    async def owner_of_room(self, room: str) -> str | None:
        """The id of the incident whose room that is."""
        row = await self._first(OWNER, wanted=room)
        return row and row.id

    async def recent(self, by: str, words: str, since: datetime) -> Incident | None:
        return await self._read(await self._first(RECENT, person=by, digest=digest_of(words), since=since))

    async def _read(self, row: sa.Row[Any] | None) -> Incident | None:
        """The incident of that row; its policy is known from then on."""
        if row is None:
            return None
        incident = from_json(row.state)
        if incident.policy not in self._kept:
            for kept in await self._all(POLICIES_OF, these=[incident.policy]):
                self._kept[kept.hash] = KeptPolicy(kept.hash, kept.name, kept.layers)
        return incident

    async def fold_again(self) -> None:
        """
        Bring every row up to what its facts add up to for this release, which may know more than the one that wrote it.

        An incident with redacted facts keeps its row: what they added up to cannot be told any more.
        """
        for (id,) in await self._all(IDS):
            rows = await self._all(HISTORY, wanted=id)
            if all(row.data is not None for row in rows):
                await self._change(AGAIN, wanted=id, state=to_json(fold(read(rows))))

    async def _append(self, id: str, before: int, new: Sequence[Fact]) -> None:
        last = await self._first(LAST_CHAIN, wanted=id) if before else None
        chain, rows = last.chain if last else id, []
        for seq, fact in enumerate(new, before + 1):
            row = stored(id, seq, fact, self.now, chain)
            chain = row["chain"]
            rows.append(row)
        await self._insert(APPEND, rows)


def folded(label: str) -> str:
    """
    Labels that differ only in case are one.

    >>> folded(" Inc-0312 ")
    'inc-0312'
    """
    return label.strip().casefold()


def stored(id: str, seq: int, fact: Fact, recorded: datetime, before: str) -> dict[str, Any]:
    """The row of a fact; `before` is the chain up to it, for the first the incident's id."""
    plain = encode(fact.event)
    data, salt = canonical(plain["data"]), secrets.token_hex(16)
    row = {
        "incident": id, "seq": seq, "type": plain["type"], "v": plain["v"], "data": data, "salt": salt,
        "digest": digest_of(salt + data), "at": fact.at, "recorded": recorded, "by": fact.by,
    }  # fmt: skip
    return row | {"chain": chained(before, row)}


def chained(before: str, row: Any) -> str:
    """The chain after a fact: over the chain before it and all of it; for its data stands the digest."""
    own = [row[name] for name in ("seq", "type", "v")] + [instant(row["at"]), row["by"], row["digest"]]
    return digest_of(before + canonical(own))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read(rows: Sequence[Any]) -> list[Fact]:
    """The facts of rows whose data is still there."""
    kept = [row for row in rows if row.data is not None]
    return [Fact(decode({"type": r.type, "v": r.v, "data": json.loads(r.data)}), r.at, r.by) for r in kept]


def problems(id: str, row: Any, rows: Sequence[Any]) -> list[str]:
    """
    What is wrong with a record, in sentences; nothing if the chain holds and the facts add up to the row.

    Facts whose data was redacted keep the chain; what an incident with such facts adds up to cannot be told.
    """
    found, before = [], id
    for seq, fact in enumerate(rows, 1):
        values = fact._mapping
        if fact.seq != seq:
            found.append(f"Fact {seq} is missing.")
            break
        if fact.data is not None and digest_of((fact.salt or "") + fact.data) != fact.digest:
            found.append(f"The data of fact {seq} was changed.")
        if chained(before, values) != fact.chain:
            found.append(f"The chain breaks at fact {seq}.")
        before = fact.chain
    return found or _differences(row, rows)


def _differences(row: Any, rows: Sequence[Any]) -> list[str]:
    if not rows or row is None:
        return ["There is no such incident." if row is None else "The incident has no facts."]
    if any(r.data is None for r in rows):
        return [] if row.version == len(rows) else [f"The row counts {row.version} facts, on record are {len(rows)}."]
    folded, kept = to_json(fold(read(rows))), row.state
    names = [name for name in sorted({*folded, *kept}) if canonical(folded.get(name)) != canonical(kept.get(name))]
    return [f"The row says {name} is {kept.get(name)!r}; its facts add up to {folded.get(name)!r}." for name in names]


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id, "number": incident.number, "open": not incident.over, "kind": incident.kind,
        "visibility": incident.visibility, "declared_by": incident.declared_by, "words": digest_of(incident.words),
        "declared_at": incident.declared_at, "room": incident.room, "announced_in": incident.announced_in,
        "announcement": incident.announcement, "people": f" {' '.join(sorted(incident.insiders))} ",
        "version": incident.version,
        "state": to_json(incident),
    }  # fmt: skip


NEXT_NUMBER = sa.select((sa.func.coalesce(sa.func.max(incidents.c.number), 0) + 1).label("number"))
IDS = sa.select(incidents.c.id)
HISTORY = facts.select().where(facts.c.incident == bindparam("wanted")).order_by(facts.c.seq)
AGAIN = incidents.update().where(incidents.c.id == bindparam("wanted"))
BY_ID = sa.select(incidents.c.state).where(incidents.c.id == bindparam("wanted"))
ADD = incidents.insert()
KEEP = incidents.update().where(incidents.c.id == bindparam("wanted"), incidents.c.version == bindparam("before"))
LAST_CHAIN = (
    sa.select(facts.c.chain).where(facts.c.incident == bindparam("wanted")).order_by(facts.c.seq.desc()).limit(1)
)
APPEND = facts.insert()
RESERVE = insert_once(rooms)
ROOM = sa.select(rooms.c.incident).where(rooms.c.name == bindparam("wanted"))
RESERVE_LABEL = insert_once(labels)
LABEL = sa.select(labels.c.incident).where(labels.c.name == bindparam("wanted"))
POLICIES_OF = sa.select(policies.c.hash, policies.c.name, policies.c.layers).where(
    policies.c.hash.in_(bindparam("these", expanding=True))
)
POLICY = sa.select(policies.c.hash).where(policies.c.hash == bindparam("wanted"))
KEEP_POLICY = policies.insert()
OWNER = sa.select(incidents.c.id).where(incidents.c.room == bindparam("wanted")).limit(1)
RECENT = (
    sa.select(incidents.c.state)
    .where(
        incidents.c.open,
        incidents.c.declared_by == bindparam("person"),
        incidents.c.words == bindparam("digest"),
        incidents.c.declared_at >= bindparam("since", type_=incidents.c.declared_at.type),
    )
    .order_by(incidents.c.number.desc())
    .limit(1)
)
