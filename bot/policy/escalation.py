"""Who is called when, how, and what stops it (escalation.yml)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints

from bot.policy.calendar import Calendar
from bot.policy.model import Channel, Due, Id, Part, Principal, Span, Title, Words, by_id, by_word

#: the ways to reach a person: the chat, and what the environment sets up besides
Way = Literal["slack", "email", "sms", "phone"]
Since = Annotated[str, StringConstraints(pattern=r"^(declared|graded|acknowledged|level:[a-z0-9][a-z0-9_-]{0,39})$")]
LEVEL = "level:"


class Level(Part):
    """
    Those of `who` are called by every one of the ways `by`; the room and the channel `tell` (a name of `notices`) learn
    of it. `role` says in words who that is.
    """

    id: Id
    title: Title
    role: Words | None = None
    who: tuple[Principal, ...] = Field(min_length=1)
    by: tuple[Way, ...] = Field(default=("slack",), min_length=1)
    tell: Id | None = None
    aliases: tuple[str, ...] = ()


class Rule(Part):
    """
    Level `to` is called `after` so long `since` the incident was declared (or last reopened), since its severity was
    set, since it was acknowledged, or since another level was called (`level:manager`).

    `unless` says what stops it: an acknowledgement, or only the end of the incident. `because` is told with it.
    """

    id: Id
    severities: tuple[Id, ...] = Field(min_length=1)
    after: Due
    since: Since = "declared"
    to: Id
    unless: Literal["acknowledged", "over"] = "acknowledged"
    because: Words

    @property
    def insists(self) -> bool:
        """Whether those called are called again until one of them answers, whoever else is on it."""
        return self.unless == "over"


class Trigger(Part):
    """A case of its own, called by hand: whoever must be told `within` that time, `when` it is so."""

    id: Id
    title: Title
    when: Words
    who: tuple[Principal, ...] = Field(min_length=1)
    by: tuple[Way, ...] = Field(default=("slack",), min_length=1)
    tell: Id | None = None
    within: Span = timedelta()
    aliases: tuple[str, ...] = ()


class ExternalContact(Part):
    """Somebody outside: a vendor, counsel, the press."""

    id: Id
    title: Title
    when: Words
    phone: str | None = Field(default=None, max_length=60)
    email: str | None = Field(default=None, max_length=120)
    link: str | None = Field(default=None, pattern=r"^https?://\S+$", max_length=300)
    reference: Words | None = None


class Insistence(Part):
    """
    How a page is repeated, and what becomes of an acknowledgement that nothing follows.

    After `quiet_after` without a word from the one who acknowledged they are asked; without an answer `answer_within`
    the incident counts as not acknowledged. `quiet_after` of None asks nobody; `quiet_for` names the severities in
    which people are asked; when it names none of this policy, they are asked in all.
    """

    again_every: Span = timedelta(minutes=5)
    times: int = Field(default=3, ge=0, le=20)
    quiet_after: Span | None = None
    answer_within: Span = timedelta(minutes=5)
    quiet_for: tuple[Id, ...] | None = None

    def quiet(self, severity: str, known: Collection[str]) -> timedelta | None:
        """After how long somebody is asked in an incident of that severity; None for never. `known` are all of them."""
        asked = [each for each in self.quiet_for or () if each in known]
        return self.quiet_after if not asked or severity in asked else None


@dataclass(frozen=True)
class Moments:
    """What the clocks count from (UTC). `called` holds when each level was; `stood_still` is how long they rested."""

    severity: str
    opened_at: datetime
    graded_at: datetime
    acknowledged_at: datetime | None = None
    called: Mapping[str, datetime] = field(default_factory=dict)
    stood_still: timedelta = timedelta()


class Planned(NamedTuple):
    due: datetime
    rule: Rule
    level: Level


class Summoned(NamedTuple):
    """Who was called, as templates show it; the title of a single person is a reference."""

    title: str
    role: str | None


class Escalation(Part):
    """
    `levels` from the first to the highest. `notices` names the channels that learn of a level; `criteria` say when
    people should escalate by hand. A pause lasts `longest_pause` at most. `severities` is PagerDuty's word for each.
    """

    levels: tuple[Level, ...] = ()
    rules: tuple[Rule, ...] = ()
    notices: Mapping[Id, Channel] = Field(default_factory=dict)
    criteria: tuple[Words, ...] = Field(default=(), max_length=12)
    triggers: tuple[Trigger, ...] = ()
    contacts: tuple[ExternalContact, ...] = ()
    pages: Insistence = Field(default_factory=Insistence)
    page_by: tuple[Way, ...] = Field(default=("slack",), min_length=1)
    pagerduty: tuple[Id, ...] = ()
    longest_pause: Span = timedelta(hours=4)
    watch_after: Span | None = timedelta(minutes=5)

    @property
    def targets(self) -> tuple[Level | Trigger, ...]:
        """Whatever can be called by hand: the levels, then the special cases."""
        return (*self.levels, *self.triggers)

    @property
    def named(self) -> tuple[str, ...]:
        """Every principal of the levels and special cases, each once."""
        return tuple(dict.fromkeys(who for each in self.targets for who in each.who))

    def level(self, id: str) -> Level:
        """LookupError when the policy has no such level."""
        return by_id(self.levels, id, "level")

    def find(self, word: str) -> Level | Trigger | None:
        """A level or a special case, by id, title or alias, in any case."""
        return by_word(self.levels, word) or by_word(self.triggers, word)

    def rank(self, level: str) -> int:
        """From 0, the first; -1 for what is no level of this policy."""
        return next((n for n, each in enumerate(self.levels) if each.id == level), -1)

    def plan(self, moments: Moments, calendar: Calendar) -> tuple[Planned, ...]:
        """
        What is still to come for these moments, earliest first, and of what is due at once the highest level first.

        A level that was called already is not called again by a rule.
        """
        due: list[Planned] = []
        for rule in self.rules:
            since = self._since(rule, moments)
            if since is None or rule.to in moments.called or moments.severity not in rule.severities:
                continue
            if moments.acknowledged_at and not rule.insists:
                continue
            at = calendar.after(since, rule.after) + moments.stood_still
            due.append(Planned(at, rule, self.level(rule.to)))
        by_level: dict[str, Planned] = {}
        for planned in sorted(due, key=lambda p: (p.due, -self.rank(p.level.id))):
            by_level.setdefault(planned.level.id, planned)
        return tuple(by_level.values())

    def _since(self, rule: Rule, moments: Moments) -> datetime | None:
        """None while it has not begun to count."""
        if rule.since.startswith(LEVEL):
            return moments.called.get(rule.since.removeprefix(LEVEL))
        named = {"declared": moments.opened_at, "graded": moments.graded_at, "acknowledged": moments.acknowledged_at}
        return named[rule.since]
