"""What is wrong with the probes of a policy, as far as their kinds know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TypeAlias

from pydantic import ValidationError

from bot.adapters.probes.kind import Kind
from bot.adapters.probes.kinds import KINDS
from bot.policy import book as books
from bot.policy import check
from bot.policy.book import Book
from bot.policy.diagnosis import Probe
from bot.policy.draft import draft
from bot.policy.errors import PolicyError
from bot.policy.reading import Path

Found: TypeAlias = tuple[Path, str]


def problems(name: str) -> list[str]:
    """Every mistake in the policy of that name or folder; those of its probes as soon as it can be read as a whole."""
    told = check.problems(name)
    try:
        of_probes = wrong(books.load(name))
    except PolicyError:
        return told
    return check.in_order([*told, *of_probes]) if of_probes else told


def wrong(book: Book, kinds: Mapping[str, Kind] = KINDS) -> list[str]:
    """A sentence for each mistake, by file and line; what needs no kind to be seen is the policy's own to check."""
    source = draft(book.layers).sources["diagnosis"]
    return [
        source.problem(("probes", number, *path), f"the probe {probe.id} {said}")
        for number, probe in enumerate(book.diagnosis.probes)
        for path, said in _wrong(probe, kinds)
    ]


def _wrong(probe: Probe, kinds: Mapping[str, Kind]) -> Iterator[Found]:
    if not (kind := kinds.get(probe.kind)):
        yield ("kind",), f"is of the kind {probe.kind}, which there is not. {_meant(probe.kind, tuple(kinds))}"
        return
    if not (probe.target or kind.local):
        yield (), f"is of the kind {kind.name} and needs a target. Right is, for example, target: shop."
    try:
        options = kind.options.model_validate(probe.options)
    except ValidationError as why:
        yield from (_option(kind, each["loc"], each["type"], each["msg"]) for each in why.errors(include_url=False))
        return
    yield from _limits(probe, kind.name, kind.named(options))


def _option(kind: Kind, loc: Path, type: str, said: str) -> Found:
    where = ".".join(str(step) for step in loc)
    if type == "extra_forbidden":
        known = tuple(kind.options.model_fields) if len(loc) == 1 else ()
        return (
            "options",
            *loc,
        ), f"has an option {where}, which {kind.name} does not know. {_meant(where, known)}".rstrip()
    if type == "missing":
        return ("options",), f"lacks the option {where}, which {kind.name} needs."
    why = said.removeprefix("Value error, ").rstrip(".")
    return ("options", *loc), f"has a wrong option {where}: {why}." if where else f"has wrong options: {why}."


def _limits(probe: Probe, kind: str, known: tuple[str, ...]) -> Iterator[Found]:
    """Limits on values that are never read would never hold."""
    for number, limit in enumerate(probe.limits):
        if known and limit.value not in known:
            said = f"has a limit on {limit.value}, which {kind} does not read. {_meant(limit.value, known)}"
            yield ("limits", number), said


def _meant(word: str, known: tuple[str, ...]) -> str:
    """
    >>> _meant("htp", ("dns", "http"))
    'Did you mean http? There are: dns, http.'
    """
    if not known:
        return ""
    near = get_close_matches(word, known, n=1)
    return f"{f'Did you mean {near[0]}? ' if near else ''}There are: {', '.join(sorted(known))}."
