"""Alerts, and evidence with its content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store.dialects import spoken, upsert
from bot.adapters.store.session import Session
from bot.adapters.store.tables import alerts, evidence
from bot.domain.alert import Alert, AlertGroup
from bot.ports import Evidence, KeptAlert

MOST_ALERTS = 1000
#: how many ids one question may name: https://www.sqlite.org/limits.html
MOST_IDS = 500


class SeenPart(Session):
    """What a transaction knows of alerts and evidence."""

    async def alerts(self, ids: Sequence[str]) -> dict[str, KeptAlert]:
        found: dict[str, KeptAlert] = {}
        for start in range(0, len(ids), MOST_IDS):
            rows = await self._all(ALERTS, these=list(ids[start : start + MOST_IDS]))
            found |= {row.id: kept(row) for row in rows}
        return found

    async def keep_alerts(self, alerts: Sequence[KeptAlert]) -> None:
        newest = {each.alert.id: each for each in alerts}
        await self._insert(spoken(KEEP_ALERTS, self._connection), [_row(each) for each in newest.values()])

    async def firing(self, *, incident: str | None = None, group: str | None = None) -> list[KeptAlert]:
        if group is not None:
            return [kept(row) for row in await self._all(FIRING_IN_GROUP, wanted=group)]
        if incident is not None:
            return [kept(row) for row in await self._all(FIRING_OF, wanted=incident)]
        return [kept(row) for row in await self._all(FIRING_OUTSIDE)]

    async def alert_groups(self, incident: str | None) -> list[AlertGroup]:
        statement, values = groups_of(incident)
        return [grouped(row) for row in await self._all(statement, **values)]

    async def groups_firing(self, incident: str, groups: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(groups), MOST_IDS):
            rows = await self._all(FIRING_AMONG, wanted=incident, these=list(groups[start : start + MOST_IDS]))
            found |= {row.group for row in rows}
        return found

    async def tell_alerts(self, incident: str | None) -> None:
        if incident is None:
            await self._change(TOLD_OUTSIDE)
        else:
            await self._change(TOLD_OF, wanted=incident)

    async def move_alerts(self, group: str, incident: str) -> int:
        return await self._change(MOVE_ALERTS, wanted=group, there=incident)

    async def forget_alerts(self, before: datetime) -> int:
        return await self._change(FORGET_ALERTS, before=before)

    async def keep_evidence(self, evidence: Evidence, content: bytes) -> None:
        if await self._first(EVIDENCE, wanted=evidence.id) is None:
            await self._change(ADD_EVIDENCE, **vars(evidence), content=content)


def kept(row: Any) -> KeptAlert:
    return KeptAlert(
        alert(row.data), row.group, row.grade, row.incident, row.first, row.last, row.times, bool(row.told)
    )  # fmt: skip


def alert(data: dict[str, Any]) -> Alert:
    until = data["until"]
    return Alert(**{
        **data, "since": datetime.fromisoformat(data["since"]), "until": until and datetime.fromisoformat(until)
    })  # fmt: skip


def _row(each: KeptAlert) -> dict[str, Any]:
    said = each.alert
    data = {
        **vars(said), "labels": dict(said.labels), "since": said.since.isoformat(),
        "until": said.until and said.until.isoformat(),
    }  # fmt: skip
    return {
        "id": said.id, "incident": each.incident, "group": each.group, "grade": each.grade, "firing": said.firing,
        "first": each.first, "last": each.last, "times": each.times, "told": each.told, "data": data,
    }  # fmt: skip


def described(row: Any) -> Evidence:
    return Evidence(
        row.id, row.incident, row.kind, row.title, row.name, row.mime, row.sha256, row.size, row.at, row.by
    )  # fmt: skip


ALERTS = alerts.select().where(alerts.c.id.in_(bindparam("these", expanding=True)))
KEEP_ALERTS = upsert(alerts, "id", columns="incident group grade firing first last times told data")
_FIRING = alerts.select().where(alerts.c.firing).order_by(alerts.c.first, alerts.c.id)
FIRING_IN_GROUP = _FIRING.where(alerts.c.group == bindparam("wanted"))
FIRING_OF = _FIRING.where(alerts.c.incident == bindparam("wanted"))
FIRING_OUTSIDE = _FIRING.where(alerts.c.incident.is_(None))
_OUTSIDE = alerts.c.incident.is_(None)
_OF = alerts.c.incident == bindparam("wanted")
FIRING_AMONG = (
    sa.select(alerts.c.group)
    .where(_OF, alerts.c.group.in_(bindparam("these", expanding=True)), alerts.c.firing)
    .distinct()
)
TOLD_OF = alerts.update().where(_OF, ~alerts.c.told).values(told=True)
TOLD_OUTSIDE = alerts.update().where(_OUTSIDE, ~alerts.c.told).values(told=True)
MOVE_ALERTS = (
    alerts.update()
    .where(_OUTSIDE, alerts.c.group == bindparam("wanted"), alerts.c.firing)
    .values(incident=bindparam("there"), told=True)
)
FORGET_ALERTS = alerts.delete().where(_OUTSIDE, ~alerts.c.firing, alerts.c.last < bindparam("before"))


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))


def _groups(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Each group with its counts, and the alert that stands for it."""
    fires, told = alerts.c.firing, alerts.c.told
    stands = sa.func.coalesce(sa.func.min(sa.case((fires, alerts.c.id))), sa.func.min(alerts.c.id))
    counted = (
        sa.select(
            alerts.c.group, stands.label("stands"), sa.func.min(alerts.c.first).label("since"),
            sa.func.count().label("members"), _count(fires).label("all_firing"), _count(fires, ~told).label("new"),
            _count(~fires, ~told).label("well"),
        )
        .where(*where)
        .group_by(alerts.c.group)
        .subquery()
    )  # fmt: skip
    return (
        sa.select(counted, alerts.c.data, alerts.c.grade)
        .join(alerts, alerts.c.id == counted.c.stands)
        .order_by(counted.c.since, counted.c.group)
    )


GROUPS_OF = _groups(_OF)
GROUPS_OUTSIDE = _groups(_OUTSIDE, sa.or_(alerts.c.firing, ~alerts.c.told))


def groups_of(incident: str | None) -> tuple[sa.Executable, dict[str, str]]:
    """The question for the groups of an incident, or outside of any, with its values."""
    return (GROUPS_OUTSIDE, {}) if incident is None else (GROUPS_OF, {"wanted": incident})


def grouped(row: Any) -> AlertGroup:
    return AlertGroup(row.group, alert(row.data), row.grade, row.members, row.all_firing, row.new, row.well)


ALERTS_OF = (
    alerts.select()
    .where(alerts.c.incident == bindparam("wanted"))
    .order_by(alerts.c.first, alerts.c.id)
    .limit(MOST_ALERTS)
)
_DESCRIBED = [column for column in evidence.c if column.name != "content"]
EVIDENCE = sa.select(evidence.c.id).where(evidence.c.id == bindparam("wanted"))
ADD_EVIDENCE = evidence.insert()
EVIDENCE_OF = (
    sa.select(*_DESCRIBED).where(evidence.c.incident == bindparam("wanted")).order_by(evidence.c.at, evidence.c.id)
)
EVIDENCE_WHOLE = evidence.select().where(evidence.c.id == bindparam("wanted"))
