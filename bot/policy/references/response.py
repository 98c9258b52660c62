"""Severities, roles and statuses, and whoever names them during an incident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.facts import Stage
from bot.domain.incident import OVER
from bot.policy.lifecycle import Status
from bot.policy.parts import Parts
from bot.policy.references.finding import Found, Looks, ids, known, unique, words

STAGES = {"resolved": Stage.RESOLVED, "cancelled": Stage.CANCELLED, "closed": Stage.CLOSED}


def _severities(parts: Parts) -> Iterator[Found]:
    all = parts.severities.all
    yield from unique("severities", ("severities",), words(all, *((s.name,) for s in all)), "severity")
    yield from known("severities", ("default",), [parts.severities.default], ids(all), "severity")


def _principals(parts: Parts) -> Iterator[Found]:
    roles = ids(parts.roles.all)
    for n, severity in enumerate(parts.severities.all):
        for key, named in (("invite", severity.invite), ("page", severity.page)):
            yield from known("severities", ("severities", n, key), _roles_in(named), roles, "role")
    for n, role in enumerate(parts.roles.all):
        yield from known("roles", ("roles", n, "invite"), _roles_in(role.invite), roles, "role")


def _roles_in(principals: Iterable[str]) -> list[str]:
    return [p.removeprefix("role:") for p in principals if p.startswith("role:")]


def _roles(parts: Parts) -> Iterator[Found]:
    yield from unique("roles", ("roles",), words(parts.roles.all), "role")
    yield from known("roles", ("lead",), [parts.roles.lead], ids(parts.roles.all), "role")


def _statuses(parts: Parts) -> Iterator[Found]:
    lifecycle = parts.lifecycle
    phases, statuses = ids(lifecycle.phases), ids(lifecycle.all)
    yield from unique("lifecycle", ("statuses",), words(lifecycle.all), "status")
    yield from unique("lifecycle", ("phases",), phases, "phase")
    yield from unique("lifecycle", ("resolutions",), ids(lifecycle.resolutions), "kind of resolution")
    for n, status in enumerate(lifecycle.all):
        yield from known("lifecycle", ("statuses", n, "next"), status.next, statuses, "status")
        yield from known("lifecycle", ("statuses", n, "phase"), [status.phase] if status.phase else (), phases, "phase")


def _verbs(parts: Parts) -> Iterator[Found]:
    all = {s.id: s for s in parts.lifecycle.all}
    for verb in ("start", "reopened", *STAGES):
        id = getattr(parts.lifecycle, verb)
        yield from known("lifecycle", (verb,), [id], list(all), "status")
        if id in all and verb in STAGES and all[id].stage is not STAGES[verb]:
            yield "lifecycle", (verb,), f'"{id}" has the stage {all[id].stage}; right would be {STAGES[verb]}.'
        if id in all and verb not in STAGES and all[id].stage in OVER:
            yield "lifecycle", (verb,), f'"{id}" has the stage {all[id].stage}; right would be active or mitigated.'


def _deciders(parts: Parts) -> Iterator[Found]:
    roles = ids(parts.roles.all)
    for key, named in (("resolve_by", parts.lifecycle.resolve_by), ("decide_by", parts.lifecycle.decide_by)):
        yield from known("lifecycle", (key,), named, roles, "role")


def _moves(parts: Parts) -> Iterator[Found]:
    """Statuses that no way leads to, and those from which no way leads to an end."""
    lifecycle = parts.lifecycle
    reached = _reached(parts, lifecycle.start)
    ends = {lifecycle.resolved, lifecycle.cancelled}
    for n, status in enumerate(lifecycle.all):
        if status.id not in reached:
            told = f'no way leads from "{lifecycle.start}" to "{status.id}"'
            yield "lifecycle", ("statuses", n), f'{told}. Right is to name it in the "next" of another.'
        if status.stage not in OVER and not ends & _reached(parts, status.id):
            told = f'from "{status.id}" no way leads to {" or ".join(sorted(ends))}'
            yield "lifecycle", ("statuses", n, "next"), f'{told}. Right is to name one in its "next".'
        yield from _closed_unresolved(parts, n, status)


def _closed_unresolved(parts: Parts, n: int, status: Status) -> Iterator[Found]:
    """Ways past the end: neither its decider nor its postmortem would be asked for."""
    closed = {each.id for each in parts.lifecycle.all if each.stage is Stage.CLOSED}
    for id in status.next:
        if status.stage not in OVER and id in closed:
            told = f'"{status.id}" leads to "{id}" though nobody resolved or cancelled it'
            yield "lifecycle", ("statuses", n, "next"), f"{told}. Right is to leave it out here."


def _reached(parts: Parts, start: str) -> set[str]:
    ways = {status.id: status.next for status in parts.lifecycle.all}
    reached, left = {start}, [start]
    while left:
        new = set(ways.get(left.pop(), ())) - reached
        reached |= new
        left += new
    return reached


def _checklists(parts: Parts) -> Iterator[Found]:
    all, severities = parts.checklists.all, ids(parts.severities.all)
    yield from unique("checklists", ("checklists",), [item.id for c in all for item in c.items], "checklist item")
    named = [word for c in all for word in {c.id.casefold(), c.title.casefold()}]
    yield from unique("checklists", ("checklists",), named, "checklist")
    for n, checklist in enumerate(all):
        path = ("checklists", n)
        yield from known("checklists", (*path, "severities"), checklist.severities or (), severities, "severity")
        begins = [checklist.closing, checklist.after is not None, checklist.status is not None]
        if sum(begins) > 1:
            right = "one of after, status and opens: resolving"
            yield "checklists", path, f'"{checklist.id}" begins in more than one way. Right is {right}.'


def _checklist_places(parts: Parts) -> Iterator[Found]:
    statuses, phases = ids(parts.lifecycle.all), ids(parts.lifecycle.phases)
    for n, c in enumerate(parts.checklists.all):
        yield from known("checklists", ("checklists", n, "status"), [c.status] if c.status else (), statuses, "status")
        yield from known("checklists", ("checklists", n, "phase"), [c.phase] if c.phase else (), phases, "phase")


#: what has to be right for a policy to be used
NEEDED: Looks = {
    _severities: frozenset({"severities"}),
    _principals: frozenset({"severities", "roles"}),
    _roles: frozenset({"roles"}),
    _statuses: frozenset({"lifecycle"}),
    _verbs: frozenset({"lifecycle"}),
    _deciders: frozenset({"lifecycle", "roles"}),
    _checklists: frozenset({"checklists", "severities"}),
    _checklist_places: frozenset({"checklists", "lifecycle"}),
}
#: what else has to be right for it to make sense
FURTHER: Looks = {_moves: frozenset({"lifecycle"})}
