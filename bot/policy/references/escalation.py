"""Levels, rules and whoever they call, and whether a rule can ever come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.policy.escalation import LEVEL, Escalation, Level, Rule, Trigger
from bot.policy.parts import Parts
from bot.policy.reading import Path
from bot.policy.references.finding import Found, Looks, ids, known, unique, words

#: what a call to one person is kept as
PERSON = "person"


def _names(parts: Parts) -> Iterator[Found]:
    policy = parts.escalation
    yield from unique("escalation", ("levels",), words(policy.targets), "level or special case")
    yield from unique("escalation", ("rules",), ids(policy.rules), "rule")
    yield from unique("escalation", ("contacts",), ids(policy.contacts), "contact")
    for path, each in _callable(policy):
        if each.id == PERSON:
            yield (
                "escalation",
                (*path, "id"),
                f'"{PERSON}" is what a call to one person is kept as. Right is another id.',
            )


def _callable(policy: Escalation) -> Iterator[tuple[Path, Level | Trigger]]:
    for n, each in enumerate(policy.targets):
        first = len(policy.levels)
        yield (("levels", n) if n < first else ("triggers", n - first)), each


def _rules(parts: Parts) -> Iterator[Found]:
    policy, severities = parts.escalation, ids(parts.severities.all)
    called = ids(policy.targets)
    for n, rule in enumerate(policy.rules):
        yield from known("escalation", ("rules", n, "severities"), rule.severities, severities, "severity")
        yield from known("escalation", ("rules", n, "to"), [rule.to], ids(policy.levels), "level")
        since = [rule.since.removeprefix(LEVEL)] if rule.since.startswith(LEVEL) else []
        yield from known("escalation", ("rules", n, "since"), since, called, "level")
    yield from known("escalation", ("pagerduty",), policy.pagerduty, severities, "severity")
    yield from known("escalation", ("pages", "quiet_for"), policy.pages.quiet_for or (), severities, "severity")


def _people(parts: Parts) -> Iterator[Found]:
    policy, roles = parts.escalation, ids(parts.roles.all)
    for path, each in _callable(policy):
        holders = [who.removeprefix("role:") for who in each.who if who.startswith("role:")]
        yield from known("escalation", (*path, "who"), holders, roles, "role")
        told = [each.tell] if each.tell else []
        yield from known("escalation", (*path, "tell"), told, list(policy.notices), "channel in notices")


def _awake(parts: Parts) -> Iterator[Found]:
    """Calls and pages that reach nobody."""
    right = "whoever declares is awake already. Right is somebody else, for example oncall:primary."
    for path, each in _callable(parts.escalation):
        if set(each.who) == {"declarer"}:
            yield "escalation", (*path, "who"), f'"{each.id}" calls nobody: {right}'
    for n, severity in enumerate(parts.severities.all):
        if set(severity.page) == {"declarer"}:
            yield "severities", ("severities", n, "page"), f'"{severity.id}" pages nobody: {right}'


def _insistence(parts: Parts) -> Iterator[Found]:
    for key in ("again_every", "quiet_after", "answer_within"):
        if getattr(parts.escalation.pages, key) == timedelta():
            yield "escalation", ("pages", key), f"{key} is no time at all. Right would be, for example, 5m."


def _never(parts: Parts) -> Iterator[Found]:
    """Rules that cannot come, whatever happens."""
    rules = parts.escalation.rules
    for n, rule in enumerate(rules):
        if rule.since == "acknowledged" and not rule.insists:
            told = f'"{rule.id}" counts from the acknowledgement, which also ends it. Right is unless: over.'
            yield "escalation", ("rules", n), told
        if before := next((each for m, each in enumerate(rules) if _anticipates(each, rule, m < n)), None):
            told = f'"{rule.id}" never comes: by then "{before.id}" has called {rule.to}'
            yield "escalation", ("rules", n), f"{told}. Right is to leave it out, or to call another level."


def _anticipates(one: Rule, other: Rule, first: bool) -> bool:
    """Whether `one` has always called the level by the time of `other`; `first`: it stands before it in the file."""
    if one is other or (one.to, one.since) != (other.to, other.since) or one.insists < other.insists:
        return False
    if not set(other.severities) <= set(one.severities):
        return False
    if one.after == other.after:
        return first or one.insists > other.insists
    return isinstance(one.after, timedelta) and isinstance(other.after, timedelta) and one.after < other.after


def _waiting(parts: Parts) -> Iterator[Found]:
    """Rules that wait for a level which no rule calls."""
    for n, rule in enumerate(parts.escalation.rules):
        for severity in rule.severities:
            if not _begins(parts.escalation, rule, severity):
                told = f'"{rule.id}" waits for {rule.since.removeprefix(LEVEL)}, which no rule calls for {severity}'
                yield "escalation", ("rules", n, "since"), f"{told}. Right is a rule that does, or since: declared."


def _begins(policy: Escalation, rule: Rule, severity: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a rule can begin to count by other rules alone; a special case is always called by hand."""
    wanted = rule.since.removeprefix(LEVEL)
    if not rule.since.startswith(LEVEL) or wanted not in ids(policy.levels):
        return True
    if rule.to in seen or rule.to == wanted:
        return False
    callers = (each for each in policy.rules if each.to == wanted and severity in each.severities)
    return any(_begins(policy, each, severity, seen | {rule.to}) for each in callers)


def _twice(parts: Parts) -> Iterator[Found]:
    """Levels that a rule calls the moment they are paged anyway."""
    policy, paged = parts.escalation, {severity.id: severity.page for severity in parts.severities.all}
    who = {level.id: level.who for level in policy.levels}
    for n, rule in enumerate(policy.rules):
        if rule.since != "declared" or rule.after != timedelta() or rule.to not in who:
            continue
        for severity in rule.severities:
            if severity in paged and set(who[rule.to]) <= set(paged[severity]):
                told = f'"{rule.to}" is paged with the declaration of {severity} already'
                yield "escalation", ("rules", n), f"{told}. Right is to leave the rule out, or {severity} out of it."


NEEDED: Looks = {
    _names: frozenset({"escalation"}),
    _rules: frozenset({"escalation", "severities"}),
    _people: frozenset({"escalation", "roles"}),
}
FURTHER: Looks = {
    _awake: frozenset({"escalation", "severities"}),
    _insistence: frozenset({"escalation"}),
    _never: frozenset({"escalation"}),
    _waiting: frozenset({"escalation"}),
    _twice: frozenset({"escalation", "severities"}),
}
