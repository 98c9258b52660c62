"""Alerts, and evidence with its content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store.session import Session
from bot.adapters.store.tables import alerts, evidence
from bot.domain.alert import Alert
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
        known = await self.alerts(list(newest))
        await self._insert(ADD_ALERTS, [_row(each) for id, each in newest.items() if id not in known])
        for id in known:
            await self._change(KEEP_ALERT, wanted=id, **_row(newest[id]))

    async def firing(self, *, incident: str | None = None, group: str | None = None) -> list[KeptAlert]:
        if group is not None:
            return [kept(row) for row in await self._all(FIRING_IN_GROUP, wanted=group)]
        if incident is not None:
            return [kept(row) for row in await self._all(FIRING_OF, wanted=incident)]
        return [kept(row) for row in await self._all(FIRING_OUTSIDE)]

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
ADD_ALERTS = alerts.insert()
KEEP_ALERT = alerts.update().where(alerts.c.id == bindparam("wanted"))
_FIRING = alerts.select().where(alerts.c.firing).order_by(alerts.c.first, alerts.c.id)
FIRING_IN_GROUP = _FIRING.where(alerts.c.group == bindparam("wanted"))
FIRING_OF = _FIRING.where(alerts.c.incident == bindparam("wanted"))
FIRING_OUTSIDE = _FIRING.where(alerts.c.incident.is_(None))
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
