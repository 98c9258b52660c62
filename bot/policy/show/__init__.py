"""A policy in words, as pages for people: in the order in which somebody new to the team would read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.policy.book import Book, bundled, load
from bot.policy.errors import PolicyError
from bot.policy.show import access, after, deadlines, escalation, eyes, grave, oncall, told, work
from bot.policy.show.oncall import turns
from bot.policy.show.pages import FACTS, Page, Row, Table, words

__all__ = ["PAGES", "Page", "Table", "overview", "sections", "shelf", "turns"]

PAGES: Mapping[str, Callable[[Book], Page]] = {
    "severities": grave.severities,
    "classification": grave.classification,
    "impact": grave.impact,
    "roles": work.roles,
    "lifecycle": work.lifecycle,
    "checklists": work.checklists,
    "calendar": oncall.calendar,
    "oncall": oncall.oncall,
    "escalation": escalation.escalation,
    "cadence": told.cadence,
    "communications": told.communications,
    "deadlines": deadlines.deadlines,
    "alerts": grave.alerts,
    "routing": eyes.routing,
    "diagnosis": eyes.diagnosis,
    "capture": access.capture,
    "permissions": access.permissions,
    "retention": access.retention,
    "postmortem": after.postmortem,
    "conflicts": after.conflicts,
    "naming": told.naming,
    "texts": told.texts,
}


def sections(book: Book) -> Mapping[str, Page]:
    """Every page by its id. A part that the policy does not have says so in a sentence."""
    return {id: page(book) for id, page in PAGES.items()}


def overview(book: Book) -> Page:
    """What the policy is, and what there is to read about it."""
    below = [layer.name for layer in book.layers[:-1]]
    built = [f"It builds on {', and that on '.join(reversed(below))}."] if below else []
    rows = tuple((id, page.about) for id, page in sections(book).items())
    notes = (*([book.policy.means] if book.policy.means else []), *built)
    return Page(book.policy.title, f"The policy {book.name}", notes, (Table("Sections", FACTS, rows),))


def shelf() -> Page:
    """The policies that come with Muster."""
    rows = tuple(_spine(name) for name in bundled())
    return Page("Policies", "that come with Muster", (), (Table("", ("Policy", "Severities", "What it is"), rows),))


def _spine(name: str) -> Row:
    try:
        book = load(name)
    except PolicyError:
        return name, "", f"It has mistakes. They are named by: muster policy check {name}"
    what = f"{book.policy.title}. {book.policy.means or ''}".strip()
    return name, words(severity.title for severity in book.severities.all), what
