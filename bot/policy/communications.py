"""Who hears of an incident, and where (communications.yml)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.policy.model import Channel, Id, Part, Title

What = Literal["update", "resolved"]


class Audience(Part):
    channel: Channel
    severities: tuple[Id, ...] = Field(min_length=1)
    what: tuple[What, ...] = ("update", "resolved")


class Bookmark(Part):
    """`link` may be a template over `incident`; `emoji` is Slack's name for one, `:name:`."""

    title: Title
    link: str = Field(pattern=r"^(https?://|\{\{)\S[^\n]*$", max_length=500)
    emoji: str | None = Field(default=None, pattern=r"^:[a-z0-9_+'-]+:$")


class Communications(Part):
    """Channels are named without #."""

    incidents_channel: Channel
    audiences: tuple[Audience, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()

    def audience(self, severity: str, what: What = "update") -> tuple[str, ...]:
        """Channels that get this besides the room, each once."""
        wanted = (a.channel for a in self.audiences if severity in a.severities and what in a.what)
        return tuple(dict.fromkeys(wanted))
