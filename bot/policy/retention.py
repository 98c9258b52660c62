"""How long things are kept, and when rooms are archived (retention.yml)."""

from __future__ import annotations

from bot.policy.model import Part, Span


class Retention(Part):
    """
    Each counts from the end of the incident; what is left out is kept for good.

    `archive` is when its room is archived, `evidence` when what was kept of it is deleted, `personal` when the words
    that people typed are erased from its record, whose chain of hashes still holds.
    """

    archive: Span | None = None
    evidence: Span | None = None
    personal: Span | None = None
