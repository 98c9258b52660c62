"""What stands where everybody could see an incident that is restricted by now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Restricted:
    """In place of a message about it; it says nothing else."""
