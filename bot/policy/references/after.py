"""What the postmortem names: facts, fields of the impact, severities, roles, and its own targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from bot.policy.parts import Parts
from bot.policy.postmortem import FACTS, Priority, Section
from bot.policy.reading import Path
from bot.policy.references.finding import Found, Looks, ids, known, unique


def _sections(parts: Parts) -> Iterator[Found]:
    all = list(_walk(parts.postmortem.sections, ("sections",)))
    yield from unique("postmortem", ("sections",), [section.id for _, section in all], "section")
    for path, section in all:
        yield from _shape(path, section)


def _walk(sections: Sequence[Section], path: Path) -> Iterator[tuple[Path, Section]]:
    for n, section in enumerate(sections):
        yield (*path, n), section
        yield from _walk(section.parts, (*path, n, "parts"))


def _shape(path: Path, section: Section) -> Iterator[Found]:
    """Settings of a section that its source does not look at."""
    for key in ("within", "later_than"):
        if getattr(section, key) is not None and section.source != "actions":
            told = f"only actions have dates to keep; this is {section.source}. Right is to leave {key} out."
            yield "postmortem", (*path, key), told


def _items(parts: Parts) -> Iterator[Found]:
    facts, fields = _facts(parts), ids(parts.impact.fields)
    yield from known("postmortem", ("head",), parts.postmortem.head, facts, "fact")
    named = {
        "facts": (facts, "fact"),
        "impact": (fields, "field of the impact"),
        "actions": (get_args(Priority), "priority"),
    }
    for path, section in _walk(parts.postmortem.sections, ("sections",)):
        if section.source in named:
            yield from known("postmortem", (*path, "items"), section.items, *named[section.source])
        elif section.items:
            right = f"Right is to leave them out; {', '.join(named)} have items"
            yield "postmortem", (*path, "items"), f"{section.source} has no items to choose from. {right}."


def _facts(parts: Parts) -> list[str]:
    fields = (f"impact:{id}" for id in ids(parts.impact.fields))
    return [*FACTS, *fields, *(f"role:{id}" for id in ids(parts.roles.all))]


def _targets(parts: Parts) -> Iterator[Found]:
    """A target may follow those before it; so there is no circle."""
    before: list[str] = []
    yield from unique("postmortem", ("targets",), ids(parts.postmortem.targets), "target")
    for n, target in enumerate(parts.postmortem.targets):
        if target.follows and target.follows not in before:
            right = (
                f"one of those before it: {', '.join(before)}"
                if before
                else "to leave follows out, for it is the first"
            )
            told = f'"{target.id}" follows "{target.follows}", which does not stand before it. Right is {right}.'
            yield "postmortem", ("targets", n, "follows"), told
        before.append(target.id)


def _severities(parts: Parts) -> Iterator[Found]:
    severities, policy = ids(parts.severities.all), parts.postmortem
    for n, target in enumerate(policy.targets):
        yield from known("postmortem", ("targets", n, "severities"), target.severities or (), severities, "severity")
    for n, rule in enumerate(policy.rules):
        yield from known("postmortem", ("rules", n, "severities"), rule.severities or (), severities, "severity")
    yield from unique("postmortem", ("rules",), ids(policy.rules), "rule")


def _sla(parts: Parts) -> Iterator[Found]:
    sla, alerts = parts.postmortem.sla, ids(parts.alerts.severities)
    if sla is None:
        return
    yield from known("postmortem", ("sla", "otherwise"), [sla.otherwise], list(sla.targets), "target of the sla")
    for id in sla.targets:
        yield from known("postmortem", ("sla", "targets", id), [id], alerts, "alert severity")


def _signatures(parts: Parts) -> Iterator[Found]:
    for n, signature in enumerate(parts.postmortem.sign_off):
        named = [signature.role] if signature.role else []
        yield from known("postmortem", ("sign_off", n, "role"), named, ids(parts.roles.all), "role")


NEEDED: Looks = {
    _sections: frozenset({"postmortem"}),
    _items: frozenset({"postmortem", "impact", "roles"}),
    _targets: frozenset({"postmortem"}),
    _severities: frozenset({"postmortem", "severities"}),
    _sla: frozenset({"postmortem", "alerts"}),
    _signatures: frozenset({"postmortem", "roles"}),
}
