"""Who is on call: schedules, each of layers of people who take turns (oncall.yml)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from bot.policy.calendar import DAYS, MIDNIGHT, TimeOfDay, Weekday, Zone, day_of, time_of_day
from bot.policy.model import Channel, Id, Part, Span, Title, by_id, by_word

#: shifts shorter than this are nobody's
SHORTEST = timedelta(hours=1)


class Start(NamedTuple):
    """As the clocks of the layer's zone show it."""

    day: date
    at: time


def start(said: Any) -> Start:
    """
    A date and the time of the handover. ValueError for anything else.

    >>> day, at = start("2026-11-02 09:00")
    >>> str(day), str(at)
    ('2026-11-02', '09:00:00')
    """
    if isinstance(said, Start):
        return said
    day, _, at = str(said).replace("T", " ").partition(" ")
    return Start(day_of(day), time_of_day(at.strip() or "00:00"))


Starts = Annotated[
    Start,
    BeforeValidator(start),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d([ T]\d{1,2}:\d\d)?$"}),
]
Slot = Annotated[str, StringConstraints(pattern=r"^(group:[A-Za-z0-9][\w.-]*|person:\S+)$")]
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]


class Hours(Part):
    """From one time of day to another, on the days on which it begins; `to` at or before `from` is the next day."""

    days: tuple[Weekday, ...] = Field(default=DAYS, min_length=1)
    since: TimeOfDay = Field(MIDNIGHT, alias="from")
    to: TimeOfDay = MIDNIGHT


class Layer(Part):
    """
    Members who take turns of the length `every`, the first from `starts` on.

    Turns of whole days change at the same time of day all year, others after exactly so long. With `holidays` a day
    counts (`only`) or does not (`skip`) when it is a holiday of the calendar; `timezone` is the team's if left out.
    """

    members: tuple[Slot, ...] = Field(min_length=1)
    starts: Starts | None = None
    every: Span | None = None
    hours: Hours | None = None
    holidays: Literal["skip", "only"] | None = None
    timezone: Zone | None = None

    @model_validator(mode="after")
    def turns(self) -> Self:
        if len(self.members) > 1 and self.every is None:
            raise ValueError("several members take turns; right would be, for example, every: 7d")
        if self.every is not None and self.starts is None:
            raise ValueError('turns begin some day; right would be, for example, starts: "2026-11-02 09:00"')
        if self.every is not None and self.every < SHORTEST:
            raise ValueError("turns take at least an hour; right would be, for example, every: 7d")
        return self


class Schedule(Part):
    """
    The first of the `layers` that has somebody counts; the others fill where those before them are silent.

    `group` is the handle of a Slack user group whose members Muster makes those on call. With `pagerduty`, the id of
    a schedule there, PagerDuty says who is on call, and the layers only while it does not answer.
    """

    id: Id
    title: Title
    aliases: tuple[str, ...] = ()
    group: Handle | None = None
    pagerduty: str | None = None
    layers: tuple[Layer, ...] = ()


class Oncall(Part):
    """`fallback` are called when nobody is on call; shifts are spoken of in `announce`, else where incidents are."""

    schedules: tuple[Schedule, ...] = ()
    fallback: tuple[Slot, ...] = ()
    announce: Channel | None = None

    @property
    def all(self) -> tuple[Schedule, ...]:
        return self.schedules

    @property
    def named(self) -> tuple[str, ...]:
        """Every principal that may be on call, each once."""
        slots = (slot for schedule in self.schedules for layer in schedule.layers for slot in layer.members)
        return tuple(dict.fromkeys((*slots, *self.fallback)))

    def has(self, id: str) -> bool:
        return any(schedule.id == id for schedule in self.schedules)

    def get(self, id: str) -> Schedule:
        """LookupError when the policy has no such schedule."""
        return by_id(self.schedules, id, "schedule")

    def find(self, word: str) -> Schedule | None:
        """By id, title or alias, in any case."""
        return by_word(self.schedules, word)
