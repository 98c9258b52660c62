"""What is to be known of the harm (impact.yml): asked in a dialog, shown on the card, kept for the postmortem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from bot.policy.model import Id, Part, Title, Words

Kind = Literal["text", "number", "choice"]


class ImpactField(Part):
    """`kind` number takes digits, with separators and a unit as people write them; `choice` takes one of `choices`."""

    id: Id
    title: Title
    kind: Kind = "text"
    ask: Words | None = None
    choices: tuple[Title, ...] = Field(default=(), max_length=20)
    on_card: bool = False

    @model_validator(mode="after")
    def _choices_are_for_a_choice(self) -> Self:
        if self.kind == "choice" and len({choice.casefold() for choice in self.choices}) < max(2, len(self.choices)):
            raise ValueError("a choice needs two or more different choices")
        if self.kind != "choice" and self.choices:
            raise ValueError(f"choices are for the kind choice, and this is {self.kind}")
        return self


class Told(NamedTuple):
    """One line of the impact, as templates and views show it."""

    id: str
    title: str
    value: str


class Said(NamedTuple):
    """A field by its id, and what was said of it."""

    field: str
    value: str


class Impact(Part):
    fields: tuple[ImpactField, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _each_word_means_one_field(self) -> Self:
        words = [word for field in self.fields for word in {field.id.casefold(), field.title.casefold()}]
        if twice := next((word for word in words if words.count(word) > 1), None):
            raise ValueError(f'"{twice}" means more than one field')
        return self

    def get(self, id: str) -> ImpactField | None:
        return next((field for field in self.fields if field.id == id), None)

    def find(self, word: str) -> ImpactField | None:
        """By id or title, in any case."""
        said = word.strip().casefold()
        return next((field for field in self.fields if said in (field.id.casefold(), field.title.casefold())), None)

    def said(self, words: str) -> Said | None:
        """
        The field that the longest beginning of the words names, and the rest; None when they name none.

        >>> fields = (ImpactField(id="users", title="Users"), ImpactField(id="real", title="Users confirmed"))
        >>> Impact(fields=fields).said("users confirmed: 900")
        Said(field='real', value='900')
        """
        parts = words.split(maxsplit=9)
        for count in range(len(parts), 0, -1):
            named = " ".join(parts[:count]).rstrip(":=,").strip()
            if field := self.find(named):
                return Said(field.id, " ".join(parts[count:]).lstrip(":= "))
        return None

    def told(self, values: Mapping[str, str], on_card: bool = False) -> tuple[Told, ...]:
        """What is known, in the order of the policy; values of fields that it does not have come last."""
        asked = [f for f in self.fields if values.get(f.id) and (f.on_card or not on_card)]
        known = {field.id for field in self.fields}
        others = [Told(id, id, value) for id, value in values.items() if id not in known and not on_card]
        return (*(Told(f.id, f.title, values[f.id]) for f in asked), *others)


def tidy(field: ImpactField, value: str) -> str:
    """
    A value as it is kept: on one line, and a choice as the policy writes it.

    >>> tidy(ImpactField(id="money", title="Revenue", kind="choice", choices=("None", "Lost")), " lost ")
    'Lost'
    """
    words = " ".join(value.split())
    return next((choice for choice in field.choices if choice.casefold() == words.casefold()), words)


def wrong(field: ImpactField, value: str) -> str | None:
    """
    What is wrong with a value, as a sentence; None when nothing is.

    >>> wrong(ImpactField(id="users", title="Users", kind="number"), "about 1,200")
    >>> wrong(ImpactField(id="users", title="Users", kind="number"), "many")
    'Users takes a number, for example 1200; "many" has no digit in it.'
    """
    if field.kind == "number" and value and not re.search(r"\d", value):
        return f'{field.title} takes a number, for example 1200; "{value}" has no digit in it.'
    if field.kind == "choice" and value and value.casefold() not in {c.casefold() for c in field.choices}:
        return f'{field.title} is one of {", ".join(field.choices)}; "{value}" is none of them.'
    return None
