"""Whether the parts of a policy fit together: every name that one file uses stands in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from bot.domain.facts import Stage
from bot.domain.incident import OVER
from bot.policy.model import Findable
from bot.policy.parts import Parts
from bot.policy.reading import Path, Source

Found = tuple[str, Path, str]
STAGES = {"resolved": Stage.RESOLVED, "cancelled": Stage.CANCELLED, "closed": Stage.CLOSED}


def problems(parts: Parts, sources: Mapping[str, Source], sound: Collection[str]) -> list[str]:
    """One sentence per name that leads nowhere. Only parts named in `sound` are looked at; the others may be None."""
    looks = [look for look, needs in LOOKS.items() if needs <= set(sound)]
    return [sources[part].problem(path, sentence) for look in looks for part, path, sentence in look(parts)]


def _severities(parts: Parts) -> Iterator[Found]:
    all = parts.severities.all
    yield from _unique("severities", ("severities",), _words(all, *((s.name,) for s in all)), "severity")
    yield from _known("severities", ("default",), [parts.severities.default], _ids(all), "severity")


def _principals(parts: Parts) -> Iterator[Found]:
    roles = _ids(parts.roles.all)
    for n, severity in enumerate(parts.severities.all):
        for key, named in (("invite", severity.invite), ("page", severity.page)):
            yield from _known("severities", ("severities", n, key), _roles_in(named), roles, "role")
    for n, role in enumerate(parts.roles.all):
        yield from _known("roles", ("roles", n, "invite"), _roles_in(role.invite), roles, "role")


def _moves(parts: Parts) -> Iterator[Found]:
    all = parts.lifecycle.all
    yield from _unique("lifecycle", ("statuses",), _words(all), "status")
    yield from _unique("lifecycle", ("resolutions",), [k.id for k in parts.lifecycle.resolutions], "kind of resolution")
    for n, status in enumerate(all):
        yield from _known("lifecycle", ("statuses", n, "next"), status.next, _ids(all), "status")


def _verbs(parts: Parts) -> Iterator[Found]:
    known = {s.id: s for s in parts.lifecycle.all}
    for verb in ("start", "reopened", *STAGES):
        id = getattr(parts.lifecycle, verb)
        yield from _known("lifecycle", (verb,), [id], list(known), "status")
        if id in known and verb in STAGES and known[id].stage is not STAGES[verb]:
            yield "lifecycle", (verb,), f'"{id}" has the stage {known[id].stage}; right would be {STAGES[verb]}.'
        if id in known and verb not in STAGES and known[id].stage in OVER:
            yield "lifecycle", (verb,), f'"{id}" has the stage {known[id].stage}; right would be active or mitigated.'


def _roles(parts: Parts) -> Iterator[Found]:
    yield from _unique("roles", ("roles",), _words(parts.roles.all), "role")
    yield from _known("roles", ("lead",), [parts.roles.lead], _ids(parts.roles.all), "role")


def _checklists(parts: Parts) -> Iterator[Found]:
    items = [item.id for c in parts.checklists.all for item in c.items]
    yield from _unique("checklists", ("checklists",), items, "checklist item")
    for n, checklist in enumerate(parts.checklists.all):
        path = ("checklists", n, "severities")
        yield from _known("checklists", path, checklist.severities or (), _ids(parts.severities.all), "severity")


def _cadence(parts: Parts) -> Iterator[Found]:
    severities, given = _ids(parts.severities.all), list(parts.cadence.severities)
    yield from _known("cadence", ("severities",), given, severities, "severity")
    for id in severities:
        if id not in given:
            right = f"{id}: {{update_every: 30m}}, or {id}: {{}} for updates as needed"
            yield "cadence", ("severities",), f'the severity "{id}" has no cadence. Right would be {right}.'
    for id, rhythm in parts.cadence.severities.items():
        if rhythm.update_every is not None and rhythm.remind_before >= rhythm.update_every:
            path = ("severities", id, "remind_before")
            yield "cadence", path, "the reminder comes before the last update. Right is less than update_every."
    for n, step in enumerate(parts.cadence.louder):
        yield from _known("cadence", ("louder", n, "mention"), step.mention, _ids(parts.roles.all), "role")


def _audiences(parts: Parts) -> Iterator[Found]:
    for n, audience in enumerate(parts.communications.audiences):
        path = ("audiences", n, "severities")
        yield from _known("communications", path, audience.severities, _ids(parts.severities.all), "severity")


def _sections(parts: Parts) -> Iterator[Found]:
    yield from _unique("postmortem", ("sections",), [s.id for s in parts.postmortem.sections], "section")


def _ids(things: Iterable[Findable]) -> list[str]:
    return [thing.id for thing in things]


def _words(things: Iterable[Findable], *more: Sequence[str]) -> list[str]:
    """What people can type for these things; one thing may answer to a word twice."""
    named = [{w.casefold() for w in (t.id, t.title, *t.aliases)} for t in things]
    extra = [{w.casefold() for w in words} for words in more]
    return [word for n, words in enumerate(named) for word in (words | extra[n] if extra else words)]


def _roles_in(principals: Iterable[str]) -> list[str]:
    return [p.removeprefix("role:") for p in principals if p.startswith("role:")]


def _known(part: str, path: Path, used: Iterable[str], known: Sequence[str], kind: str) -> Iterator[Found]:
    for id in used:
        if id not in known:
            yield part, path, f'there is no {kind} "{id}". This policy has: {", ".join(known)}.'


def _unique(part: str, path: Path, words: Iterable[str], kind: str) -> Iterator[Found]:
    for word, times in Counter(words).items():
        if times > 1:
            yield part, path, f'"{word}" means more than one {kind}. Each needs words of its own.'


#: each look, and the parts it reads
LOOKS: Mapping[Callable[[Parts], Iterator[Found]], frozenset[str]] = {
    _severities: frozenset({"severities"}),
    _principals: frozenset({"severities", "roles"}),
    _moves: frozenset({"lifecycle"}),
    _verbs: frozenset({"lifecycle"}),
    _roles: frozenset({"roles"}),
    _checklists: frozenset({"checklists", "severities"}),
    _cadence: frozenset({"cadence", "severities", "roles"}),
    _audiences: frozenset({"communications", "severities"}),
    _sections: frozenset({"postmortem"}),
}
