"""A message onto a timeline: which one, when several incidents are open."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import context
from bot.adapters.slack.views.dialogs.fields import field, select
from bot.adapters.slack.views.limits import Block, cut
from bot.adapters.slack.words import line
from bot.policy.book import Book

INCIDENT = "incident"


def which(ask: Ask) -> list[Block]:
    """Nothing when it is known already."""
    choices = [(id, label, "") for id, label in ask.choices]
    return [field(INCIDENT, "Which incident?", select(choices))] if choices else []


def mark(ask: Ask, book: Book) -> list[Block]:
    words = ask.origin.text if ask.origin else ""
    return [*which(ask), *([context(cut(line(words), 300))] if words else [])]
