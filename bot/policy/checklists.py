"""What to do, in order, ticked off by whoever did it (checklists.yml)."""

from __future__ import annotations

from pydantic import Field

from bot.policy.model import Id, Part, Title, Words


class Item(Part):
    id: Id
    text: Words


class Checklist(Part):
    """`severities` of None means all of them. Item ids are unique in the whole policy."""

    id: Id
    title: Title
    severities: tuple[Id, ...] | None = None
    items: tuple[Item, ...] = Field(min_length=1, max_length=20)


class Checklists(Part):
    checklists: tuple[Checklist, ...] = ()

    @property
    def all(self) -> tuple[Checklist, ...]:
        return self.checklists

    def response(self, severity: str) -> Checklist | None:
        """The first checklist that is for this severity."""
        return next((c for c in self.checklists if c.severities is None or severity in c.severities), None)

    def item(self, id: str) -> Item | None:
        return next((item for c in self.checklists for item in c.items if item.id == id), None)
