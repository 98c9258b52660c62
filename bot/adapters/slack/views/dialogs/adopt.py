"""Going on under the team's policy of today."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import context
from bot.adapters.slack.views.dialogs.fields import about, field, select, severities, why
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.words import line
from bot.domain.incident import OVER
from bot.policy.book import Book
from bot.workflows.shelf import of_stage


def adopt(ask: Ask, book: Book) -> list[Block]:
    """`book` is the new policy. The present severity is proposed if it has that id too, and a status by the stage."""
    incident = about(ask)
    going = [status for status in book.lifecycle.all if status.stage not in OVER]
    kept = next((status for status in going if status.id == incident.status), None)
    proposed = kept or of_stage(book.lifecycle, incident.stage)
    statuses = [(s.id, f"{s.emoji} {s.title}", s.means) for s in going]
    return [
        context(f"It goes on under *{line(book.name)}*: {line(book.policy.title)}. What was promised stays promised."),
        severities(book, incident.severity),
        field("status", "Status", select(statuses, proposed.id)),
        why(),
    ]
