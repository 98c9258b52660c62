"""Dialogs: what a verb asks for when too little was said, and what was filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import Element, context, plain, section
from bot.adapters.slack.views.card import after
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.views.lists import role_row
from bot.adapters.slack.words import duration, line
from bot.domain.incident import Incident
from bot.messages import About, RoleList
from bot.policy.book import Book

# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element/
LONGEST_TEXT = 3000
METADATA = 3000
CALLBACK = "ask"
VALUE = "value"
BY_POLICY = "policy"
#: minutes until the next update that the dialog offers besides the policy's own
PROMISES = (15, 30, 60, 120, 240)


@dataclass(frozen=True)
class Filled:
    """What came back: text as typed, options by value, people as references, ticked boxes as "yes"."""

    kind: str
    incident: str | None
    hook: str | None
    place: str | None
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def build(ask: Ask, book: Book, hook: str | None, place: str | None) -> dict[str, Any]:
    """The modal for that question, about an incident or none."""
    title, submit, fields = FORMS[ask.kind]
    number = f" #{ask.incident.number}" if ask.incident else ""
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}:{ask.kind}",
        "private_metadata": _metadata(ask.incident, hook, place),
        "title": plain(f"{title}{number}" if len(title + number) <= 24 else title, 24),
        "submit": plain(submit, 24),
        "close": plain("Back", 24),
        "blocks": fields(ask, book),
    }


def _metadata(incident: Incident | None, hook: str | None, place: str | None) -> str:
    kept = {"incident": incident.id if incident else None, "place": place}
    with_hook = json.dumps({**kept, "hook": hook})
    return with_hook if len(with_hook) <= METADATA else json.dumps(kept)


def read(view: Mapping[str, Any]) -> Filled:
    """A submitted modal of ours."""
    kept = json.loads(view.get("private_metadata") or "{}")
    state = view.get("state", {}).get("values", {})
    values = {name: _value(next(iter(field.values()), {})) for name, field in state.items()}
    kind = str(view.get("callback_id", "")).partition(":")[2]
    return Filled(kind, kept.get("incident"), kept.get("hook"), kept.get("place"), values)


def _value(element: Mapping[str, Any]) -> str:
    """By what was chosen, whatever the element says it is."""
    if option := element.get("selected_option"):
        return str(option.get("value") or "")
    if user := element.get("selected_user"):
        return f"slack:{user}"
    if element.get("selected_options"):
        return "yes"
    return str(element.get("value") or "")


# fields


def field(name: str, label: str, element: Element, hint: str = "", optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 200), "optional": optional,
                    "element": {**element, "action_id": VALUE}}  # fmt: skip
    return {**block, "hint": {"type": "plain_text", "text": hint[:2000]}} if hint else block


def words(initial: str = "", multiline: bool = True, longest: int = LONGEST_TEXT, example: str = "") -> Element:
    element: Element = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    if initial:
        element["initial_value"] = initial[:longest]
    if example:
        element["placeholder"] = plain(example, 150)
    return element


def select(choices: Iterable[tuple[str, str, str]], initial: str | None = None) -> Element:
    """Choices are (value, label, meaning)."""
    options = [
        {"text": plain(label, 75), "value": value[:150], **({"description": plain(means, 75)} if means else {})}
        for value, label, means in choices
    ][:100]
    chosen = next((option for option in options if option["value"] == initial), None)
    element: Element = {"type": "static_select", "options": options}
    return {**element, "initial_option": chosen} if chosen else element


def person(initial: str | None = None) -> Element:
    element: Element = {"type": "users_select"}
    user = (initial or "").removeprefix("slack:")
    return {**element, "initial_user": user} if user else element


def box(label: str) -> Element:
    return {"type": "checkboxes", "options": [{"text": plain(label, 75), "value": "yes"}]}


def severities(book: Book, initial: str | None, without: str | None = None) -> Block:
    listed = [s for s in book.severities.all if s.id != without]
    choices = [(s.id, f"{s.emoji} {s.title} {s.name}", s.means) for s in listed]
    hint = "\n".join(f"{s.title}: {s.means}" for s in listed)
    return field("severity", "Severity", select(choices, initial), hint)


# forms


def declare(ask: Ask, book: Book) -> list[Block]:
    title = words(ask.given.get("title", ""), multiline=False, longest=300, example="checkout is failing")
    return [
        field("title", "What is failing?", title),
        severities(book, ask.given.get("severity", book.severities.default)),
        field("details", "What else is known?", words(), "Goes on the timeline as a note.", optional=True),
    ]


def update(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    last = incident.update
    return [
        field("state", "Current state", words(last.state if last else "")),
        field("impact", "Who notices, and how", words(last.impact if last else ""), optional=True),
        field("actions", "What we are doing", words(last.actions if last else ""), optional=True),
        field("next_steps", "What comes next, with times", words(last.next_steps if last else ""), optional=True),
        field("help_needed", "Help needed", words(last.help_needed if last else ""), optional=True),
        field("next_in", "Next update", select(promises(incident, book), BY_POLICY)),
    ]


def promises(incident: Incident, book: Book) -> list[tuple[str, str, str]]:
    known = any(s.id == incident.severity for s in book.severities.all)
    every = book.cadence.every(incident.severity, incident.stage) if known else None
    usual = f"In {spoken(every.total_seconds() / 60)}, as the policy says" if every else "When there is news"
    others = [(str(m), f"In {spoken(m)}", "") for m in PROMISES if every is None or m * 60 != every.total_seconds()]
    return [(BY_POLICY, usual, ""), *others]


def spoken(minutes: float) -> str:
    """
    >>> spoken(90)
    '1 h 30 min'
    """
    return duration(timedelta(minutes=minutes))


def resolve(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    kinds = [(kind.id, kind.title, kind.means) for kind in book.lifecycle.kinds_of_resolution]
    initial = ask.given.get("how") if ask.given.get("how") in [kind for kind, *_ in kinds] else kinds[0][0]
    return [
        field("how", "How was it resolved?", select(kinds, initial)),
        field("summary", "What happened, and what ended it?", words(example="the connection pool was too small")),
        *waiting(incident),
    ]


def waiting(incident: Incident) -> list[Block]:
    """The tasks that are still open, so that nobody resolves over them unawares."""
    tasks = [task for task in incident.tasks if task.done_by is None]
    if not tasks:
        return []
    listed = [f"*{task.id}.* {line(task.text)[:200]}" for task in tasks[:8]]
    more = [f"and {len(tasks) - 8} more"] if len(tasks) > 8 else []
    return [section("\n".join(["Tasks that are still open:", *listed, *more]))]


def severity(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    return [severities(book, None, without=incident.severity), why()]


def status(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    allowed = after(Face(About(book, incident)))
    choices = [(s.id, f"{s.emoji} {s.title}", s.means) for s in book.lifecycle.all if s.id in allowed]
    if not choices:
        return [section("From here it cannot move anywhere.")]
    return [field("status", "New status", select(choices)), why()]


def role(ask: Ask, book: Book) -> list[Block]:
    incident = about(ask)
    choices = [(r.id, f"{r.emoji} {r.title}", r.duties[0]) for r in book.roles.all]
    listed = RoleList(book, incident)
    now = context("\n".join(role_row(listed, r.id) for r in book.roles.all))
    wanted = book.roles.find(ask.given.get("role", "")) or book.roles.get(book.roles.lead)
    return [
        field("role", "Role", select(choices, wanted.id)),
        field("person", "Who takes it?", person(), "Nobody chosen means you.", optional=True),
        field("vacant", "Or", box("Leave it vacant"), optional=True),
        now,
    ]


def note(ask: Ask, book: Book) -> list[Block]:
    return [field("text", "Note", words(ask.given.get("text", ""), example="the database is out of connections"))]


def task(ask: Ask, book: Book) -> list[Block]:
    return [
        field("text", "What is to be done?", words(ask.given.get("text", ""), example="fail over the database")),
        field("owner", "By whom?", person(), optional=True),
        field("later", "When?", box("After the incident, as an action item"), optional=True),
    ]


def reason(ask: Ask, book: Book) -> list[Block]:
    return [why(optional=False)]


def why(optional: bool = True) -> Block:
    return field("reason", "Why?", words(), optional=optional)


def about(ask: Ask) -> Incident:
    assert ask.incident is not None, f"The dialog {ask.kind} is about an incident."
    return ask.incident


Form = tuple[str, str, Callable[[Ask, Book], Sequence[Block]]]
#: kind → title, word on the button, fields
FORMS: Mapping[str, Form] = {
    "declare": ("Declare an incident", "Declare", declare),
    "update": ("Update", "Post", update),
    "resolve": ("Resolve", "Resolve", resolve),
    "severity": ("Severity of", "Change", severity),
    "status": ("Status of", "Move", status),
    "role": ("Roles of", "Save", role),
    "note": ("Note on", "Add", note),
    "task": ("Task for", "Add", task),
    "reopen": ("Reopen", "Reopen", reason),
    "cancel": ("Cancel", "Cancel the incident", reason),
}
