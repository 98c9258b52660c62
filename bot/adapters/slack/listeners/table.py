"""Every verb."""

from __future__ import annotations

from bot.adapters.slack import verbs
from bot.adapters.slack.listeners import impact, incident, oncall, opening, policy, simulate, work

VERBS = verbs.table(opening, incident, impact, work, oncall, policy, simulate)
