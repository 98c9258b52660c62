"""What a policy calls itself, and the one it builds on (policy.yml)."""

from __future__ import annotations

from bot.policy.model import Part, Title, Words


class Policy(Part):
    """
    `extends` names a bundled policy, or a folder relative to this one.

    Files that are not here are the other's; a mapping here changes the keys it names, a list replaces the list.
    """

    title: Title = "A policy without a title"
    means: Words | None = None
    extends: str | None = None
