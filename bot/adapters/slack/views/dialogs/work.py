"""Roles, notes, tasks, and questions to whoever decides."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import context, section
from bot.adapters.slack.views.dialogs.fields import about, box, field, person, select, why, words
from bot.adapters.slack.views.dialogs.marks import which
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.views.lists import role_rows
from bot.messages import RoleList
from bot.policy.book import Book
from bot.policy.roles import Role


def role(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    roles = (*book.roles.core, *book.roles.extended)
    choices = [(r.id, f"{r.emoji} {r.title}", r.when or r.duties[0]) for r in roles]
    wanted = book.roles.find(ask.given.get("role", "")) or book.roles.get(book.roles.lead)
    return [
        field("role", "Role", select(choices, wanted.id), "\n".join(meant(wanted))),
        field("person", "Who takes it?", person(), "Nobody chosen means you.", optional=True),
        field("vacant", "Or", box("Leave it vacant"), optional=True),
        *(context(text) for text in role_rows(RoleList(book, incident))),
    ]


def meant(role: Role) -> Iterator[str]:
    """Whom to ask for that role, and when."""
    if role.choose:
        yield f"Good for {role.title}: {'; '.join(role.choose)}."
    if role.when:
        yield f"Called when: {role.when}"


def note(ask: Ask, book: Book) -> list[Block]:
    return [field("text", "Note", words(ask.given.get("text", ""), example="the database is out of connections"))]


def task(ask: Ask, book: Book) -> list[Block]:
    later = box("After the incident, as an action item", ticked=bool(ask.given.get("later")))
    return [
        *which(ask),
        field("text", "What is to be done?", words(ask.given.get("text", ""), example="fail over the database")),
        field("owner", "By whom?", person(ask.given.get("owner")), optional=True),
        field("later", "When?", later, optional=True),
    ]


def go(ask: Ask, book: Book) -> list[Block]:
    asked = words(ask.given.get("question", ""), longest=600, example="fail over to the second region")
    return [field("question", "Go for what?", asked, "Whoever decides is asked where you work on the incident.")]


def nogo(ask: Ask, book: Book) -> list[Block]:
    waiting = [q for q in about(ask).questions if q.go is None]
    if not waiting:
        return [section("Every question is answered.")]
    choices = [(str(q.id), f"{q.id}. {q.text}", "") for q in waiting]
    return [field("question", "No-go for what?", select(choices, ask.given.get("question"))), why()]
