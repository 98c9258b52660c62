"""What all parts of a policy have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Part(BaseModel):
    """A frozen piece of policy; a key that it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Protocol):
    @property
    def id(self) -> str: ...


class Findable(Named, Protocol):
    @property
    def title(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


N = TypeVar("N", bound=Named)
F = TypeVar("F", bound=Findable)


def by_id(things: Iterable[N], id: str, kind: str) -> N:
    """The thing of that id. LookupError when the policy has none."""
    known = {thing.id: thing for thing in things}
    if id not in known:
        raise LookupError(f"This policy has no {kind} {id!r}. It has: {', '.join(known)}.")
    return known[id]


def by_word(things: Iterable[F], word: str) -> F | None:
    """The thing a person means: its id, title or an alias, in any case."""
    said = word.strip().casefold()
    return next((t for t in things if said in {w.casefold() for w in (t.id, t.title, *t.aliases)}), None)


def duration(text: str | timedelta) -> timedelta:
    """
    A length of time in s, m, h and d. ValueError for anything else.

    >>> duration("90m")
    datetime.timedelta(seconds=5400)
    >>> duration("1h30m") == duration("90m")
    True
    >>> duration("soon")
    Traceback (most recent call last):
    ValueError: 'soon' is not a length of time; right would be, for example, 15m, 1h30m or 2d
    """
    if isinstance(text, timedelta):
        return text
    said = str(text).strip().lower()
    if not re.fullmatch(r"(\d{1,6}\s*[smhd]\s*)+", said, re.ASCII):
        raise ValueError(f"{text!r} is not a length of time; right would be, for example, 15m, 1h30m or 2d")
    return sum((timedelta(**{UNITS[unit]: int(n)}) for n, unit in re.findall(r"(\d+)\s*([smhd])", said)), timedelta())


@dataclass(frozen=True)
class Workdays:
    """So many business days: Monday to Friday, at the same time of day."""

    count: int

    def __str__(self) -> str:
        return "next business day" if self.count == 1 else f"{self.count} business days"


def due(text: str | timedelta | Workdays) -> timedelta | Workdays:
    """
    A length of time, or business days. ValueError for anything else.

    >>> due("next business day"), due("5 business days"), due("48h")
    (Workdays(count=1), Workdays(count=5), datetime.timedelta(days=2))
    """
    if isinstance(text, timedelta | Workdays):
        return text
    said = str(text).strip().lower()
    if said == "next business day":
        return Workdays(1)
    if found := re.fullmatch(r"(\d{1,3}) business days?", said, re.ASCII):
        return Workdays(int(found[1]))
    return duration(text)


def after(at: datetime, length: timedelta | Workdays) -> datetime:
    """
    The moment so long after `at`.

    >>> from datetime import UTC
    >>> after(datetime(2026, 11, 20, 15, tzinfo=UTC), Workdays(1)).strftime("%a %H:%M")
    'Mon 15:00'
    """
    if isinstance(length, timedelta):
        return at + length
    for _ in range(length.count):
        at += timedelta(days=1)
        while at.weekday() > 4:
            at += timedelta(days=1)
    return at


def written(length: timedelta | Workdays) -> str:
    """
    A length as a policy file has it: the inverse of `due`.

    >>> written(timedelta(minutes=90)), written(Workdays(1))
    ('1h30m', 'next business day')
    """
    if isinstance(length, Workdays):
        return str(length)
    seconds, parts = int(length.total_seconds()), []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        amount, seconds = divmod(seconds, size)
        parts += [f"{amount}{unit}"] if amount else []
    return "".join(parts) or "0s"


LENGTH = r"^\s*(\d{1,6}\s*[smhd]\s*)+$"
Span = Annotated[timedelta, BeforeValidator(duration), WithJsonSchema({"type": "string", "pattern": LENGTH})]
Due = Annotated[timedelta | Workdays, BeforeValidator(due), WithJsonSchema({"type": "string"})]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Emoji = Annotated[str, Field(max_length=40)]
Principal = Annotated[
    str,
    StringConstraints(pattern=r"^(declarer|group:[A-Za-z0-9][\w.-]*|(oncall|role):[a-z0-9][a-z0-9_-]*|person:\S+)$"),
]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,80}$")]
