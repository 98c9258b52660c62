"""Whether what conflicts.yml says to be running is what the other files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import yaml

from bot.policy.model import Part, Workdays, due, written
from bot.policy.nodes import UNREADABLE
from bot.policy.parts import Parts
from bot.policy.references.finding import Found, Looks, ids, unique


def _conflicts(parts: Parts) -> Iterator[Found]:
    all = parts.conflicts.all
    yield from unique("conflicts", ("conflicts",), ids(all), "conflict")
    for n, conflict in enumerate(all):
        path = ("conflicts", n)
        if conflict.setting is None:
            if conflict.value is not None:
                yield "conflicts", (*path, "value"), "a value of what? Right is a setting beside it, or no value."
            continue
        try:
            stands = at(parts, conflict.setting)
        except LookupError as wrong:
            yield "conflicts", (*path, "setting"), str(wrong.args[0])
            continue
        if conflict.value is not None and not agrees(conflict.value, stands):
            told = f'{conflict.setting} is {in_words(stands)}, and "{conflict.id}" says {conflict.value}. Change one.'
            yield "conflicts", (*path, "value"), told


def at(parts: Parts, setting: str) -> Any:
    """
    The value of a setting by its dotted path: keys, and things in lists by their id, or by their number from 1.

    A list may be left out before the id of what stands in it. LookupError with a sentence when nothing is there.
    """
    here: Any = vars(parts)
    for n, step in enumerate(steps := setting.split(".")):
        inside = _inside(here)
        if step not in inside:
            where = ".".join(steps[:n]) or "a policy"
            right = f"Right would be one of: {', '.join(inside)}" if inside else "Right is to end there"
            raise LookupError(f'there is no "{step}" in {where}. {right}.')
        here = inside[step]
    return here


def _inside(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Part):
        keys = {f.alias or name: getattr(value, name) for name, f in type(value).model_fields.items()}
        lists = [_named(inner) for inner in keys.values() if isinstance(inner, tuple)]
        return {id: thing for things in lists for id, thing in things.items()} | keys
    if isinstance(value, tuple):
        return {str(n): thing for n, thing in enumerate(value, 1)} | _named(value)
    return {}


def _named(things: tuple[Any, ...]) -> dict[str, Any]:
    return {thing.id: thing for thing in things if isinstance(thing, Part) and hasattr(thing, "id")}


def agrees(said: str, stands: Any) -> bool:
    """
    Whether a value as a file would have it is the one that stands there.

    >>> agrees("90m", timedelta(minutes=90)), agrees("[sev1, sev2]", ("sev1", "sev2")), agrees("none", None)
    (True, True, True)
    """
    if isinstance(stands, str) and said == stands:
        return True
    try:
        return _same(yaml.safe_load(said), stands)
    except UNREADABLE:
        return False


def _same(said: Any, stands: Any) -> bool:
    if stands is None or stands == ():
        return said in (None, [], {}, "none")
    if isinstance(stands, timedelta | Workdays):
        return _length(said) == stands
    if isinstance(stands, tuple):
        return isinstance(said, list) and len(said) == len(stands) and all(map(_same, said, stands))
    if isinstance(stands, Mapping | Part):
        inside = _keys(stands)
        return isinstance(said, dict) and said.keys() == inside.keys() and all(_same(said[k], inside[k]) for k in said)
    return bool(said == stands or str(said) == str(stands))


def _length(said: Any) -> timedelta | Workdays | None:
    try:
        return due(str(said))
    except ValueError:
        return None


def _keys(value: Mapping[str, Any] | Part) -> dict[str, Any]:
    """What a file says of it."""
    if isinstance(value, Mapping):
        return dict(value)
    fields = type(value).model_fields
    return {fields[name].alias or name: getattr(value, name) for name in value.model_fields_set}


def in_words(value: Any) -> str:
    """As a file would have it."""
    if isinstance(value, timedelta | Workdays):
        return written(value)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(in_words(each) for each in value)}]"
    if isinstance(value, Mapping | Part):
        return f"{{{', '.join(f'{key}: {in_words(each)}' for key, each in _keys(value).items())}}}"
    return str(value)


FURTHER: Looks = {_conflicts: frozenset(Parts.__dataclass_fields__)}
