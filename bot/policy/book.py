"""The whole policy of a team, read once and then only asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bot.domain.incident import Incident
from bot.policy.communications import Bookmark
from bot.policy.draft import FILES, Draft, draft
from bot.policy.errors import PolicyError
from bot.policy.layers import BUNDLED, Layer, bundled, digest, layers
from bot.policy.parts import Parts
from bot.policy.plain import PLAIN
from bot.policy.shifts import Override, Rota
from bot.policy.texts import Person, Room, Texts

__all__ = ["BUNDLED", "FILES", "Book", "Joined", "assemble", "bound", "bundled", "load"]


class Joined(NamedTuple):
    """The bridge of one incident, its templates filled in."""

    title: str
    link: str
    phone: str
    pin: str


@dataclass(frozen=True)
class Book(Parts):
    """
    `hash` is the sha256 of all files in hex: an incident keeps it to say which policy it runs under. `layers` are the
    files themselves, from which `assemble` makes the same book again.
    """

    name: str
    hash: str
    texts: Texts
    layers: tuple[Layer, ...]

    @property
    def words(self) -> Titles:
        """What the timeline calls things."""
        return Titles(self)

    def rota(self, schedule: str, overrides: Sequence[Override] = ()) -> Rota:
        """Who is on call when. LookupError when the policy has no such schedule."""
        return Rota(self.oncall.get(schedule), self.calendar, tuple(overrides))

    def label(self, incident: Incident) -> str:
        """What people call it; older records leave it to the pattern."""
        made = self.naming.label(incident.number, incident.declared_at, incident.severity)
        return incident.label or made

    def about(self, incident: Incident) -> dict[str, Any]:
        """The fields that every template may use; see `texts.COMMON`."""
        holders = {role.id: incident.roles.get(role.id) for role in self.roles.all}
        lead = incident.roles.get(self.roles.lead)
        return {
            "incident": incident,
            "label": self.label(incident),
            "severity": self.severities.get(incident.severity),
            "status": self.lifecycle.get(incident.status),
            "phase": self.lifecycle.phase(incident.status),
            "commander": Person(lead) if lead else None,
            "holders": {role: Person(who) if who else None for role, who in holders.items()},
            "impact": self.impact.told(incident.impact),
            "room": Room(incident.room, incident.room_name or "") if incident.room else None,
        }

    def bridge(self, incident: Incident) -> Joined | None:
        """Where the people of this incident speak to each other. TextError when its templates are wrong."""
        bridge = self.communications.bridge_for(incident.severity)
        if bridge is None:
            return None
        about = self.about(incident)
        link, phone = (
            self.texts.render_line(text, about, PLAIN) if text else "" for text in (bridge.link, bridge.phone)
        )
        return Joined(bridge.title, link, phone, bridge.pin or "")

    def links(self, incident: Incident) -> list[tuple[Bookmark, str]]:
        """The bookmarks of its room with their addresses. TextError when a template is wrong."""
        about = self.about(incident)
        marks = self.communications.bookmarks_for(incident.severity)
        return [(mark, self.texts.render_line(mark.link, about, PLAIN)) for mark in marks]


@dataclass(frozen=True)
class Titles:
    """`domain.timeline.Words`; an id from an earlier policy comes back as it is."""

    parts: Parts

    def severity(self, id: str) -> str:
        return next((s.title for s in self.parts.severities.all if s.id == id), id)

    def status(self, id: str) -> str:
        return next((s.title for s in self.parts.lifecycle.all if s.id == id), id)

    def role(self, id: str) -> str:
        return next((r.title for r in self.parts.roles.all if r.id == id), id)

    def schedule(self, id: str) -> str:
        return next((s.title for s in self.parts.oncall.all if s.id == id), id)

    def impact(self, id: str) -> str:
        field = self.parts.impact.get(id)
        return field.title if field else id

    def field(self, id: str) -> str:
        """A field of updates."""
        return next((f.title for f in self.parts.communications.update_fields if f.id == id), id)

    def mark(self, id: str) -> str:
        """A list that marked messages go to."""
        return next((marks.title for marks in self.parts.capture.lists if marks.id == id), id.replace("_", " "))


def load(name_or_dir: str | Path) -> Book:
    """A bundled policy by name, or one from a folder. PolicyError names every mistake at once."""
    return assemble(layers(name_or_dir))


def assemble(layers: Sequence[Layer]) -> Book:
    """The book of these layers, each laid over those before it. PolicyError names every mistake at once."""
    made = draft(layers)
    if made.problems:
        raise PolicyError(layers[-1].name, made.problems)
    return bound(made, layers)


def bound(made: Draft, layers: Sequence[Layer]) -> Book:
    """A whole draft as a book."""
    texts = Texts({name: template.text for name, template in made.templates.items()})
    return Book(**vars(made.parts), name=layers[-1].name, hash=digest(layers), texts=texts, layers=tuple(layers))
