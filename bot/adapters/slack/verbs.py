"""
What people can say, one line each, and how a button says it for them.

A command, a button and a menu all become a `Call` of one verb: pressing a button is the same as typing its words.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, ModuleType
from typing import Any

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.messages import Message, Sentence
from bot.policy.book import Book
from bot.ports import Said
from bot.workflows import report
from bot.workflows.desk import Desk, Gesture

# https://docs.slack.dev/reference/block-kit/block-elements/button-element/
LONGEST_VALUE = 2000
MENU = "menu"


@dataclass(frozen=True)
class Ask:
    """
    The answer to a verb that needs more than was said: a dialog, with what is known filled in.

    `answers` are those to the policy's questions for a severity, None while nobody asked for them; `turn` counts how
    often they have proposed one in this dialog. `origin` is the message that it was asked about, `choices` the
    incidents (id, label) that may be meant.
    """

    kind: str
    incident: Incident | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] | None = None
    turn: int = 0
    origin: Said | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Later:
    """A sentence at once, and a message that takes a second or two to make; Refused says why it cannot be made."""

    first: Sentence
    make: Callable[[], Awaitable[Message]]


Answer = Message | Ask | Later


@dataclass(frozen=True)
class Call:
    """
    One verb, said once.

    `more` is what a button adds to its verb, `ref` an incident number as typed, `id` the incident a button belongs to.
    """

    desk: Desk
    gesture: Gesture
    words: str = ""
    more: str = ""
    ref: str | None = None
    id: str | None = None

    async def incident(self) -> Incident:
        """The one that is meant: by button, by number, or by the place. Refused when that is none or several."""
        if self.id is None:
            return await report.find(self.desk, self.gesture.by, self.gesture.place, self.ref)
        found = await self.desk.store.incident(self.id, self.gesture.by)
        if found is None:
            raise Refused("There is no such incident any more. /incident list shows those that are open.")
        return found

    async def where(self) -> tuple[Incident, Book]:
        """The incident and the policy it runs under."""
        incident = await self.incident()
        return incident, self.desk.book_of(incident)


Act = Callable[[Call], Awaitable[Answer | None]]


@dataclass(frozen=True)
class Verb:
    """`where` an incident number may stand among its words."""

    name: str
    help: str
    aliases: tuple[str, ...]
    where: Where
    act: Act


def verb(name: str, help: str, *aliases: str, where: Where = Where.FIRST) -> Callable[[Act], Verb]:
    """Make the function below it a verb."""
    return lambda act: Verb(name, help, aliases, where, act)


@dataclass(frozen=True)
class Verbs:
    """The table: every verb in order, and by every word that means it."""

    all: tuple[Verb, ...]
    words: Mapping[str, Verb]

    def find(self, word: str) -> Verb | None:
        return self.words.get(word)

    def nearest(self, word: str) -> Verb | None:
        """The verb a misspelt word probably means."""
        close = difflib.get_close_matches(word, self.words, 1, 0.65)
        return self.words[close[0]] if close else None

    def wheres(self) -> dict[str, Where]:
        return {word: verb.where for word, verb in self.words.items()}


def table(*modules: ModuleType) -> Verbs:
    """The verbs that these modules declare, in order. ValueError when two want the same word."""
    found = tuple(each for module in modules for each in vars(module).values() if isinstance(each, Verb))
    words: dict[str, Verb] = {}
    for each in found:
        for word in (each.name, *each.aliases):
            if word in words:
                raise ValueError(f"Two verbs want the word {word!r}: {words[word].name} and {each.name}.")
            words[word] = each
    return Verbs(found, MappingProxyType(words))


# what a button carries


@dataclass(frozen=True)
class Press:
    """A button's errand: what it says, about which incident."""

    verb: str
    more: str
    id: str | None
    words: str


def value(incident: str | None, words: str = "", longest: int = LONGEST_VALUE) -> str:
    """
    >>> value("01J", "done 3"), value(None, "checkout is failing")
    ('01J done 3', '- checkout is failing')
    """
    return f"{incident or '-'} {words}"[:longest]


def option(verb: str, incident: str | None, words: str = "") -> str:
    """
    The value of a choice in a menu, which names its verb.

    >>> option("severity", "01J", "sev2")
    'severity 01J sev2'
    """
    # https://docs.slack.dev/reference/block-kit/composition-objects/option-object/
    return f"{verb} {value(incident, words)}"[:150]


def pressed(action: Mapping[str, Any]) -> Press | None:
    """
    What an action of Slack asks for; None when nothing was chosen. A third part of the id only tells twins apart.

    >>> pressed({"action_id": "role:take", "value": "01J commander"})
    Press(verb='role', more='take', id='01J', words='commander')
    >>> pressed({"action_id": "menu:status", "selected_option": {"value": "status 01J mitigating"}})
    Press(verb='status', more='', id='01J', words='mitigating')
    """
    said, carried = str(action.get("action_id", "")), action.get("value") or ""
    if said.partition(":")[0] == MENU:
        said, _, carried = ((action.get("selected_option") or {}).get("value") or "").partition(" ")
    name, more, *_ = [*said.split(":"), ""]
    incident, _, words = carried.partition(" ")
    if not name:
        return None
    return Press(name, more, incident if incident not in ("", "-") else None, words)


def call(desk: Desk, gesture: Gesture, verb: Verb, press: Press) -> Call:
    """The call that a press makes; an incident number among its words counts as if typed."""
    if press.id is not None:
        return Call(desk, gesture, press.words, press.more, None, press.id)
    ref, words = parsing.reference(press.words, verb.where)
    return Call(desk, gesture, words, press.more, ref)
