"""What the names of a policy stand for in this workspace, where people chose that themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

#: the name under which the store keeps it: whoever writes it is heard at once by all who read it
WHEREABOUTS = "whereabouts"


@dataclass(frozen=True)
class Whereabouts:
    """
    By name: the room of a channel, the user group of a handle, or the people who stand in for a group, and the person
    of an e-mail address. A name without an entry is looked up as it is written.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    crews: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def knows_group(self, handle: str) -> bool:
        return handle in self.groups or handle in self.crews

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        return cls(**stored) if stored else cls()
