"""
The words Muster posts, from sandboxed templates.

A template is Slack text with fields in it. What a field holds is never a template and never markup: each value passes
through the `Dialect` of the medium, which escapes typed text and writes people, times and lengths of time its own way.
Templates call nothing and have a short list of filters; shared pieces are included, macros do not work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from jinja2 import DictLoader, StrictUndefined, TemplateError, Undefined, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

#: characters of one value, and of a whole text; Slack cuts a message at 40 000 and an update is read on a phone
VALUE_LIMIT, TEXT_LIMIT = 3_000, 12_000
ALLOWED_FILTERS = ("default", "first", "join", "last", "length", "lower", "reject", "rejectattr", "replace", "select",
                   "selectattr", "trim", "truncate", "upper")  # fmt: skip

#: what a template of a team's own can fail with
BROKEN = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)

COMMON = frozenset({"incident", "label", "severity", "status", "phase", "commander", "holders", "impact", "room"})
#: what each template may use besides COMMON (see `Book.about`)
EXTRA: Mapping[str, frozenset[str]] = {
    "declared": frozenset({"by", "due"}),
    "updated": frozenset({"by", "update", "own", "due", "at", "elapsed", "last_at"}),
    "regraded": frozenset({"by", "was", "reason"}),
    "moved": frozenset({"by", "was", "reason"}),
    "resolved": frozenset({"by", "kind", "summary", "cause", "elapsed", "targets"}),
    "cancelled": frozenset({"by", "reason"}),
    "reopened": frozenset({"by", "reason"}),
    "room_topic": frozenset(),
    "room_purpose": frozenset(),
    "duties": frozenset({"role", "person"}),
    "handover": frozenset({"role", "person", "before", "update", "tasks", "due"}),
    "page": frozenset({"person", "by", "reason"}),
    "escalated": frozenset({"by", "level", "reason", "late"}),
    "nudge_update_due": frozenset({"due", "left"}),
    "nudge_update_missed": frozenset({"due", "late", "times", "volume", "mentions"}),
    "nudge_no_lead": frozenset({"role", "times"}),
    "nudge_deadline_due": frozenset({"deadline", "due", "left", "mentions"}),
    "nudge_deadline_missed": frozenset({"deadline", "due", "late", "mentions"}),
    "nudge_checklist": frozenset({"checklist", "items"}),
}
FIELDS: Mapping[str, frozenset[str]] = {name: COMMON | extra for name, extra in EXTRA.items()}


class TextError(Exception):
    """A template of the policy cannot be rendered; the text says which and why."""


class Person(str):
    """An opaque reference (`slack:U1`) that the dialect writes as a person."""

    __slots__ = ()


class Room(str):
    """An opaque reference of a room, with the name people see."""

    name: str

    def __new__(cls, ref: str, name: str) -> Room:
        room = super().__new__(cls, ref)
        room.name = name
        return room


class Dialect(Protocol):
    """How a medium writes values. `text` must leave nothing in typed text that the medium takes for markup."""

    def text(self, typed: str) -> str: ...
    def person(self, ref: str) -> str: ...
    def moment(self, at: datetime) -> str: ...
    def duration(self, length: timedelta) -> str: ...


@runtime_checkable
class LinksRooms(Protocol):
    """A dialect may also link rooms; others show "#name"."""

    def room(self, ref: str, name: str) -> str: ...


class Texts:
    """The templates of one policy; each is compiled when it is first used."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.sources = dict(templates)
        self._environment = Sandbox(self.sources)

    def render(self, name: str, fields: Mapping[str, Any], dialect: Dialect) -> str:
        """The text, at most TEXT_LIMIT characters and without surrounding blank lines. TextError when it fails."""
        try:
            template = self._environment.get_template(name)
            return bounded(template.generate(**fields, _dialect=dialect))
        except BROKEN as wrong:
            raise TextError(f"templates/{name}.j2: {_why(wrong)}") from wrong

    def render_line(self, source: str, fields: Mapping[str, Any], dialect: Dialect) -> str:
        """One short templated setting, such as a bookmark's link. TextError when it fails."""
        try:
            return bounded(self._environment.from_string(source).generate(**fields, _dialect=dialect))
        except BROKEN as wrong:
            raise TextError(f"{source!r}: {_why(wrong)}") from wrong


class Sandbox(ImmutableSandboxedEnvironment):
    """No calls, no globals, few filters, no arithmetic that grows text."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            loader=DictLoader(dict(sources)), undefined=StrictUndefined, finalize=finalize,
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False, cache_size=-1, auto_reload=False,
        )  # fmt: skip
        self.globals.clear()
        self.filters = {name: FILTERS[name] for name in ALLOWED_FILTERS} | {"person": person}

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        raise SecurityError("a template cannot call anything; it can only show fields")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"a template cannot use {operator}")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and not callable(value)


def person(ref: str | None) -> Person | None:
    """The filter that shows an incident's reference, such as a task's owner, as a person."""
    return None if ref is None else Person(ref)


@pass_context
def finalize(context: Context, value: Any) -> str:
    """What stands in the text for a value; TypeError for one that no dialect can write."""
    dialect: Dialect = context["_dialect"]
    match value:
        case None:
            return ""
        case Undefined():
            return str(value)
        case Person():
            return dialect.person(str(value))
        case Room():
            if isinstance(dialect, LinksRooms):
                return dialect.room(str(value), value.name)
            return dialect.text(f"#{value.name}")
        case str():
            return dialect.text(str(value) if len(value) <= VALUE_LIMIT else value[: VALUE_LIMIT - 1] + "…")
        case datetime():
            return dialect.moment(value)
        case timedelta():
            return dialect.duration(value)
        case int():
            return str(value)
    raise TypeError(f"a {type(value).__name__} cannot be shown; show one of its fields")


def bounded(pieces: Iterable[str]) -> str:
    """The pieces up to TEXT_LIMIT, cut between two pieces so that no escaped character is torn."""
    kept: list[str] = []
    room = TEXT_LIMIT - 2
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            kept.append("\n…")
            break
        kept.append(piece)
    return "".join(kept).strip()


def _why(wrong: Exception) -> str:
    line = getattr(wrong, "lineno", None)
    return f"{f'line {line}: ' if line else ''}{getattr(wrong, 'message', None) or wrong}."
