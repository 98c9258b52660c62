"""Every verb."""

from __future__ import annotations

from bot.adapters.slack import verbs
from bot.adapters.slack.listeners import (
    access,
    alerts,
    analysis,
    deadlines,
    detection,
    diagnosis,
    escalation,
    evidence,
    health,
    home,
    impact,
    incident,
    oncall,
    opening,
    policy,
    rooms,
    simulate,
    work,
)

#: in the order in which somebody new would read them
MODULES = (
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
    rooms,
    access,
    simulate,
    health,
    home,
)

VERBS = verbs.table(*MODULES)
