"""YAML as nodes that know the file and line they came from, and how the nodes of one policy lie over another's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

TEXT, TIME, NULL = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "timestamp", "null"))
#: what reading can fail with besides what is no YAML: an explicit tag that does not fit, a number without end
UNREADABLE = (yaml.YAMLError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)


class Text(io.StringIO):
    """A text with the name that problems call it by: PyYAML takes it from the stream."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


def composed(name: str, text: str) -> tuple[yaml.Node | None, list[str]]:
    """
    The text as a node, and what is wrong with it; a node that comes with problems stands for nothing.

    Keys are texts, whatever YAML makes of `yes` and `1`, and so are dates.
    """
    try:
        loader = Loader(Text(name, text))
    except yaml.YAMLError as wrong:
        return None, [_syntax(name, wrong)]
    try:
        node = loader.get_single_node()
        return node, list(_odd(name, node, set()))
    except yaml.YAMLError as wrong:
        return None, [_syntax(name, wrong)]
    except UNREADABLE as wrong:
        return None, [f"{name}: it cannot be read ({_plainly(wrong)}). Right is plain YAML."]
    finally:
        loader.dispose()


def data(node: yaml.Node | None) -> Any:
    """What the node says. One of UNREADABLE when a tag does not fit its value."""
    loader = Loader("")
    try:
        return loader.construct_document(node) if node else {}
    finally:
        loader.dispose()


def laid_over(below: yaml.Node | None, above: yaml.Node | None) -> yaml.Node | None:
    """
    A mapping changes the keys it names, and takes away those it names with nothing behind them; all else replaces.

    What is taken away has to be there: elsewhere an empty value is left for the model to judge.
    """
    if above is None or not (isinstance(below, yaml.MappingNode) and isinstance(above, yaml.MappingNode)):
        return above or below
    own = {key.value: (key, value) for key, value in above.value}
    inherited = {key.value: value for key, value in below.value}
    kept = [(key, value) for key, value in below.value if key.value not in own]
    changed = [
        (key, laid_over(inherited.get(name), value))
        for name, (key, value) in own.items()
        if not (name in inherited and value.tag == NULL)
    ]
    return yaml.MappingNode(above.tag, [*kept, *changed], above.start_mark, above.end_mark)


def child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


def _odd(file: str, node: yaml.Node | None, seen: set[int]) -> Iterator[str]:
    """What YAML allows and a policy does not; on the way keys and dates become texts."""
    if node is None:
        return
    if id(node) in seen:
        yield f"{_place(file, node)}: it is used again elsewhere (&name, *name). Right is to write it out there."
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        yield from _keys(file, node)
        for _, value in node.value:
            yield from _odd(file, value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _odd(file, value, seen)
    elif node.tag == TIME:
        node.tag = TEXT


def _keys(file: str, node: yaml.MappingNode) -> Iterator[str]:
    """YAML would silently take the second of two equal keys."""
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            yield f'{_place(file, key)}: this is no key. Right is one word before the colon, as in "title: …".'
            continue
        if key.value in seen:
            yield f'{_place(file, key)}: "{key.value}" stands here twice. Keep one.'
        seen.add(key.value)
        key.tag = TEXT


def _syntax(file: str, wrong: yaml.YAMLError) -> str:
    mark = getattr(wrong, "problem_mark", None)
    where = f"{file}, line {mark.line + 1}" if mark else file
    why = _plainly(getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or wrong)
    return f"{where}: this is not YAML ({why}). A text with a colon needs quotes."


def _place(file: str, node: yaml.Node) -> str:
    return f"{file}, line {node.start_mark.line + 1}"


def _plainly(wrong: object) -> str:
    return " ".join(str(wrong).split())
