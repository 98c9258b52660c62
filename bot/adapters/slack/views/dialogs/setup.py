"""What the policy's names stand for in this workspace: one field for each name that somebody has to fill in."""

from __future__ import annotations

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import Element, context
from bot.adapters.slack.views.dialogs.fields import field, person, select
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.words import line
from bot.policy.book import Book
from bot.workflows.home.setup import HANDLE

# 100 blocks and 250 kB are what a modal holds: https://docs.slack.dev/reference/views/modal-views/
MOST_FIELDS, MOST_CHOICES = 60, 800
NO_GROUP = "-"
ABOUT = "What the policy {name} calls so is chosen here. It counts at once, and stays after a restart."


def setup(ask: Ask, book: Book) -> list[Block]:
    groups = {name.removeprefix(HANDLE): ref for name, ref in ask.given.items() if name.startswith(HANDLE)}
    fields = [(name, now) for name, now in ask.given.items() if not name.startswith(HANDLE)][:MOST_FIELDS]
    menus = sum(name.startswith("group.") for name, _ in fields)
    offered = dict(list(groups.items())[: MOST_CHOICES // max(1, menus)])
    rows = [row for name, now in fields for row in blank(name, now, offered, book)]
    return [context(ABOUT.format(name=f"*{line(book.name)}*")), *rows]


def blank(name: str, now: str, groups: dict[str, str], book: Book) -> list[Block]:
    kind, _, called = name.partition(".")
    if kind == "channel":
        return [channel(name, called, now, first=called == book.communications.incidents_channel)]
    if kind == "people":
        hint = f"Muster calls them wherever the policy says @{called}."
        return [field(name, f"Who is @{called}?", people(now), hint, optional=True)]
    if kind == "group":
        return user_group(name, called, now, groups)
    return [field(name, f"Who is {called}?", person(now or None), optional=True)]


def channel(name: str, called: str, now: str, first: bool) -> Block:
    label = "Where are incidents announced?" if first else f"Which channel is #{called}?"
    hint = f"The policy calls it #{called}. In a private channel say /invite @Muster first."
    return field(name, label, conversation(now), hint, optional=True)


def user_group(name: str, called: str, now: str, groups: dict[str, str]) -> list[Block]:
    """None where the workspace has no user groups."""
    if not groups:
        return []
    none = [(NO_GROUP, "No user group", "")] if now else []
    kept = [] if now in ("", *groups.values()) else [(now, "As it is", "")]
    choices = [*none, *kept, *((ref, f"@{handle}", "") for handle, ref in groups.items())]
    return [field(name, f"Or which user group is @{called}?", select(choices, now or None), optional=True)]


def conversation(now: str) -> Element:
    # https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element/#conversations_select
    element: Element = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    return {**element, "initial_conversation": now.removeprefix("slack:")} if now else element


def people(now: str) -> Element:
    users = [each.removeprefix("slack:") for each in now.split()]
    element: Element = {"type": "multi_users_select"}
    return {**element, "initial_users": users} if users else element
