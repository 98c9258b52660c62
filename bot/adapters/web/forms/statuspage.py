"""
What a status page of Atlassian's kind sends to webhook subscribers: incidents of a vendor, and components of theirs.

https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.adapters.web.forms.reading import Unreadable, listed, mapping, moment, needed, text
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource

OVER = ("resolved", "postmortem", "completed")
PLANNED = ("scheduled", "in_progress", "verifying", "completed")
WELL = "operational"
MAINTENANCE, DOWN = "maintenance", "vendor_down"
#: how grave a component's state is, in the words of an incident's impact
IMPACT = {"degraded_performance": "minor", "partial_outage": "major", "major_outage": "critical"}


def read(body: Any, source: AlertSource, now: datetime) -> list[Alert]:
    said = mapping(body, "The body")
    if "incident" in said:
        return [incident(mapping(said["incident"], "incident"), source, now)]
    if "component" in said:
        update = mapping(said.get("component_update") or {}, "component_update")
        return [component(mapping(said["component"], "component"), update, source, now)]
    raise Unreadable("There is neither incident nor component: this is no delivery of a status page.")


def incident(said: Mapping[str, Any], source: AlertSource, now: datetime) -> Alert:
    status = needed(said.get("status"), "incident.status")
    firing = status not in OVER
    until = moment(said.get("resolved_at"), "incident.resolved_at")
    return Alert(
        source.id, needed(said.get("id"), "incident.id"), needed(said.get("name"), "incident.name"), firing,
        text(said.get("impact"), "incident.impact") or source.grade,
        moment(said.get("created_at"), "incident.created_at") or now, None if firing else until or now,
        service=source.title, type=MAINTENANCE if status in PLANNED else DOWN, summary=newest(said),
        link=text(said.get("shortlink"), "incident.shortlink"), labels={"status": status},
    )  # fmt: skip


def newest(said: Mapping[str, Any]) -> str:
    """What the vendor wrote last."""
    updates = listed(said.get("incident_updates") or [], "incident.incident_updates")
    return text(mapping(updates[0], "incident.incident_updates.0").get("body"), "body") if updates else ""


def component(said: Mapping[str, Any], update: Mapping[str, Any], source: AlertSource, now: datetime) -> Alert:
    id, name = needed(said.get("id"), "component.id"), needed(said.get("name"), "component.name")
    status = text(update.get("new_status"), "component_update.new_status") or needed(
        said.get("status"), "component.status"
    )  # fmt: skip
    at = moment(update.get("created_at"), "component_update.created_at") or now
    firing = status not in (WELL, "under_maintenance")
    return Alert(
        source.id, f"component:{id}", name, firing, IMPACT.get(status) or source.grade, at, None if firing else at,
        service=source.title, type=DOWN, summary=f"{name} is {status.replace('_', ' ')}.", labels={"status": status},
    )  # fmt: skip
