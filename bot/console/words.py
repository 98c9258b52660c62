"""Words for a terminal, and nothing that takes long to import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: what moves a cursor or changes colours is no text
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
Json = Mapping[str, Any]


def plain(text: object) -> str:
    """
    >>> plain("a\\x1b[31mb")
    'a[31mb'
    """
    return CONTROL.sub("", str(text))


def moment(at: str | None) -> str:
    """
    >>> moment("2026-11-21T03:04:05.120000Z"), moment(None)
    ('2026-11-21 03:04 UTC', '')
    """
    return f"{at[:16].replace('T', ' ')} UTC" if at else ""


def entry(each: Json, people: Json) -> str:
    whom = f" {named(each['whom'], people)}" if each["whom"] else ""
    text = plain(each["text"]).replace("\n", "\n         ")
    return f"{each['at'][11:19]} {named(each['by'], people)} {text}{whom}"


def named(person: str | None, people: Json, nobody: str = "nobody") -> str:
    if person is None:
        return nobody
    return "Muster" if person == "muster" else plain(people.get(person, person))
