"""What answers look like, for the papers: one practised incident."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from bot.adapters.web.api import answers

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ID = "01JD6M9Z5T8QW3K4XN7RCVB2HE"
OWN = f"{answers.INCIDENTS}/{ID}"
ANA = "slack:U012AB3CD"
PEOPLE = {ANA: "Ana Silva", "api:ci": "ci (by API)"}
MARKDOWN = "# Postmortem of #12\n\n…\n"

COMMON: dict[str, Any] = {
    "id": ID, "number": 12, "name": "#12", "title": "checkout is failing", "severity": "sev2",
    "severity_title": "SEV2", "status": "investigating", "status_title": "Investigating", "open": True, "kind": "real",
    "visibility": "open", "declared_by": "api:ci", "declared_at": AT, "acknowledged_by": ANA, "commander": ANA,
    "ended_at": None, "next_update_at": AT + timedelta(minutes=30),
    "links": {"self": OWN, **{each: f"{OWN}/{each}" for each in ("timeline", "alerts", "postmortem")}},
}  # fmt: skip
INCIDENT = answers.Incident(
    **COMMON, source="monitoring", acknowledged_at=AT + timedelta(minutes=2), room="inc-12-checkout-is-failing",
    roles=[answers.Role(role="commander", title="Incident Commander", person=ANA)],
    tasks=[answers.Task(id=1, text="fail over the database", owner=ANA, later=False, done=False, done_by=None,
                        done_at=None, due=None)],
    impact={"users": "1200"}, updates=1,
    last_update=answers.LastUpdate(number=1, state="Half of the payments work.", at=AT + timedelta(minutes=9)),
    resolution=None, can_become=["identified", "mitigating", "resolved"], version=9, people=PEOPLE,
)  # fmt: skip
ALERT = {"name": "HighErrorRate", "service": "checkout", "grade": "critical", "since": AT, "summary": "5xx over 5 %"}
SAMPLES: dict[type[BaseModel], BaseModel] = {
    answers.Incident: INCIDENT,
    answers.Incidents: answers.Incidents(incidents=[answers.Summary(**COMMON)], next=None, people=PEOPLE),
    answers.Changed: answers.Changed(message="Noted on the timeline of #12.", incident=INCIDENT),
    answers.Timeline: answers.Timeline(
        entries=[answers.Entry(number=1, at=AT, by="api:ci", text="declared #12 SEV2: checkout is failing", whom=None,
                               kind="declared")],
        cursor=1, people=PEOPLE,
    ),
    answers.Alerts: answers.Alerts(
        alerts=[answers.Alert(id="alertmanager:8f3c", firing=True, until=None, times=3, link="", **ALERT)]
    ),
    answers.Groups: answers.Groups(groups=[answers.Group(id="HighErrorRate|checkout", firing=1, count=1, **ALERT)]),
    answers.OnCall: answers.OnCall(
        schedules=[answers.Duty(schedule="primary", title="Primary", people=[ANA], until=AT + timedelta(hours=6),
                                then=[], covered=False, note="")],
        people=PEOPLE,
    ),
}  # fmt: skip


def sample(answer: type[BaseModel] | None) -> Any:
    """As JSON; Markdown for None."""
    return json.loads(SAMPLES[answer].model_dump_json()) if answer else MARKDOWN
