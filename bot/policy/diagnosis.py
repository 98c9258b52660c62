"""What Muster looks at, what it takes for a symptom, and what that may come from (diagnosis.yml)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.domain.observation import Fault
from bot.policy.model import Id, Part, Span, Title, Words, by_id, by_word

#: a symptom's type, as causes name it
Type = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
#: a word of alerts.yml
Grade = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Likelihood = Literal["high", "medium", "low"]
Priority = Literal["immediate", "high", "short_term", "ongoing", "post_incident"]
LIKELIHOODS: tuple[Likelihood, ...] = ("high", "medium", "low")
PRIORITIES: tuple[Priority, ...] = ("immediate", "high", "short_term", "ongoing", "post_incident")


class Target(Part):
    """
    Something that probes may reach, and nothing else may be reached. `address` is a URL, host:port, path or name, as
    the probe's kind asks for; while it is "" here and in the environment (MUSTER_TARGET_<ID>), nobody looks.

    `private` lets the address lead to this machine or its link-local network.
    """

    id: Id
    title: Title | None = None
    address: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    private: bool = False


class Limit(Part):
    """
    A value of the reading at which there is a symptom: above the number, from it up (`at_least`), or below it. Of
    several with one value and one symptom the last that holds counts, so that they rise.
    """

    value: str
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    symptom: Type
    grade: Grade
    text: Words | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if sum(bound is not None for bound in (self.above, self.at_least, self.below)) != 1:
            raise ValueError("a limit is above, at_least or below a number; right would be, for example, above: 85")
        return self

    def broken(self, measured: float) -> bool:
        if self.above is not None:
            return measured > self.above
        return measured >= self.at_least if self.at_least is not None else measured < (self.below or 0.0)


class Meaning(Part):
    """What a fault of a probe is a symptom of."""

    symptom: Type
    grade: Grade


class Probe(Part):
    """
    One look at one thing. `kind` is one that Muster knows, `options` what that kind asks for; `faults` say what it
    means when nothing or something else is found, `limits` what the values mean. `patterns`: its text is searched for
    the patterns and errors of this file. `detect`: the detector looks at it, too, and speaks up when it was wrong for
    `wrong_for` (and at least `strikes` looks in a row).
    """

    id: Id
    title: Title
    kind: Id
    service: Id | None = None
    target: Id | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    time_out: Span = timedelta(seconds=10)
    faults: dict[Fault, Meaning] = Field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    patterns: bool = False
    detect: bool = False
    strikes: int | None = Field(default=None, ge=1, le=100)
    wrong_for: Span | None = None

    @field_validator("time_out")
    @classmethod
    def _ends_soon(cls, length: timedelta) -> timedelta:
        if not timedelta(seconds=1) <= length <= timedelta(seconds=60):
            raise ValueError("a probe ends within 1s to 60s")
        return length


class Service(Part):
    """`critical` services count first in a triage; `procedure` is what to follow when it is ill."""

    id: Id
    title: Title
    aliases: tuple[str, ...] = ()
    critical: bool = False
    procedure: Words | None = None


class ProbeSet(Part):
    """Probes that are asked together: `/incident diagnose <set>`."""

    id: Id
    title: Title
    aliases: tuple[str, ...] = ()
    probes: tuple[Id, ...] = Field(min_length=1)


class Pattern(Part):
    """A regular expression over log lines, whatever their case; a line that fits is a symptom of `type`."""

    type: Type
    pattern: str = Field(min_length=1, max_length=200)
    grade: Grade = "high"
    title: Title | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise ValueError(f"that is no regular expression ({wrong})") from None
        return pattern


class Errors(Part):
    """
    Which log lines are errors: those with one of `words`. The last `last` are shown, and the `top` most repeated ones
    when numbers and ids in them are left out.
    """

    words: tuple[str, ...] = ("error", "fatal", "exception", "failed")
    last: int = Field(default=5, ge=0, le=20)
    top: int = Field(default=10, ge=0, le=20)
    symptom: Type = "recent_errors"
    grade: Grade = "medium"
    #: so many such lines are a symptom
    least: int = Field(default=1, ge=1)


class Cause(Part):
    """
    What it may come from: when one of `symptoms` is there, every one of `needs` and none of `unless`. Causes come by
    likelihood, then by how many of their symptoms there are.
    """

    id: Id
    title: Title
    likelihood: Likelihood
    symptoms: tuple[Type, ...] = Field(min_length=1)
    needs: tuple[Type, ...] = ()
    unless: tuple[Type, ...] = ()
    steps: tuple[Words, ...] = ()


class Recommendation(Part):
    """What to do when one of `symptoms` is there, or always if none is named; `procedure` is what to follow."""

    id: Id
    title: Words
    priority: Priority
    symptoms: tuple[Type, ...] = ()
    causes: tuple[Id, ...] = ()
    procedure: Words | None = None


class Count(Part):
    """From so many services down on, this severity is proposed."""

    down: int = Field(ge=0)
    severity: Id


class Triage(Part):
    """
    The services that are counted (all of them if none is named), and the severity by how many are down, rising.
    """

    services: tuple[Id, ...] = ()
    counts: tuple[Count, ...] = ()

    def severity(self, down: int) -> str | None:
        return next((c.severity for c in reversed(self.counts) if down >= c.down), None)


class Maintenance(Part):
    """While it lasts the detector keeps quiet about these services (all of them if none is named)."""

    title: Title
    start: datetime
    end: datetime
    services: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a moment needs its offset: 2026-12-01T22:00:00Z")
        if self.end <= self.start:
            raise ValueError("it ends before it begins")
        return self


class Detector(Part):
    """
    How often it looks, and after how long when a round broke. A symptom counts after `strikes` looks in a row that
    found it, and is over after `calm` looks in a row that did not. `most` probes are asked at a time.
    """

    every: Span = timedelta(seconds=30)
    after_error: Span = timedelta(seconds=60)
    strikes: int = Field(default=2, ge=1, le=100)
    calm: int = Field(default=2, ge=1, le=100)
    most: int = Field(default=20, ge=1, le=200)


class Diagnosis(Part):
    """`watch` is how often a watched scope is looked at."""

    targets: tuple[Target, ...] = Field(default=(), max_length=200)
    services: tuple[Service, ...] = Field(default=(), max_length=200)
    probes: tuple[Probe, ...] = Field(default=(), max_length=500)
    sets: tuple[ProbeSet, ...] = Field(default=(), max_length=50)
    patterns: tuple[Pattern, ...] = Field(default=(), max_length=100)
    errors: Errors = Errors()
    causes: tuple[Cause, ...] = Field(default=(), max_length=100)
    recommendations: tuple[Recommendation, ...] = Field(default=(), max_length=100)
    triage: Triage = Triage()
    detector: Detector = Detector()
    maintenance: tuple[Maintenance, ...] = Field(default=(), max_length=100)
    watch: Span = timedelta(minutes=1)

    def target(self, probe: Probe) -> Target | None:
        """Where the probe looks; None for one that looks at this machine."""
        return by_id(self.targets, probe.target, "target") if probe.target else None

    def probe(self, id: str) -> Probe:
        return by_id(self.probes, id, "probe")

    def service(self, id: str) -> Service:
        return by_id(self.services, id, "service")

    def find_service(self, word: str) -> Service | None:
        """By id, title or alias, in any case."""
        return by_word(self.services, word)

    def find_set(self, word: str) -> ProbeSet | None:
        return by_word(self.sets, word)

    def probes_of(self, service: str) -> tuple[Probe, ...]:
        return tuple(probe for probe in self.probes if probe.service == service)

    def probes_in(self, chosen: ProbeSet) -> tuple[Probe, ...]:
        return tuple(self.probe(id) for id in chosen.probes)

    def detected(self) -> tuple[Probe, ...]:
        return tuple(probe for probe in self.probes if probe.detect)

    def quiet(self, service: str | None, at: datetime) -> Maintenance | None:
        """The maintenance that this service is under."""
        now = (each for each in self.maintenance if each.start <= at < each.end)
        return next((each for each in now if not each.services or service in each.services), None)
