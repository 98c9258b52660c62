"""What a postmortem holds, until when it is due, and what follows from the record by rule (postmortem.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, model_validator

from bot.policy.model import Due, Id, Part, Span, Title, Words, after, by_id

Source = Literal[
    "people", "summary", "facts", "impact", "timeline", "roles", "measures", "sla", "causes", "five_whys", "fishbone",
    "decisions", "checklists", "actions", "updates", "targets", "sign_off",
]  # fmt: skip
#: what `head` and sections of facts can name, besides impact:<field> and role:<role>
FACTS = (
    "id", "title", "date", "start", "end", "duration", "minutes", "severity", "status", "declared", "ended",
    "commander", "participants", "kind", "called_by", "source",
)  # fmt: skip
Priority = Literal["high", "medium", "low"]
Column = Literal[
    "time", "event", "action", "who", "notes", "item", "owner", "due", "priority", "status", "id", "category"
]
#: which columns the table of a source can have
COLUMNS: Mapping[Source, tuple[Column, ...]] = {
    "timeline": ("time", "event", "action", "who", "notes"),
    "actions": ("id", "item", "owner", "due", "priority", "status", "category", "notes"),
}


class Section(Part):
    """
    `source` says what fills it; `prompt` asks people for what the record cannot know, one question each.

    `columns` shape a table, `items` name its lines (fields of the impact for `impact`, facts for `facts`, priorities
    for `actions`), `later_than` and `within` keep only action items due in that span after the end, `parts` are its
    own sections.
    """

    id: Id
    title: Title
    source: Source = "people"
    prompt: Words | None = None
    columns: tuple[Column, ...] = ()
    items: tuple[str, ...] = ()
    within: Span | None = None
    later_than: Span | None = None
    parts: tuple[Section, ...] = Field(default=(), max_length=12)

    @model_validator(mode="after")
    def _tabled(self) -> Section:
        known = COLUMNS.get(self.source, ())
        for column in self.columns:
            if column not in known:
                right = f"it can have {', '.join(known)}" if known else f"only {' and '.join(COLUMNS)} have columns"
                raise ValueError(f'a section of {self.source} has no column "{column}"; {right}')
        return self

    def has(self, source: Source) -> bool:
        """Whether it, or a part of it, is filled from that source."""
        return self.source == source or any(part.has(source) for part in self.parts)


class Target(Part):
    """Due so long after the incident ended, or after another target; `severities` of None means all of them."""

    id: Id
    title: Title
    within: Due
    follows: Id | None = None
    severities: tuple[Id, ...] | None = None


class Promise(Part):
    """How fast an alert severity is promised to be detected, answered and resolved."""

    detection: Span
    response: Span
    resolution: Span


class Sla(Part):
    """By alert severity (alerts.yml); what has no row is measured by `otherwise`. Met: resolved within its target."""

    targets: Mapping[Id, Promise] = Field(min_length=1)
    otherwise: Id
    met: Title = "Met"
    exceeded: Title = "Exceeded"

    def promise(self, alert_severity: str | None) -> Promise:
        return self.targets.get(alert_severity or "", self.targets[self.otherwise])

    def verdict(self, alert_severity: str | None, resolution: timedelta) -> str:
        return self.met if resolution <= self.promise(alert_severity).resolution else self.exceeded


class Rule(Part):
    """An action item that follows from the record. Of the conditions all that are given must hold."""

    id: Id
    item: Words
    team: Title
    due: Due
    priority: Priority
    category: Title | None = None
    longer_than: Span | None = None
    severities: tuple[Id, ...] | None = None
    cause_has: str | None = None

    def applies(self, severity: str, took: timedelta, cause: str) -> bool:
        return (
            (self.longer_than is None or took > self.longer_than)
            and (self.severities is None or severity in self.severities)
            and (self.cause_has is None or self.cause_has.casefold() in cause.casefold())
        )


class Signature(Part):
    """Who signs; `role` is the role whose holder is proposed."""

    title: Title
    role: Id | None = None


class Postmortem(Part):
    """`head` are the facts that stand at its top, in order; `called` is what the team calls the document."""

    called: Title = "Postmortem"
    head: tuple[str, ...] = ("severity", "status", "declared", "ended")
    sections: tuple[Section, ...] = Field(min_length=1)
    targets: tuple[Target, ...] = ()
    sign_off: tuple[Signature, ...] = ()
    sla: Sla | None = None
    rules: tuple[Rule, ...] = ()

    def has(self, source: Source) -> bool:
        """Whether any section is filled from that source."""
        return any(section.has(source) for section in self.sections)

    def due(self, severity: str, ended_at: datetime) -> list[tuple[Target, datetime]]:
        """What is due for an incident of that severity and when, in the order of the policy."""
        moments: dict[str, datetime] = {}
        for target in self.targets:
            since = moments.get(target.follows, ended_at) if target.follows else ended_at
            moments[target.id] = after(since, target.within)
        wanted = (t for t in self.targets if t.severities is None or severity in t.severities)
        return [(target, moments[target.id]) for target in wanted]

    def target(self, id: str) -> Target:
        """LookupError when the policy has no such target."""
        return by_id(self.targets, id, "target")
