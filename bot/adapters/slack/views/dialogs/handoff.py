"""Handing a role over."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import context
from bot.adapters.slack.views.dialogs.fields import about, field, person, select, words
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.views.lists import role_rows
from bot.messages import RoleList
from bot.policy.book import Book

EXAMPLE = "what was tried, what runs, what to watch"


def handoff(ask: Ask, book: Book) -> list[Block]:
    wanted = book.roles.find(ask.given.get("role", "")) or book.roles.get(book.roles.lead)
    choices = [(role.id, f"{role.emoji} {role.title}", "") for role in (*book.roles.core, *book.roles.extended)]
    return [
        field("person", "To whom?", person()),
        field("words", "What should they know?", words(example=EXAMPLE), "They learn how it stands besides."),
        field("role", "Role", select(choices, wanted.id)),
        *(context(text) for text in role_rows(RoleList(book, about(ask)))),
    ]
