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
FIELDS = ("number", "slug", "severity", "date", "time")

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


def _pattern(text: str) -> str:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None and (name not in FIELDS or spec or conversion):
            raise ValueError(f"{text!r} uses {{{name}}}; a name can use {', '.join('{' + f + '}' for f in FIELDS)}")
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class Naming(Part):
    """`slug_at_most` bounds the part of a room's name that comes from the title, in characters."""

    room_pattern: Pattern = Field(alias="room")
    incident_pattern: Pattern = Field(alias="incident")
    slug_at_most: int = Field(default=40, ge=8, le=60)

    def room(self, number: int, title: str, declared_at: datetime, severity: str) -> str:
        """A legal Slack name, whatever the title."""
        words = slug(title, self.slug_at_most)
        wanted = self.room_pattern.format(slug=words, **_circumstances(number, declared_at, severity))
        return slug(wanted, LONGEST) or f"incident-{number}"

    def label(self, number: int, declared_at: datetime, severity: str) -> str:
        """What people call the incident, for example "#12"."""
        return self.incident_pattern.format(slug="", **_circumstances(number, declared_at, severity)).strip()

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
    return {"number": str(number), "severity": severity, "date": f"{at:%Y%m%d}", "time": f"{at:%H%M%S}"}
