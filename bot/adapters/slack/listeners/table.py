"""Every verb."""

from __future__ import annotations

from bot.adapters.slack import verbs
from bot.adapters.slack.listeners import (
    alerts,
    analysis,
    deadlines,
    detection,
    diagnosis,
    escalation,
    evidence,
    impact,
    incident,
    oncall,
    opening,
    policy,
    simulate,
    work,
)

VERBS = verbs.table(
    opening,
    incident,
    impact,
    work,
    deadlines,
    alerts,
    diagnosis,
    detection,
    evidence,
    analysis,
    escalation,
    oncall,
    policy,
    simulate,
)
