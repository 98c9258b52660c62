"""How grave an incident can be, and what follows from it (severities.yml)."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from bot.policy.model import Due, Emoji, Id, Part, Principal, Title, Words, after, by_id, by_word


class Severity(Part):
    """
    `invite` and `page` name principals: declarer, group:…, role:…, person:…. Targets count from the declaration.

    `criteria` are the figures that put an incident here, `examples` what it looks like; `team` says who works on it,
    `tell` who outside is told, in words.
    """

    id: Id
    title: Title
    name: Title
    emoji: Emoji
    means: Words
    criteria: tuple[Words, ...] = ()
    examples: tuple[Words, ...] = ()
    team: Words | None = None
    tell: Words | None = None
    aliases: tuple[str, ...] = ()
    room: bool
    invite: tuple[Principal, ...] = ()
    page: tuple[Principal, ...] = ()
    acknowledge_within: Due | None = None
    mitigate_within: Due | None = None
    resolve_within: Due | None = None

    def targets(self, declared_at: datetime) -> dict[str, timedelta | None]:
        """What `domain.measures.measures` compares with: business days become the time until then."""
        named = (("acknowledge", self.acknowledge_within), ("mitigate", self.mitigate_within),
                 ("resolve", self.resolve_within))  # fmt: skip
        return {name: None if length is None else after(declared_at, length) - declared_at for name, length in named}


class Severities(Part):
    """Gravest first. `default` is taken when a person names none."""

    default: Id
    severities: tuple[Severity, ...] = Field(min_length=1)

    @property
    def all(self) -> tuple[Severity, ...]:
        return self.severities

    @property
    def ids(self) -> tuple[str, ...]:
        """Gravest first."""
        return tuple(severity.id for severity in self.severities)

    def get(self, id: str) -> Severity:
        """LookupError when the policy has no such severity."""
        return by_id(self.severities, id, "severity")

    def find(self, word: str) -> Severity | None:
        """By id, title, name or alias, in any case."""
        said = word.strip().casefold()
        return by_word(self.severities, word) or next((s for s in self.severities if s.name.casefold() == said), None)

    def rank(self, id: str) -> int:
        """0 is the gravest."""
        return self.severities.index(self.get(id))

    def names(self) -> str:
        """For sentences: "sev1, sev2, sev3, sev4"."""
        return ", ".join(s.id for s in self.severities)
