"""The work itself: roles, the statuses on the way, and the checklists."""

from __future__ import annotations

from collections.abc import Iterator

from bot.policy.book import Book
from bot.policy.checklists import Checklist
from bot.policy.lifecycle import Status
from bot.policy.roles import Role
from bot.policy.show.pages import NONE, Page, Row, Table, facts, graded, length, lines, principals, words


def roles(book: Book) -> Page:
    lead = book.words.role(book.roles.lead)
    note = f"The {lead} commands. One person may hold several roles; a role has one holder."
    ordered = sorted(book.roles.all, key=lambda role: role.extended)
    return Page("Roles", "Who does what, and whom to choose", (note,), tuple(_role(book, role) for role in ordered))


def _role(book: Book, role: Role) -> Table:
    title = f"{role.emoji} {role.title}".strip() + (" (extended team)" if role.extended else "")
    return facts(
        title,
        ("When", role.when),
        ("Duties", lines(role.duties)),
        ("Choose", lines(role.choose)),
        ("Brings in", principals(book, role.invite)),
        ("Also called", words(role.aliases)),
    )


def lifecycle(book: Book) -> Page:
    known = book.lifecycle
    start, again = book.words.status(known.start), book.words.status(known.reopened)
    notes = [
        f"An incident begins as {start}; when it is reopened it is {again}.",
        f"May resolve: {_by(book, known.resolve_by)}. May say go or no-go: {_by(book, known.decide_by)}.",
    ]
    kinds = tuple((kind.title, kind.means) for kind in known.resolutions)
    tables = (*_phases(book), *_statuses(book), Table("Kinds of resolution", ("Kind", "Means"), kinds))
    return Page("Lifecycle", "Phases, statuses, and who may end it", tuple(notes), tables)


def _by(book: Book, roles: tuple[str, ...]) -> str:
    held = " or ".join(book.words.role(role) for role in roles)
    return f"{held}; while nobody is that, anyone" if held else "anyone"


def _phases(book: Book) -> Iterator[Table]:
    rows = tuple((phase.title, phase.window or NONE) for phase in book.lifecycle.phases)
    if rows:
        yield Table("Phases", ("Phase", "When"), rows)


def _statuses(book: Book) -> Iterator[Table]:
    all, phased = book.lifecycle.all, bool(book.lifecycle.phases)
    head = ("Status", "Said as", "Stage", *(("Phase",) if phased else ()))
    yield Table("Statuses", head, tuple(_status(book, status)[: len(head)] for status in all))
    yield Table("Moves", ("Status", "Means", "May become"), tuple(_moves(book, status) for status in all))


def _status(book: Book, status: Status) -> Row:
    phase = book.lifecycle.phase(status.id)
    return f"{status.emoji} {status.title}", status.word, str(status.stage), phase.title if phase else NONE


def _moves(book: Book, status: Status) -> Row:
    return status.title, status.means, words(book.words.status(id) for id in status.next) or NONE


def checklists(book: Book) -> Page:
    """By phase, in the order of the phases; those without one come last."""
    phases = [phase.id for phase in book.lifecycle.phases]
    ordered = sorted(book.checklists.all, key=lambda c: phases.index(c.phase) if c.phase in phases else len(phases))
    none = () if ordered else ("This policy has no checklists.",)
    return Page("Checklists", "What to do, in order, and when", none, tuple(_checklist(book, c) for c in ordered))


def _checklist(book: Book, checklist: Checklist) -> Table:
    phase = next((phase for phase in book.lifecycle.phases if phase.id == checklist.phase), None)
    title = f"{phase.title}: {checklist.title}" if phase else checklist.title
    items = (f"{n}. {item.text}" for n, item in enumerate(checklist.items, 1))
    return facts(
        title,
        ("Begins", _begins(book, checklist)),
        ("For", f"{graded(book, checklist.severities)} severities" if checklist.severities is None else
         graded(book, checklist.severities)),
        ("Reminds", f"after {length(checklist.remind_after)} of what is left" if checklist.remind_after else None),
        ("Items", lines(items)),
    )  # fmt: skip


def _begins(book: Book, checklist: Checklist) -> str:
    if checklist.opens == "resolving":
        return "is asked for when somebody resolves"
    if checklist.status:
        return f"when the status is {book.words.status(checklist.status)}"
    return f"{length(checklist.after)} after the declaration" if checklist.after else "with the declaration"
