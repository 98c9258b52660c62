"""Whether every text of a policy can be rendered: what `load` leaves out because it takes longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from bot.domain import facts
from bot.domain.incident import Incident, declare
from bot.domain.tasks import Task
from bot.policy.book import Book
from bot.policy.markdown import MARKDOWN
from bot.policy.model import duration
from bot.policy.texts import FIELDS, Person, Sandbox, TextError

AT = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
ANA, BEN = Person("slack:U1"), Person("slack:U2")


def check(book: Book) -> list[str]:
    """One sentence per template, or templated link, that is wrong. Empty when all is well."""
    wrong = list(_unknown_fields(book))
    return wrong or list(dict.fromkeys([*_unrendered(book), *_links(book)]))


def samples(book: Book) -> Iterator[tuple[Incident, dict[str, Any]]]:
    """Per severity, a bare incident and a full one, with all fields that any template may use."""
    for severity in book.severities.all:
        bare = _bare(book, severity.id)
        yield bare, _fields(book, bare, full=False)
        full = _full(book, bare)
        yield full, _fields(book, full, full=True)


def _unknown_fields(book: Book) -> Iterator[str]:
    """Static: also what stands behind a condition that no sample meets."""
    sandbox = Sandbox(book.texts.sources)
    every = frozenset().union(*FIELDS.values())
    for name, source in book.texts.sources.items():
        file, known = f"templates/{name}.j2", FIELDS.get(name, every)
        try:
            tree = sandbox.parse(source)
        except TemplateSyntaxError as wrong:
            yield f"{file}, line {wrong.lineno}: this is not a template ({wrong.message})."
            continue
        if filters := list(_unknown_filters(file, tree, sandbox)):
            yield from filters
            continue
        for field in sorted(find_undeclared_variables(tree) - known):
            line = next(n.lineno for n in tree.find_all(nodes.Name) if n.name == field)
            yield f'{file}, line {line}: there is no field "{field}" here. It can use: {", ".join(sorted(known))}.'


def _unknown_filters(file: str, tree: nodes.Template, sandbox: Sandbox) -> Iterator[str]:
    for used in tree.find_all(nodes.Filter):
        if used.name not in sandbox.filters:
            known = ", ".join(sorted(sandbox.filters))
            yield f'{file}, line {used.lineno}: there is no filter "{used.name}". It can use: {known}.'


def _unrendered(book: Book) -> Iterator[str]:
    for incident, fields in samples(book):
        always = _always(book, incident)
        for name, allowed in FIELDS.items():
            try:
                given = fields | always.get(name, {})
                text = book.texts.render(name, {f: given[f] for f in allowed}, MARKDOWN)
            except TextError as wrong:
                yield str(wrong)
                continue
            if not text:
                yield f"templates/{name}.j2: it renders to nothing. People need at least one line."


def _links(book: Book) -> Iterator[str]:
    for incident, _ in samples(book):
        for bookmark in book.communications.bookmarks:
            try:
                book.texts.render_line(bookmark.link, book.about(incident), MARKDOWN)
            except TextError as wrong:
                yield f'communications.yml: the bookmark "{bookmark.title}": {wrong}'


def _bare(book: Book, severity: str) -> Incident:
    event = facts.Declared("01J", 12, "checkout is failing", severity, book.lifecycle.start, book.hash, "")
    return declare(event, ANA, AT)[0]


def _full(book: Book, bare: Incident) -> Incident:
    update = facts.Updated(1, bare.status, bare.severity, "slow", "all", "rollback", "wait", "a DBA", AT)
    return replace(
        bare, words="checkout fails since the release", room="slack:C1", room_name="inc-12-checkout",
        roles={role.id: ANA for role in book.roles.all}, updates=(update,), updated_at=AT,
        tasks=(Task(1, "fail over", BEN), Task(2, "add an alert", later=True)),
    )  # fmt: skip


def _always(book: Book, incident: Incident) -> dict[str, dict[str, Any]]:
    """What a template has in every incident, the barest included."""
    least = facts.Updated(1, book.lifecycle.start, book.severities.default, "slow")
    return {
        "updated": {"update": incident.update or least},
        "moved": {"was": book.lifecycle.get(book.lifecycle.start)},
        "nudge_update_due": {"due": AT},
        "nudge_update_missed": {"due": AT},
    }


def _fields(book: Book, incident: Incident, full: bool) -> dict[str, Any]:
    checklist = book.checklists.response(incident.severity)
    given: dict[str, Any] = {
        "by": ANA, "person": BEN, "before": ANA if full else None, "reason": "it grew" if full else "",
        "was": book.severities.all[-1], "role": book.roles.get(book.roles.lead), "update": incident.update,
        "due": AT if full else None, "kind": "Fix" if full else "", "summary": "rolled back" if full else "",
        "elapsed": duration("42m"), "left": duration("5m"), "late": duration("5m") if full else timedelta(),
        "times": 3 if full else 1, "volume": book.cadence.volume(3 if full else 1),
        "mentions": (ANA, BEN) if full else (), "tasks": incident.tasks, "items": checklist.items if checklist else (),
        "seats": tuple({"role": r, "person": incident.roles.get(r.id) and ANA} for r in book.roles.all),
    }  # fmt: skip
    return book.about(incident) | given
