"""What is known of the harm, field by field as the policy asks for it."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import Element, section
from bot.adapters.slack.views.dialogs.fields import about, field, select, words
from bot.adapters.slack.views.limits import Block
from bot.policy.book import Book
from bot.policy.impact import ImpactField

#: the choice that takes an earlier one back: a menu, once used, cannot be emptied everywhere
UNKNOWN = "(not known)"
LONGEST = 1000
EXAMPLES = {"number": "a number"}


def impact(ask: Ask, book: Book) -> list[Block]:
    known = about(ask).impact
    if not book.impact.fields:
        return [section("This policy keeps no impact record.")]
    return [
        field(asked.id, asked.title, entry(asked, known.get(asked.id, "")), asked.ask or "", optional=True)
        for asked in book.impact.fields
    ]


def entry(asked: ImpactField, known: str) -> Element:
    if asked.kind == "choice":
        initial = known if known in asked.choices else UNKNOWN
        return select([(UNKNOWN, "Not known", ""), *((choice, choice, "") for choice in asked.choices)], initial)
    return words(known, multiline=False, longest=LONGEST, example=EXAMPLES.get(asked.kind, ""))
