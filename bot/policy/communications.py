"""Who hears of an incident, and where (communications.yml)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from bot.domain.facts import Updated
from bot.policy.impact import Told
from bot.policy.model import Channel, Id, Part, Title, Words

#: an address, or a template that makes one
LINK = r"^(https?://\S|\{\{)[^\n]*$"
What = Literal["declared", "update", "resolved"]
#: the parts of an update that Muster itself knows; a field of another id is kept besides them
KNOWN = ("state", "impact", "actions", "next_steps", "help_needed")
#: what the update dialog asks besides: when the next one comes
PROMISE = "next_in"


class Audience(Part):
    channel: Channel
    severities: tuple[Id, ...] = Field(min_length=1)
    what: tuple[What, ...] = ("update", "resolved")


class Bookmark(Part):
    """`link` may be a template over `incident`; `emoji` is Slack's name for one, `:name:`."""

    title: Title
    link: str = Field(pattern=LINK, max_length=500)
    emoji: str | None = Field(default=None, pattern=r"^:[a-z0-9_+'-]+:$")
    severities: tuple[Id, ...] | None = None


class Bridge(Part):
    """
    Where people speak to each other: a link, a telephone number, or both; each may be a template over the incident.

    `severities` of None means all of them. It stands on the card, and a link among the room's bookmarks.
    """

    title: Title = "Bridge"
    link: str | None = Field(default=None, pattern=LINK, max_length=500)
    phone: str | None = Field(default=None, max_length=120)
    pin: str | None = Field(default=None, max_length=40)
    severities: tuple[Id, ...] | None = None


class UpdateField(Part):
    """
    One field of the update dialog. The ids of KNOWN are what Muster itself understands, `state` must be among them;
    others are the team's own, and templates find them in `update.more`.
    """

    id: Id
    title: Title
    hint: Words | None = None


UPDATE = (
    UpdateField(id="state", title="Current state"),
    UpdateField(id="impact", title="Impact", hint="Who notices it, and how?"),
    UpdateField(id="actions", title="What we are doing"),
    UpdateField(id="next_steps", title="Next steps", hint="What comes next, with times."),
    UpdateField(id="help_needed", title="Help needed"),
)


class Communications(Part):
    """Channels are named without #."""

    incidents_channel: Channel
    audiences: tuple[Audience, ...] = ()
    update_fields: tuple[UpdateField, ...] = Field(default=UPDATE, min_length=1, max_length=10)
    bridge: Bridge | None = None
    bookmarks: tuple[Bookmark, ...] = ()

    @field_validator("update_fields")
    @classmethod
    def _askable(cls, fields: tuple[UpdateField, ...]) -> tuple[UpdateField, ...]:
        ids = [field.id for field in fields]
        twice = [id for id in dict.fromkeys(ids) if ids.count(id) > 1]
        if twice:
            raise ValueError(f'the field "{twice[0]}" stands here twice; keep one')
        if "state" not in ids:
            raise ValueError('an update says the state; right has a field with the id "state"')
        if PROMISE in ids:
            raise ValueError(f'"{PROMISE}" is asked for in any case, last; leave it out')
        return fields

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The ids of what this team asks for besides what Muster itself knows."""
        return tuple(field.id for field in self.update_fields if field.id not in KNOWN)

    def told(self, update: Updated) -> tuple[Told, ...]:
        """What an update says, in the order of the policy; what it does not ask for (any more) comes last."""
        said = {**{id: str(getattr(update, id)) for id in KNOWN}, **update.more}
        titles = {field.id: field.title for field in self.update_fields}
        ordered = (*titles, *(id for id in said if id not in titles))
        named = (Told(id, titles.get(id, id.replace("_", " ").capitalize()), said.get(id, "")) for id in ordered)
        return tuple(told for told in named if told.value.strip())

    def own(self, update: Updated) -> tuple[Told, ...]:
        """What it says in the fields of the team's own."""
        return tuple(told for told in self.told(update) if told.id not in KNOWN)

    def audience(self, severity: str, what: What = "update") -> tuple[str, ...]:
        """Channels that get this besides the room, each once."""
        wanted = (a.channel for a in self.audiences if severity in a.severities and what in a.what)
        return tuple(dict.fromkeys(wanted))

    def bridge_for(self, severity: str) -> Bridge | None:
        bridge = self.bridge
        return bridge if bridge and (bridge.severities is None or severity in bridge.severities) else None

    def bookmarks_for(self, severity: str) -> tuple[Bookmark, ...]:
        return tuple(b for b in self.bookmarks if b.severities is None or severity in b.severities)
