"""Schedules, whoever names them, and whether anybody can ever be on call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.policy.calendar import DAYS, Calendar
from bot.policy.oncall import Layer
from bot.policy.parts import Parts
from bot.policy.reading import Path
from bot.policy.references.finding import Found, Looks, ids, known, unique, words


def _schedules(parts: Parts) -> Iterator[Found]:
    yield from unique("oncall", ("schedules",), words(parts.oncall.all), "schedule")


def _severities(parts: Parts) -> Iterator[Found]:
    for n, severity in enumerate(parts.severities.all):
        for key, named in (("invite", severity.invite), ("page", severity.page)):
            yield from _named(parts, "severities", ("severities", n, key), named)


def _roles(parts: Parts) -> Iterator[Found]:
    for n, role in enumerate(parts.roles.all):
        yield from _named(parts, "roles", ("roles", n, "invite"), role.invite)


def _levels(parts: Parts) -> Iterator[Found]:
    levels = [(("levels", n, "who"), level.who) for n, level in enumerate(parts.escalation.levels)]
    triggers = [(("triggers", n, "who"), trigger.who) for n, trigger in enumerate(parts.escalation.triggers)]
    for path, named in (*levels, *triggers):
        yield from _named(parts, "escalation", path, named)


def _named(parts: Parts, part: str, path: Path, principals: Iterable[str]) -> Iterator[Found]:
    used = [p.removeprefix("oncall:") for p in principals if p.startswith("oncall:")]
    yield from known(part, path, used, ids(parts.oncall.all), "schedule")


def _never(parts: Parts) -> Iterator[Found]:
    for n, schedule in enumerate(parts.oncall.all):
        if not schedule.pagerduty and not any(_ever(layer, parts.calendar) for layer in schedule.layers):
            right = "a layer with members and hours that come, or a schedule of PagerDuty"
            yield "oncall", ("schedules", n), f'nobody can ever be on call for "{schedule.id}". Right is {right}.'


def _groups(parts: Parts) -> Iterator[Found]:
    """What Muster changes must not be what it goes by."""
    kept = [schedule.group for schedule in parts.oncall.all if schedule.group]
    yield from unique("oncall", ("schedules",), kept, "schedule's group")
    for n, schedule in enumerate(parts.oncall.all):
        if f"group:{schedule.group}" in parts.oncall.named:
            told = f"@{schedule.group} would hold whoever is on call, and is also asked who that is"
            yield "oncall", ("schedules", n, "group"), f"{told}. Right are two groups."


def _ever(layer: Layer, calendar: Calendar) -> bool:
    """Whether any day can count: those of holidays alone need holidays."""
    days = layer.hours.days if layer.hours else DAYS
    return layer.holidays != "only" or any(DAYS[day.weekday()] in days for day in calendar.holidays)


NEEDED: Looks = {
    _schedules: frozenset({"oncall"}),
    _severities: frozenset({"oncall", "severities"}),
    _roles: frozenset({"oncall", "roles"}),
    _levels: frozenset({"oncall", "escalation"}),
}
FURTHER: Looks = {_never: frozenset({"oncall", "calendar"}), _groups: frozenset({"oncall"})}
