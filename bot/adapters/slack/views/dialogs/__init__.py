"""Dialogs: what a verb asks for when too little was said, and what was filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import context, plain
from bot.adapters.slack.views.dialogs import (
    adopt,
    analysis,
    ending,
    escalation,
    handoff,
    impact,
    marks,
    oncall,
    opening,
    setup,
    updates,
    work,
)
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block
from bot.messages import About
from bot.policy.book import Book
from bot.ports import Said

METADATA = 3000
# https://docs.slack.dev/reference/views/modal-views/
LONGEST_TITLE = 24
#: dialogs in the words of the team's policy of today, whatever the incident runs under
OF_TODAY = frozenset({"declare", "adopt", "oncall", "setup"})
CALLBACK = "ask"
#: the verbs of dialogs that are not called like them
SAID_BY = {"adopt": "policy"}


@dataclass(frozen=True)
class Filled:
    """
    What came back: text as typed, options by value, people as references, ticked boxes by value on
    lines of their own.

    `answers`, `turn` and `origin` are those of the `Ask` that it was built from; of a long message only the address
    comes back.
    """

    kind: str
    incident: str | None
    hook: str | None
    place: str | None
    values: Mapping[str, str]
    answers: Mapping[str, str] | None = None
    turn: int = 0
    origin: Said | None = None

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def build(ask: Ask, book: Book, hook: str | None, place: str | None) -> dict[str, Any]:
    """The modal for that question, about an incident or none."""
    title, submit, fields = FORMS[ask.kind]
    named = f"{title} {ask.incident.name}" if ask.incident else title
    fits = len(named) <= LONGEST_TITLE
    about = [context(Face(About(book, ask.incident)).head())] if ask.incident and not fits else []
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}:{ask.kind}",
        "private_metadata": _metadata(ask, hook, place),
        "title": plain(named if fits else alone(title), LONGEST_TITLE),
        "submit": plain(submit, 24),
        "close": plain("Back", 24),
        "blocks": [*about, *fields(ask, book)],
    }


def alone(title: str) -> str:
    """
    A title whose incident stands elsewhere.

    >>> alone("Severity of"), alone("Go or no-go?")
    ('Severity', 'Go or no-go?')
    """
    words = title.split()
    return " ".join(words[:-1] if words[-1] in {"of", "on", "for"} else words)


def _metadata(ask: Ask, hook: str | None, place: str | None) -> str:
    kept: dict[str, Any] = {"incident": ask.incident.id if ask.incident else None, "place": place}
    if ask.answers is not None:
        kept |= {"answers": ask.answers, "turn": ask.turn}
    if ask.origin is not None:
        kept["origin"] = _origin(ask.origin)
        if len(json.dumps({**kept, "hook": hook})) > METADATA:
            kept["origin"]["text"] = ""
    with_hook = json.dumps({**kept, "hook": hook})
    return with_hook if len(with_hook) <= METADATA else json.dumps(kept)


def _origin(said: Said) -> dict[str, str]:
    at = said.at.isoformat()
    return {"message": said.message, "author": said.author, "text": said.text, "at": at, "thread": said.thread}


def _said(kept: Mapping[str, str] | None) -> Said | None:
    if not kept:
        return None
    at = datetime.fromisoformat(kept["at"])
    return Said(kept["message"], kept["author"], kept["text"], at, thread=kept["thread"])


def read(view: Mapping[str, Any]) -> Filled:
    """A modal of ours as it is filled in. What follows a colon in the id of a block only tells turns apart."""
    kept = json.loads(view.get("private_metadata") or "{}")
    state = view.get("state", {}).get("values", {})
    values = {named(id): _value(next(iter(field.values()), {})) for id, field in state.items()}
    kind = str(view.get("callback_id", "")).partition(":")[2]
    answers, turn = kept.get("answers"), kept.get("turn", 0)
    return Filled(
        kind,
        kept.get("incident"),
        kept.get("hook"),
        kept.get("place"),
        values,
        answers,
        turn,
        _said(kept.get("origin")),
    )


def named(block_id: str) -> str:
    """
    >>> named("severity:2"), named("title")
    ('severity', 'title')
    """
    return block_id.partition(":")[0]


def under(view: Mapping[str, Any], sentences: Mapping[str, str], otherwise: str) -> dict[str, str]:
    """Sentences by name of a field as Slack takes them: by block. One without a block here stands at `otherwise`."""
    inputs = [block["block_id"] for block in view.get("blocks") or () if block.get("type") == "input"]
    blocks = {named(id): id for id in inputs}
    spare = blocks.get(otherwise) or next(iter(inputs), otherwise)
    return {blocks.get(name, spare): sentence for name, sentence in sentences.items()}


def _value(element: Mapping[str, Any]) -> str:
    """By what was chosen, whatever the element says it is."""
    if option := element.get("selected_option"):
        return str(option.get("value") or "")
    if user := element.get("selected_user"):
        return f"slack:{user}"
    if room := element.get("selected_conversation"):
        return f"slack:{room}"
    if users := element.get("selected_users"):
        return "\n".join(f"slack:{user}" for user in users)
    if options := element.get("selected_options"):
        return "\n".join(str(option.get("value") or "") for option in options)
    return str(element.get("value") or "")


Form = tuple[str, str, Callable[[Ask, Book], Sequence[Block]]]
#: kind → title, word on the button, fields
FORMS: Mapping[str, Form] = {
    "declare": ("Declare an incident", "Declare", opening.declare),
    "update": ("Update", "Post", updates.update),
    "resolve": ("Resolve", "Resolve", ending.resolve),
    "severity": ("Severity of", "Change", opening.severity),
    "impact": ("Impact of", "Save", impact.impact),
    "status": ("Status of", "Move", ending.status),
    "adopt": ("New policy for", "Adopt", adopt.adopt),
    "role": ("Roles of", "Save", work.role),
    "handoff": ("Hand off", "Hand off", handoff.handoff),
    "note": ("Note on", "Add", work.note),
    "mark": ("Put it on a timeline", "Put it there", marks.mark),
    "task": ("Task for", "Add", work.task),
    "escalate": ("Escalate", "Call them", escalation.escalate),
    "pause": ("Pause", "Pause", escalation.pause),
    "restrict": ("Restrict", "Restrict", ending.reason),
    "unrestrict": ("Open to everybody", "Open it", ending.reason),
    "reopen": ("Reopen", "Reopen", ending.reason),
    "cancel": ("Cancel", "Cancel the incident", ending.reason),
    "go": ("Go or no-go?", "Ask", work.go),
    "nogo": ("No-go", "Say no-go", work.nogo),
    "whys": ("Five whys of", "Next", analysis.whys),
    "root": ("Root cause of", "Save", analysis.root),
    "fishbone": ("Fishbone of", "Add", analysis.fishbone),
    "report": ("Customer report", "Keep", analysis.report),
    "oncall": ("Arrange cover", "Arrange", oncall.arrange),
    "setup": ("Set up Muster", "Save", setup.setup),
}
