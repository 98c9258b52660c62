"""How Muster and what it leans on are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.finding import Finding


@dataclass(frozen=True)
class CheckUp:
    """What `muster doctor` found at `at`, in the order of looking."""

    findings: tuple[Finding, ...]
    at: datetime
