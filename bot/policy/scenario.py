"""A course of events to rehearse, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.policy.calendar import DAY, DAYS, moment, time_of_day
from bot.policy.model import duration, written

#: what is looked at when nobody says until when
HORIZON = timedelta(hours=4)
AFTER_THE_END = timedelta(hours=72)
LONGEST = timedelta(days=40)
_WEEKDAY = re.compile(r"(?:([a-z]{3,9}),?\s+)?([0-9]{1,2}:[0-9]{2})", re.IGNORECASE)


class Kind(StrEnum):
    """
    What happened to somebody: a person was paged; a level was escalated to; a place or person was told; people were
    reminded (nudged), asked something or invited into a room; a room was opened; a deadline was met or missed; a
    gesture was refused; something could not be done (failed).
    """

    PAGED = "paged"
    ESCALATED = "escalated"
    TOLD = "told"
    NUDGED = "nudged"
    ASKED = "asked"
    INVITED = "invited"
    OPENED = "opened"
    DEADLINE = "deadline"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Deed:
    """Somebody types `say` after /incident, so long `after` the declaration. `by` of "" is the first who was paged."""

    after: timedelta
    say: str
    by: str = ""


@dataclass(frozen=True)
class Scenario:
    """An incident declared at `at` (UTC); `until` counts from then, None is as long as anything is to be expected."""

    severity: str
    at: datetime
    title: str = "checkout is failing"
    by: str = "declarer"
    deeds: tuple[Deed, ...] = ()
    until: timedelta | None = None

    @property
    def end(self) -> datetime:
        """Up to when it is looked at: unless said otherwise 4 hours, or 72 after the last word that ends it."""
        ends = [deed.after + AFTER_THE_END for deed in self.deeds if deed.say.split()[0] in ("resolve", "cancel")]
        last = max((deed.after for deed in self.deeds), default=timedelta())
        length = max([HORIZON, last, *ends]) if self.until is None else self.until
        return self.at + min(length, LONGEST)


@dataclass(frozen=True)
class Told:
    """
    One thing that happened to people, at `at` (UTC), `offset` after the declaration.

    `whom` are names of people and user groups, `level` the level of the policy that they were called as; `where` is a
    channel (#incidents) or "direct message", `how` the way: slack, email, sms, phone, pagerduty. `rule` names the part
    of the policy and the entry in it that asked for this, or says that a person did; `reason` says it in words.
    """

    at: datetime
    offset: timedelta
    kind: Kind
    whom: tuple[str, ...] = ()
    where: str = ""
    how: str = ""
    rule: str = ""
    reason: str = ""
    text: str = ""
    level: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(), "after": written(self.offset), "seconds": int(self.offset.total_seconds()),
            "kind": str(self.kind), "whom": list(self.whom), "level": self.level, "where": self.where, "how": self.how,
            "rule": self.rule, "reason": self.reason, "text": self.text,
        }  # fmt: skip


@dataclass(frozen=True)
class Rehearsed:
    """What came of a scenario, in order, until `until` (UTC) or until nothing more was to come."""

    scenario: Scenario
    policy: str
    severity: str
    zone: ZoneInfo
    until: datetime
    told: tuple[Told, ...]

    @property
    def room(self) -> str:
        """The first room that was opened for it; "" when it lived in a thread."""
        return next((told.where for told in self.told if told.kind is Kind.OPENED), "")

    def to_json(self) -> dict[str, Any]:
        asked = self.scenario
        deeds = [{"after": written(deed.after), "say": deed.say, "by": deed.by} for deed in asked.deeds]
        return {
            "policy": self.policy, "severity": asked.severity, "title": asked.title, "at": asked.at.isoformat(),
            "timezone": self.zone.key, "until": self.until.isoformat(), "deeds": deeds,
            "told": [told.to_json() for told in self.told],
        }  # fmt: skip


def moment_of(said: str, after: datetime, zone: ZoneInfo) -> datetime:
    """
    The next moment after `after` that is meant, in UTC: a weekday and a time, a time, or an ISO moment.

    ValueError for anything else.

    >>> noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    >>> [moment_of(said, noon, ZoneInfo("Europe/London")).isoformat() for said in ("Saturday 03:00", "11:00")]
    ['2026-06-06T02:00:00+00:00', '2026-06-02T10:00:00+00:00']
    >>> moment_of("2026-06-06 03:00", noon, ZoneInfo("UTC")).isoformat()
    '2026-06-06T03:00:00+00:00'
    """
    if found := _WEEKDAY.fullmatch(said.strip()):
        wanted, at = _weekday(found[1]), time_of_day(f"{found[2]:0>5}")
        return next(m for day in _days(after, zone) if wanted in (None, day.weekday())
                    and (m := moment(day.date(), at, zone)) > after)  # fmt: skip
    try:
        exact = datetime.fromisoformat(said.strip())
    except ValueError:
        right = 'right would be, for example, "Saturday 03:00", "03:00" or 2026-06-06T03:00'
        raise ValueError(f"{said!r} is no moment; {right}") from None
    return (exact if exact.tzinfo else exact.replace(tzinfo=zone)).astimezone(UTC)


def _weekday(name: str | None) -> int | None:
    if name is None:
        return None
    if name[:3].lower() not in DAYS:
        raise ValueError(f"{name!r} is no weekday; right would be, for example, Saturday")
    return DAYS.index(name[:3].lower())


def _days(after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    today = after.astimezone(zone)
    yield from (today + n * DAY for n in range(9))


def deed(said: str) -> Deed:
    """
    How long after the declaration, perhaps by whom, and what. ValueError for anything else.

    >>> deed("20m @ana escalate manager it spreads")
    Deed(after=datetime.timedelta(seconds=1200), say='escalate manager it spreads', by='ana')
    """
    after, _, rest = said.strip().partition(" ")
    by, _, say = rest.strip().partition(" ") if rest.strip().startswith("@") else ("", "", rest.strip())
    if not say.strip():
        raise ValueError(f"{said!r} says nothing to do; right would be, for example, 20m escalate manager it spreads")
    return Deed(duration(after), say.strip(), by.lstrip("@"))


def by_kind(told: tuple[Told, ...]) -> Mapping[Kind, int]:
    """How often each happened."""
    return {kind: n for kind in Kind if (n := sum(each.kind is kind for each in told))}
