"""How probes reach out: names are resolved once and pinned, and lead only where the policy lets them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """What all probes share."""
