"""Whether the whole record is as it was written, and the record for somebody else to prove it by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store import logbook, records
from bot.adapters.store.connections import Reader
from bot.adapters.store.tables import facts, incidents, instant
from bot.domain.gathered import Captured, CaptureEdited, CaptureRemoved


@dataclass(frozen=True)
class Proof:
    """How much was looked at, and the first break of each chain, in sentences."""

    incidents: int
    facts: int
    lines: int
    breaks: tuple[str, ...]


async def prove(reader: Reader) -> Proof:
    """Every chain, as it is at one moment."""
    rows, all_facts, lines = await reader.together((ROWS, {}), (FACTS, {}), (logbook.ALL, {}))
    by_incident: dict[str, list[Any]] = {row.id: [] for row in rows}
    strays = [fact for fact in all_facts if fact.incident not in by_incident]
    for fact in all_facts:
        by_incident.setdefault(fact.incident, []).append(fact)
    found = [
        f"Incident #{row.number}: {unquoted(said)}"
        for row in rows
        for said in records.problems(row.id, row, by_incident[row.id])[:1]
    ]
    found += ["There are facts of an incident that is not on record."] if strays else []
    return Proof(len(rows), len(all_facts), len(lines), (*found, *logbook.problems(lines)[:1]))


def unquoted(said: str) -> str:
    """
    The sentence without what the record says, which may be restricted.

    >>> unquoted("The row says title is 'a'; its facts add up to 'b'.")
    'The row says something else of title than its facts add up to.'
    """
    head, quotes, _ = said.partition(" is ")
    if not (quotes and head.startswith("The row says ")):
        return said
    return f"The row says something else of {head.removeprefix('The row says ')} than its facts add up to."


async def exported(
    reader: Reader, *, number: int | None = None, since: datetime | None = None, restricted: bool = False
) -> list[dict[str, Any]]:
    """
    The facts, as JSON objects in the order of incidents and of their facts; without `restricted` only of open ones.

    `data` and `salt` are null of a fact that was erased, and of the words of a message that was deleted in the chat
    since; their digests and the chain still stand.
    """
    rows = await reader.all(EXPORT, wanted=number, restricted=restricted, since=since)
    kept_back = deleted_words([row._mapping for row in rows])
    return [plain(row) | (WITHHELD if (row.incident, row.seq) in kept_back else {}) for row in rows]


#: what is handed out in place of words
WITHHELD: dict[str, Any] = {"data": None, "salt": None}
WORDS = frozenset({Captured.TYPE, CaptureEdited.TYPE})


def deleted_words(rows: Sequence[Mapping[str, Any]]) -> set[tuple[str, int]]:
    """The facts (incident, seq) with words of messages that were deleted later."""
    found: set[tuple[str, int]] = set()
    gone: set[tuple[str, str]] = set()
    for row in reversed(rows):
        if row["data"] is None or row["type"] not in WORDS | {CaptureRemoved.TYPE}:
            continue
        said = json.loads(row["data"])
        if row["type"] == CaptureRemoved.TYPE and said["why"] == "deleted":
            gone.add((row["incident"], said["id"]))
        if row["type"] in WORDS and (row["incident"], said["id"]) in gone:
            found.add((row["incident"], row["seq"]))
    return found


def plain(row: Any) -> dict[str, Any]:
    return {
        "incident": row.incident, "number": row.number, "seq": row.seq, "type": row.type, "v": row.v, "data": row.data,
        "salt": row.salt, "digest": row.digest, "at": instant(row.at), "by": row.by, "chain": row.chain,
        "recorded": instant(row.recorded),
    }  # fmt: skip


def offline(rows: Sequence[dict[str, Any]]) -> list[str]:
    """
    What is wrong with exported facts, by themselves: each first fact stands on the incident's id.

    Facts before the first exported one of an incident are taken on trust.
    """
    found: list[str] = []
    before: dict[str, tuple[int, str]] = {}
    for row in rows:
        seq, chain = before.get(row["incident"], (row["seq"] - 1, row["incident"] if row["seq"] == 1 else ""))
        if row["seq"] != seq + 1:
            found.append(f"Incident #{row['number']}: fact {seq + 1} is missing.")
        if row["data"] is not None and records.digest_of((row["salt"] or "") + row["data"]) != row["digest"]:
            found.append(f"Incident #{row['number']}: the data of fact {row['seq']} was changed.")
        if chain and records.chained(chain, {**row, "at": datetime.fromisoformat(row["at"])}) != row["chain"]:
            found.append(f"Incident #{row['number']}: the chain breaks at fact {row['seq']}.")
        before[row["incident"]] = (row["seq"], row["chain"])
    return found


ROWS = sa.select(incidents.c.id, incidents.c.number, incidents.c.version, incidents.c.state).order_by(
    incidents.c.number
)  # fmt: skip
FACTS = facts.select().order_by(facts.c.incident, facts.c.seq)
_NUMBER = bindparam("wanted", type_=sa.Integer)
_SINCE = bindparam("since", type_=facts.c.recorded.type)
EXPORT = (
    sa.select(incidents.c.number, *facts.c)
    .join(incidents, incidents.c.id == facts.c.incident)
    .where(
        sa.or_(_NUMBER.is_(None), incidents.c.number == _NUMBER),
        sa.or_(bindparam("restricted", type_=sa.Boolean), incidents.c.visibility == "open"),
        sa.or_(_SINCE.is_(None), facts.c.recorded >= _SINCE),
    )
    .order_by(incidents.c.number, facts.c.seq)
)
