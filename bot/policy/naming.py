"""What rooms and incidents are called (naming.yml)."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.policy.model import Part

# at most 80 characters of lower case, digits, - and _: https://docs.slack.dev/reference/methods/conversations.create/
LONGEST = 80
CLOCK = ("date", "day", "time", "minute", "tick")
INCIDENT_FIELDS = ("number", "severity", *CLOCK)
ROOM_FIELDS = (*INCIDENT_FIELDS, "slug", "id")
ACTION_FIELDS = ("id", "number", "n")

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"
IN_LATIN = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i i e g"
GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω"
ALSO_IN_LATIN = "a b g d e z i th i k l m n x o p r s s t y f ch ps o"
LATIN = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "\u0131": "i",
    "&": " and ",
}
LETTERS = str.maketrans(
    dict(zip(CYRILLIC, IN_LATIN.split(" "), strict=True))
    | dict(zip(GREEK, ALSO_IN_LATIN.split(" "), strict=True))
    | LATIN
)


def _pattern(*fields: str) -> AfterValidator:
    def checked(text: str) -> str:
        for _, name, spec, conversion in Formatter().parse(text):
            if name is not None and (name not in fields or spec or conversion):
                raise ValueError(f"{text!r} uses {{{name}}}; it can use {', '.join('{' + f + '}' for f in fields)}")
        return text

    return AfterValidator(checked)


class Naming(Part):
    """
    `slug_at_most` bounds the part of a room's name that comes from the title, in characters.

    {date} is YYYYMMDD, {day} YYYY-MM-DD, {time} HHMMSS, {minute} HHMM, {tick} the last four digits of the seconds
    since 1970, all of the declaration in UTC; {id} is what the incident is called. Names that the clock alone would
    repeat get an ending.
    """

    room_pattern: Annotated[str, _pattern(*ROOM_FIELDS)] = Field(alias="room")
    incident_pattern: Annotated[str, _pattern(*INCIDENT_FIELDS)] = Field(alias="incident")
    action_pattern: Annotated[str, _pattern(*ACTION_FIELDS)] = Field(alias="action", default="AI-{n}")
    slug_at_most: int = Field(default=40, ge=8, le=60)

    def room(self, number: int, title: str, declared_at: datetime, severity: str, label: str = "") -> str:
        """A legal Slack name, whatever the title."""
        words = slug(title, self.slug_at_most)
        known = label or self.label(number, declared_at, severity)
        wanted = self.room_pattern.format(slug=words, id=known, **_circumstances(number, declared_at, severity))
        return slug(wanted, LONGEST) or f"incident-{number}"

    def label(self, number: int, declared_at: datetime, severity: str) -> str:
        """What people call the incident, for example "#12"; another incident may have it already."""
        return self.incident_pattern.format(**_circumstances(number, declared_at, severity)).strip()

    def another_label(self, label: str, n: int) -> str:
        """The label to take when `label` is taken, for n = 2, 3, …"""
        return f"{label}-{n}"

    def action(self, label: str, number: int, n: int) -> str:
        """What an action item is called: the n-th of its incident."""
        return self.action_pattern.format(id=label, number=number, n=f"{n:03}")

    def another(self, name: str, n: int) -> str:
        """The name to try when `name` is taken, for n = 2, 3, …"""
        ending = f"-{n}"
        return name[: LONGEST - len(ending)].rstrip("-_") + ending


def slug(text: str, longest: int) -> str:
    """
    Words for a room's name, cut between words where possible.

    >>> slug("Zahlung schlägt fehl: Straße & Überweisung!", 60)
    'zahlung-schlagt-fehl-strasse-and-uberweisung'
    """
    letters = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS)).casefold().translate(LETTERS)
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    words = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9_]+", "-", plain)).strip("-_")
    return words if len(words) <= longest else _cut(words, longest)


def _cut(words: str, longest: int) -> str:
    whole = words[: longest + 1].rpartition("-")[0]
    kept = whole if len(whole) > longest // 2 else words[:longest]
    return kept.strip("-_")


def _circumstances(number: int, declared_at: datetime, severity: str) -> dict[str, str]:
    at = declared_at.astimezone(UTC)
    clock = (f"{at:%Y%m%d}", f"{at:%Y-%m-%d}", f"{at:%H%M%S}", f"{at:%H%M}", f"{int(at.timestamp()) % 10_000:04}")
    return {"number": str(number), "severity": severity, **dict(zip(CLOCK, clock, strict=True))}
