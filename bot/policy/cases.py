"""What a policy's own tests say (tests/*.yml): given an incident, when people do this, then that happens to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.policy.calendar import Calendar
from bot.policy.errors import PolicyError
from bot.policy.layers import folder_of
from bot.policy.model import Part, Span, Words, Workdays, due, written
from bot.policy.reading import Source, read
from bot.policy.scenario import Deed, Kind, Scenario, Told, moment_of

FOLDER = "tests"
#: a Monday: "Saturday 03:00" is the one that follows, so that a test means the same moment every day
REFERENCE = datetime(2026, 6, 1, tzinfo=UTC)
#: stands for the room or thread of the incident, whatever it is called
ROOM = "room"
MINUTE = timedelta(minutes=1)


def _moment(said: str) -> str:
    moment_of(said, REFERENCE, ZoneInfo("UTC"))
    return said


def _when(said: Any) -> Any:
    """
    A length of time or business days since the declaration; or a moment after it.

    >>> _when("90m"), _when("Monday 09:00")
    (datetime.timedelta(seconds=5400), 'Monday 09:00')
    """
    try:
        return due(said)
    except ValueError:
        return _moment(str(said))


Moments: TypeAlias = timedelta | Workdays | str
Moment = Annotated[str, AfterValidator(_moment)]
When = Annotated[Moments, BeforeValidator(_when)]


class Given(Part):
    """An incident of that severity, declared at `at`; `until` is how far the test looks."""

    severity: Words
    at: Moment = "Tuesday 10:00"
    title: Words = "checkout is failing"
    until: Span | None = None


class Step(Part):
    """So long `after` the declaration `by` types `do` after /incident; `by` left out is the first who was paged."""

    after: Span
    do: Words
    by: str = ""


class Expected(Part):
    """
    Something that happens to whoever is named: `paged: manager`, `told: "#status"`, `nudged: room`; or `never`, with
    `whom` if it may happen to others.

    `at` is to the minute, `by` at the latest then, `after` and `before` are the bounds of what counts. `rule`, `how`
    and `says` narrow it to what has these words there; `times` is how often it happens within those bounds.
    """

    paged: Words | None = None
    escalated: Words | None = None
    told: Words | None = None
    nudged: Words | None = None
    asked: Words | None = None
    invited: Words | None = None
    opened: Words | None = None
    deadline: Words | None = None
    refused: Words | None = None
    never: Kind | None = None
    whom: Words | None = None
    at: When | None = None
    by: When | None = None
    after: When | None = None
    before: When | None = None
    rule: Words | None = None
    how: Words | None = None
    says: Words | None = None
    times: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        named = [kind for kind in Kind if getattr(self, kind, None) is not None]
        if len(named) + (self.never is not None) != 1:
            raise ValueError("it says what happens once; right would be, for example, {at: 15m, paged: manager}")
        if self.whom and self.never is None:
            raise ValueError("whom goes with never; right would be, for example, {never: paged, whom: executives}")
        if self.never and (self.at is not None or self.times):
            raise ValueError("never has no moment; right would be, for example, {never: paged, before: 2h}")
        return self

    @property
    def end(self) -> Moments | None:
        """After which nothing counts; None without such a bound."""
        return next((end for end in (self.at, self.by, self.before) if end is not None), None)

    @property
    def kind(self) -> Kind:
        return self.never or next(kind for kind in Kind if getattr(self, kind, None) is not None)

    @property
    def name(self) -> str:
        """Whom it is about; "" is anybody."""
        return (self.whom or "") if self.never else str(getattr(self, self.kind))

    def __str__(self) -> str:
        named = ((name, value) for name, value in self if value is not None)
        return ", ".join(f"{name}: {said(value)}" for name, value in named)


class Case(Part):
    test: Words
    given: Given
    when: tuple[Step, ...] = ()
    then: tuple[Expected, ...] = Field(min_length=1)

    def scenario(self, calendar: Calendar) -> Scenario:
        """It is looked at as far as `given` says, else up to the last moment that `then` speaks of."""
        deeds = tuple(Deed(step.after, step.do, step.by.lstrip("@")) for step in self.when)
        at = moment_of(self.given.at, REFERENCE, calendar.zone)
        until = self.given.until or self._last(at, calendar)
        return Scenario(self.given.severity, at, self.given.title, deeds=deeds, until=until)

    def _last(self, start: datetime, calendar: Calendar) -> timedelta | None:
        """None when one of them is without an end."""
        ends = [expected.end for expected in self.then]
        if any(end is None for end in ends):
            return None
        last = max(moment_at(end, start, calendar) for end in ends if end is not None)
        return max([last - start + MINUTE, *(step.after + MINUTE for step in self.when)])


class Cases(Part):
    tests: tuple[Case, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Placed:
    """A case, and where it stands."""

    case: Case
    source: Source
    number: int

    def problem(self, sentence: str, *path: str | int) -> str:
        """The sentence with the file and line that it is about."""
        return self.source.problem(("tests", self.number, *path), sentence)


def cases(name_or_dir: str | Path) -> list[Placed]:
    """The tests of a policy. PolicyError names every mistake in them, or that there are none."""
    folder, found, problems = folder_of(name_or_dir), list[Placed](), list[str]()
    for path in sorted((folder / FOLDER).glob("*.yml")):
        file = f"{FOLDER}/{path.name}"
        try:
            source, model, wrong = read(file, [(file, path.read_text("utf-8"))], Cases)
        except (OSError, UnicodeDecodeError) as why:
            problems.append(f"{file}: it cannot be read ({why}). Right is a readable file in UTF-8.")
            continue
        problems += wrong
        found += [Placed(case, source, n) for n, case in enumerate(model.tests if model else ())]
    if not (found or problems):
        problems.append(f"there are no tests. Right would be a file {FOLDER}/escalation.yml; docs/policies.md has one.")
    if problems:
        raise PolicyError(str(name_or_dir), problems)
    return found


@dataclass(frozen=True)
class Judge:
    """What a rehearsal must hold, and whether it does."""

    told: Sequence[Told]
    start: datetime
    calendar: Calendar

    def wrong(self, expected: Expected) -> str:
        """ "" when it is so; else what happened instead."""
        found = [told for told in self.told if self.fits(told, expected) and self.in_time(told, expected)]
        if expected.never:
            return f"it happened {happened(found)}" if found else ""
        if expected.times is not None and len(found) != expected.times:
            return f"it happened {len(found)} times: {happened(found)}" if found else self.instead(expected)
        return "" if found else self.instead(expected)

    def instead(self, expected: Expected) -> str:
        """What comes nearest: the same at another time, or the same to others."""
        if elsewhen := [told for told in self.told if self.fits(told, expected)]:
            return f"it happened {happened(elsewhen)}"
        others = [told for told in self.told if told.kind is expected.kind]
        return f"{expected.kind} was {happened(others)}" if others else f"nothing was {expected.kind}"

    def fits(self, told: Told, expected: Expected) -> bool:
        narrowed = ((expected.rule, f"{told.rule} {told.reason}"), (expected.how, told.how), (expected.says, told.text))
        return (
            told.kind is expected.kind
            and (not expected.name or plain(expected.name) in self.names(told))
            and all(wanted is None or wanted.casefold() in found.casefold() for wanted, found in narrowed)
        )

    def names(self, told: Told) -> set[str]:
        """Everything by which one may call whom it happened to."""
        home = {each.where for each in self.told if each.kind is Kind.OPENED}
        entry = told.rule.partition(" ")[2]
        names = {plain(name) for name in (*told.whom, told.level, told.where.partition(",")[0], entry) if name}
        return names | ({ROOM} if told.where in home or told.where.endswith(", in a thread") else set())

    def in_time(self, told: Told, expected: Expected) -> bool:
        if expected.at is not None and abs(told.at - self.moment(expected.at)) >= MINUTE:
            return False
        if expected.by is not None and told.at >= self.moment(expected.by) + MINUTE:
            return False
        if expected.after is not None and told.at < self.moment(expected.after):
            return False
        return expected.before is None or told.at < self.moment(expected.before)

    def moment(self, when: Moments) -> datetime:
        return moment_at(when, self.start, self.calendar)


def moment_at(when: Moments, start: datetime, calendar: Calendar) -> datetime:
    """So long after `start`, or the next such moment after it."""
    return moment_of(when, start, calendar.zone) if isinstance(when, str) else calendar.after(start, when)


def plain(name: str) -> str:
    return name.strip().lstrip("#@").casefold()


def said(value: Any) -> str:
    return written(value) if isinstance(value, timedelta | Workdays) else str(value)


def happened(told: Sequence[Told], most: int = 6) -> str:
    """
    >>> at = datetime(2026, 6, 6, 3, tzinfo=UTC)
    >>> happened([Told(at, timedelta(), Kind.PAGED, ("ana",)), Told(at, timedelta(minutes=5), Kind.PAGED, ("ben",))])
    'at once (ana), after 5m (ben)'
    """
    more = [f"and {len(told) - most} times more"] if len(told) > most else []
    return ", ".join([*_happened(told[:most]), *more])


def _happened(told: Sequence[Told]) -> Iterator[str]:
    for each in told:
        when = f"after {written(each.offset)}" if each.offset else "at once"
        whom = ", ".join(each.whom) or each.where or each.text
        yield f"{when} ({whom})" if whom else when
