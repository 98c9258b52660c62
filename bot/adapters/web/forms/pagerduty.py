"""
An event of PagerDuty's webhooks, version 3, about an incident there.

https://developer.pagerduty.com/docs/webhooks-overview
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.adapters.web.forms.reading import mapping, moment, needed, text
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource

FIRES = ("incident.triggered", "incident.reopened", "incident.unacknowledged", "incident.priority_updated")
WELL = "incident.resolved"
#: the key under which Muster itself raises an incident there: those are ours already
OURS = re.compile(r"muster-[0-9A-Za-z]{1,40}")


def read(body: Any, source: AlertSource, now: datetime) -> list[Alert]:
    """None for other events, and for what Muster raised there itself."""
    event = mapping(mapping(body, "The body").get("event"), "event")
    kind = needed(event.get("event_type"), "event.event_type")
    data = event.get("data")
    if kind not in (*FIRES, WELL):
        return []
    said = mapping(data, "event.data")
    if OURS.fullmatch(text(said.get("incident_key"), "event.data.incident_key")):
        return []
    at = moment(event.get("occurred_at"), "event.occurred_at") or now
    firing = kind != WELL
    return [Alert(
        source.id, needed(said.get("id"), "event.data.id"), needed(said.get("title"), "event.data.title"), firing,
        grade(said) or source.grade, moment(said.get("created_at"), "event.data.created_at") or at,
        None if firing else at, service=summary(said.get("service"), "event.data.service"),
        link=text(said.get("html_url"), "event.data.html_url"),
        labels={"urgency": text(said.get("urgency"), "event.data.urgency")},
    )]  # fmt: skip


def grade(data: Mapping[str, Any]) -> str:
    """The priority there, else the urgency."""
    return summary(data.get("priority"), "event.data.priority") or text(data.get("urgency"), "event.data.urgency")


def summary(reference: Any, where: str) -> str:
    return "" if reference is None else text(mapping(reference, where).get("summary"), f"{where}.summary")
