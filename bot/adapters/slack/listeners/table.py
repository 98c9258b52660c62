"""Every verb."""

from __future__ import annotations

from bot.adapters.slack import verbs
from bot.adapters.slack.listeners import incident, opening, work

VERBS = verbs.table(opening, incident, work)
