"""What every other message is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.incident import Incident
from bot.policy.book import Book


@dataclass(frozen=True)
class Button:
    """Pressing it does `verb` with `value`, as if typed by whoever presses."""

    label: str
    verb: str
    value: str


@dataclass(frozen=True)
class Sentence:
    """A plain answer or notice. `incident` is the id of the incident it speaks of, if any."""

    text: str
    buttons: tuple[Button, ...] = ()
    incident: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Sentence:
        return cls(stored["text"], tuple(Button(**b) for b in stored["buttons"]), stored["incident"])


@dataclass(frozen=True)
class About:
    """A message about one incident, in the words of the policy it runs under."""

    book: Book
    incident: Incident
