"""A YAML file as a checked model, with every mistake in it as a sentence."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from bot.policy.communications import LINK
from bot.policy.model import Channel, Id, Part, Principal
from bot.policy.nodes import UNREADABLE, child, composed, data, laid_over
from bot.policy.oncall import Handle, Slot

P = TypeVar("P", bound=Part)
Path = Sequence[str | int]


@dataclass(frozen=True)
class Source:
    """One file of a policy, and where its values stand: each node knows the file and line it came from."""

    file: str
    node: yaml.Node | None = None

    def problem(self, path: Path, sentence: str) -> str:
        node = self.nearest(path)
        return (
            f"{node.start_mark.name}, line {node.start_mark.line + 1}: {sentence}"
            if node
            else f"{self.file}: {sentence}"
        )

    def inherited(self, path: Path) -> bool:
        """Whether the value at `path` stands in a policy that this one extends."""
        node = self.nearest(path)
        return node is not None and node.start_mark.name != self.file

    def nearest(self, path: Path) -> yaml.Node | None:
        """The value at `path`, or the nearest value around it."""
        node = self.node
        for step in path:
            inner = child(node, step)
            if inner is None:
                break
            node = inner
        return node


def read(file: str, texts: Sequence[tuple[str, str]], model: type[P]) -> tuple[Source, P | None, list[str]]:
    """
    The file's source, its model unless something is wrong with it, and what is wrong.

    `texts` are (name, text), each laid over those before it (see `nodes.laid_over`).
    """
    nodes, problems = [], []
    for name, text in texts:
        node, wrong = composed(name, text)
        nodes.append(node)
        problems += wrong
    if problems:
        return Source(file), None, problems
    try:
        source = Source(file, functools.reduce(laid_over, nodes, None))
        given = data(source.node)
    except UNREADABLE as wrong:
        return Source(file), None, [f"{file}: it cannot be read ({' '.join(str(wrong).split())}). Right is plain YAML."]
    try:
        return source, model.model_validate(given), []
    except ValidationError as wrong:
        return source, None, [source.problem(e["loc"], _sentence(e, model, source)) for e in _own(wrong)]


#: what pydantic finds at a place → what would be right there
KINDS = {
    "model_type": "right would be settings with names, one on each line",
    "mapping_type": "right would be settings with names, one on each line",
    "dict_type": "right would be settings with names, one on each line",
    "tuple_type": "right would be a list, [one, another]",
    "bool_type": "right would be true or false",
    "bool_parsing": "right would be true or false",
    "int_type": "right would be a whole number",
    "int_parsing": "right would be a whole number",
    "int_from_float": "right would be a whole number",
}
PATTERNS = {
    get_args(Id)[1].pattern: "right would be at most 40 of a-z, 0-9, - and _, for example sev1",
    get_args(Channel)[1].pattern: "right would be its name in lower case, without #",
    LINK: "right would be an address that begins with https:// or with a field, {{ … }}",
    get_args(Principal)[1].pattern: "right would be declarer, oncall:primary, group:oncall, role:commander or "
    "person:U012AB3CD",
    get_args(Slot)[1].pattern: "right would be group:oncall or person:ana@example.org",
    get_args(Handle)[1].pattern: "right would be the handle of a user group in lower case, without @",
}


def _own(wrong: ValidationError) -> list[Any]:
    """The errors, but not that a list is too short because what stands in it is wrong."""
    errors = wrong.errors(include_url=False)
    places = [error["loc"] for error in errors]
    return [
        error
        for error, place in zip(errors, places, strict=True)
        if error["type"] != "too_short" or not any(p != place and p[: len(place)] == place for p in places)
    ]


def _sentence(error: Any, model: type[BaseModel], source: Source) -> str:
    *around, last = error["loc"] or ("the file",)
    where = f" in {_spoken(around)}" if around else ""
    if error["type"] == "extra_forbidden":
        return f'there is no setting "{" ".join(str(last).split())}"{where}. {_right(str(last), _keys(model, around))}'
    if error["type"] == "missing":
        return f'the setting "{last}" is missing{where}.'
    if error["loc"] and error["input"] is None:
        return f"{_spoken(error['loc'])} is empty. Right is a value, or to leave it out."
    said = _what(error, source).rstrip(".")
    return f"{_spoken(error['loc'])} is wrong: {said}." if error["loc"] else f"{said}."


def _what(error: Any, source: Source) -> str:
    kind = error["type"]
    if kind == "string_type":
        node = source.nearest(error["loc"])
        return f'"{node.value}" needs quotes' if isinstance(node, yaml.ScalarNode) else "right would be a text"
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(error["ctx"]["pattern"], str(error["msg"]))
    said: str = KINDS.get(kind) or error["msg"].removeprefix("Value error, ")
    return said


def _spoken(path: Path) -> str:
    """
    >>> _spoken(("severities", 0, "title"))
    'severities[1].title'
    """
    steps = (step for step in path if step != "[key]")
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model allows at `path`."""
    here: Any = model
    for step in path:
        here = _at(here, step)
    found = _model(here)
    return [f.alias or name for name, f in found.model_fields.items()] if found else []


def _at(kind: Any, step: str | int) -> Any:
    """The type of what stands at `step` in a value of the type `kind`; None when nothing does."""
    if isinstance(kind, type) and issubclass(kind, Part):
        return next((f.annotation for name, f in kind.model_fields.items() if step in (f.alias, name)), None)
    if get_origin(kind) in (tuple, Mapping):
        return get_args(kind)[-1 if get_origin(kind) is Mapping else 0]
    return next((found for arg in get_args(kind) if (found := _at(arg, step)) is not None), None)


def _model(kind: Any) -> type[Part] | None:
    if isinstance(kind, type) and issubclass(kind, Part):
        return kind
    return next((found for arg in get_args(kind) if (found := _model(arg))), None)


def _right(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(known)}."
