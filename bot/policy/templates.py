"""What can be said of templates without an incident: fields, filters and pieces that there are not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateError, nodes
from jinja2.meta import find_undeclared_variables

from bot.policy.draft import Template
from bot.policy.texts import BROKEN, FIELDS, Sandbox

EVERY = frozenset().union(*FIELDS.values())


@dataclass(frozen=True)
class Looked:
    """`problems` by the template they are in; `pieces` are those that a template includes."""

    problems: Mapping[str, tuple[str, ...]]
    pieces: Mapping[str, frozenset[str]]

    def sound(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether nothing is wrong with it, and with what it includes."""
        if name in seen or name not in self.problems:
            return False
        inside = (self.sound(piece, seen | {name}) for piece in self.pieces[name])
        return not self.problems[name] and all(inside)


def look(templates: Mapping[str, Template], whole: bool = True) -> Looked:
    """Also at what stands behind a condition that no sample meets. `whole` false: pieces may stand elsewhere."""
    sandbox = Sandbox({})
    known = frozenset(templates) if whole else None
    problems, pieces = {}, {}
    for name, template in templates.items():
        try:
            tree = sandbox.parse(template.text)
            pieces[name] = frozenset(piece for _, piece in _included(tree))
            problems[name] = tuple(_wrong(name, template, tree, sandbox, known))
        except BROKEN as wrong:
            pieces[name], problems[name] = frozenset(), (_broken(template.file, wrong),)
    return Looked(problems, pieces)


def _wrong(
    name: str, template: Template, tree: nodes.Template, sandbox: Sandbox, known: Collection[str] | None
) -> Iterator[str]:  # fmt: skip
    for line, piece in _included(tree):
        if known is not None and piece not in known:
            there = ", ".join(sorted(known))
            yield f'{template.file}, line {line}: there is no template "{piece}" to include. There are: {there}.'
    if filters := list(_unknown_filters(template.file, tree, sandbox)):
        yield from filters
        return
    fields = FIELDS.get(name, EVERY)
    for field in sorted(find_undeclared_variables(tree) - fields):
        line = next((n.lineno for n in tree.find_all(nodes.Name) if n.name == field), 1)
        right = ", ".join(sorted(fields))
        yield f'{template.file}, line {line}: there is no field "{field}" here. It can use: {right}.'


def _included(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    for include in tree.find_all(nodes.Include):
        if isinstance(include.template, nodes.Const) and isinstance(include.template.value, str):
            yield include.lineno, include.template.value


def _unknown_filters(file: str, tree: nodes.Template, sandbox: Sandbox) -> Iterator[str]:
    for used in tree.find_all(nodes.Filter):
        if used.name not in sandbox.filters:
            known = ", ".join(sorted(sandbox.filters))
            yield f'{file}, line {used.lineno}: there is no filter "{used.name}". It can use: {known}.'


def _broken(file: str, wrong: Exception) -> str:
    line = getattr(wrong, "lineno", None)
    said = wrong.message if isinstance(wrong, TemplateError) and wrong.message else str(wrong)
    return f"{file}{f', line {line}' if line else ''}: this is not a template ({said.rstrip('.')})."
