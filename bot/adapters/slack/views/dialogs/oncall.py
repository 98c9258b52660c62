"""Who takes over a schedule, and for how long."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import section
from bot.adapters.slack.views.dialogs.fields import field, person, select
from bot.adapters.slack.views.limits import Block
from bot.policy.book import Book

LENGTHS = (("1h", "1 hour"), ("2h", "2 hours"), ("4h", "4 hours"), ("8h", "8 hours"), ("12h", "12 hours"),
           ("1d", "a day"), ("2d", "2 days"), ("7d", "a week"))  # fmt: skip


def arrange(ask: Ask, book: Book) -> list[Block]:
    known = book.oncall
    if not known.all:
        return [section("This policy has no schedules.")]
    wanted = known.find(ask.given.get("schedule", "")) or known.all[0]
    return [
        field("schedule", "Schedule", select([(each.id, each.title, "") for each in known.all], wanted.id)),
        field("length", "For how long, from now on?", select([(*each, "") for each in LENGTHS], "2h")),
        field(
            "person", "Who takes over?", person(ask.given.get("person")),
            "They are on call at once. With nobody chosen everybody is asked to cover you.", optional=True,
        ),
    ]  # fmt: skip
