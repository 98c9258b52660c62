"""Every verb."""

from __future__ import annotations

from bot.adapters.slack import verbs
from bot.adapters.slack.listeners import (
    alerts,
    deadlines,
    detection,
    diagnosis,
    escalation,
    impact,
    incident,
    oncall,
    opening,
    policy,
    simulate,
    work,
)

VERBS = verbs.table(
    opening, incident, impact, work, deadlines, alerts, diagnosis, detection, escalation, oncall, policy, simulate
)
