"""Resolving, cancelling, reopening, and moving to another status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import section
from bot.adapters.slack.views.card import after
from bot.adapters.slack.views.dialogs.fields import DONE, MOST_BOXES, about, boxes, field, select, why, words
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block, cut
from bot.adapters.slack.words import line
from bot.domain.incident import Incident
from bot.messages import About
from bot.policy.book import Book
from bot.policy.checklists import Item


def resolve(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    kinds = [(kind.id, kind.title, kind.means) for kind in book.lifecycle.kinds_of_resolution]
    initial = ask.given.get("how") if ask.given.get("how") in [kind for kind, *_ in kinds] else kinds[0][0]
    return [
        field("how", "How was it resolved?", select(kinds, initial)),
        field("summary", "What happened, and what ended it?", words(example="the connection pool was too small")),
        field("cause", "Root cause, as far as known", words(), optional=True),
        *closing(incident, book),
        *unticked(incident, book),
        *waiting(incident),
    ]


def closing(incident: Incident, book: Book) -> Iterator[Block]:
    """The closing lists, to be ticked here; what is done already is ticked."""
    for listed in book.checklists.closing(incident.severity):
        for start in range(0, len(listed.items), MOST_BOXES):
            items = listed.items[start : start + MOST_BOXES]
            label = listed.title if start == 0 else f"{listed.title}, from {start + 1}"
            element = boxes(((item.id, item.text) for item in items), incident.ticks)
            yield field(f"{DONE}{listed.id}-{start}", label, element, optional=True)


def unticked(incident: Incident, book: Book) -> list[Block]:
    """What is left on the other lists that have begun, so that nobody resolves over it unawares."""
    begun = (listed for id in incident.checklists if (listed := book.checklists.get(id)) and not listed.closing)
    left = {listed.title: listed.left(incident.ticks) for listed in begun}
    return [section("\n".join(rows(title, items))) for title, items in left.items() if items]


def rows(title: str, items: Sequence[Item]) -> Iterator[str]:
    yield f"Not ticked on *{line(title)}*:"
    yield from (f"• {cut(line(item.text), 150)}" for item in items[:8])
    if len(items) > 8:
        yield f"and {len(items) - 8} more"


def waiting(incident: Incident) -> list[Block]:
    """The tasks that are still open, so that nobody resolves over them unawares."""
    tasks = [task for task in incident.tasks if task.done_by is None]
    if not tasks:
        return []
    listed = [f"*{task.id}.* {line(task.text)[:200]}" for task in tasks[:8]]
    more = [f"and {len(tasks) - 8} more"] if len(tasks) > 8 else []
    return [section("\n".join(["Tasks that are still open:", *listed, *more]))]


def status(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    allowed = after(Face(About(book, incident)))
    choices = [(s.id, f"{s.emoji} {s.title}", s.means) for s in book.lifecycle.all if s.id in allowed]
    if not choices:
        return [section("From here it cannot move anywhere.")]
    return [field("status", "New status", select(choices)), why()]


def reason(ask: Ask, book: Book) -> list[Block]:
    return [why(optional=False)]
