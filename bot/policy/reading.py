"""A YAML file as a checked model, with every mistake in it as a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from bot.policy.model import Part

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

P = TypeVar("P", bound=Part)
Path = Sequence[str | int]


@dataclass(frozen=True)
class Source:
    """One file of a policy, and where its values stand."""

    file: str
    node: yaml.Node | None = None

    def problem(self, path: Path, sentence: str) -> str:
        line = self.line(path)
        return f"{self.file}, line {line}: {sentence}" if line else f"{self.file}: {sentence}"

    def line(self, path: Path) -> int | None:
        """The line of the value at `path`, or of the nearest value around it."""
        node = self.node
        for step in path:
            inner = _child(node, step)
            if inner is None:
                break
            node = inner
        return node.start_mark.line + 1 if node else None


def read(file: str, text: str, model: type[P]) -> tuple[Source, P | None, list[str]]:
    """The file's source, its model unless something is wrong with it, and what is wrong."""
    try:
        source, data = _parse(file, text)
        twice = list(_twice(source, source.node))
    except yaml.YAMLError as wrong:
        return Source(file), None, [_syntax(file, wrong)]
    except (ValueError, RecursionError) as wrong:  # a date that is none; an alias inside its own anchor
        return Source(file), None, [f"{file}: it cannot be read ({wrong}). Right is plain YAML without anchors."]
    if twice:
        return source, None, twice
    try:
        return source, model.model_validate(data), []
    except ValidationError as wrong:
        return source, None, [source.problem(e["loc"], _sentence(e, model, data)) for e in wrong.errors()]


def _parse(file: str, text: str) -> tuple[Source, Any]:
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        source = Source(file, node)
        return source, loader.construct_document(node) if node else {}
    finally:
        loader.dispose()


def _syntax(file: str, wrong: yaml.YAMLError) -> str:
    mark = getattr(wrong, "problem_mark", None)
    where = f"{file}, line {mark.line + 1}" if mark else file
    return f"{where}: this is not YAML ({getattr(wrong, 'problem', None) or wrong}). A text with a colon needs quotes."


def _twice(source: Source, node: yaml.Node | None) -> Iterator[str]:
    """Keys that stand twice in one mapping: YAML would silently take the second."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield f'{source.file}, line {key.start_mark.line + 1}: "{key.value}" stands here twice. Keep one.'
            seen.add(key.value)
            yield from _twice(source, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(source, value)


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


def _sentence(error: Any, model: type[BaseModel], data: Any) -> str:
    *around, last = error["loc"] or ("the file",)
    where = f" in {_spoken(around)}" if around else ""
    if error["type"] == "extra_forbidden":
        return f'there is no setting "{last}"{where}. {_right(str(last), _keys(model, around))}'
    if error["type"] == "missing":
        return f'the setting "{last}" is missing{where}.'
    said = error["msg"].removeprefix("Value error, ")
    return f"{_spoken(error['loc'])} is wrong: {said}." if error["loc"] else f"{said}."


def _spoken(path: Path) -> str:
    """
    >>> _spoken(("severities", 0, "title"))
    'severities[1].title'
    """
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model allows at `path`."""
    here: Any = model
    for step in path:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, Part):
            fields = {f.alias or name: f.annotation for name, f in here.model_fields.items()}
            here = _inside(fields.get(step))
    return [f.alias or name for name, f in here.model_fields.items()] if here else []


def _inside(annotation: Any) -> Any:
    """The model inside tuple[Model, …], Mapping[str, Model] or Model itself."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _inside(arg))), None)


def _right(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(known)}."
