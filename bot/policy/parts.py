"""The parts of a policy, one for each file."""

from __future__ import annotations

from dataclasses import dataclass

from bot.policy.alerts import Alerts
from bot.policy.cadence import Cadence
from bot.policy.calendar import Calendar
from bot.policy.capture import Capture
from bot.policy.checklists import Checklists
from bot.policy.classification import Classification
from bot.policy.communications import Communications
from bot.policy.conflicts import Conflicts
from bot.policy.deadlines import Deadlines
from bot.policy.diagnosis import Diagnosis
from bot.policy.escalation import Escalation
from bot.policy.impact import Impact
from bot.policy.lifecycle import Lifecycle
from bot.policy.naming import Naming
from bot.policy.oncall import Oncall
from bot.policy.permissions import Permissions
from bot.policy.policy import Policy
from bot.policy.postmortem import Postmortem
from bot.policy.retention import Retention
from bot.policy.roles import Roles
from bot.policy.routing import Routing
from bot.policy.severities import Severities


@dataclass(frozen=True)
class Parts:
    policy: Policy
    severities: Severities
    classification: Classification
    impact: Impact
    lifecycle: Lifecycle
    naming: Naming
    roles: Roles
    checklists: Checklists
    calendar: Calendar
    oncall: Oncall
    cadence: Cadence
    escalation: Escalation
    communications: Communications
    deadlines: Deadlines
    alerts: Alerts
    routing: Routing
    diagnosis: Diagnosis
    capture: Capture
    permissions: Permissions
    retention: Retention
    postmortem: Postmortem
    conflicts: Conflicts
