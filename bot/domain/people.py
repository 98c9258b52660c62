"""People who are not in the chat: whoever speaks through the API is written `api:ana` inside."""

from __future__ import annotations

import re

API = "api:"
#: a name that may follow; none that is more likely the tag of an image ("api:v2", "api:latest") in what people type
NAME = r"(?!v?\d|latest\b)[A-Za-z](?:[\w.-]{0,38}[A-Za-z0-9])?"
_NAME = re.compile(NAME, re.ASCII)
_REFERENCE = re.compile(rf"(?<![\w/.:@-])api:({NAME})(?![\w/:@])", re.ASCII)


def by_api(person: str) -> bool:
    """Whether that person speaks through the API: nobody can write to them or bring them in."""
    return person.startswith(API)


def is_name(word: str) -> bool:
    """
    Whether somebody may call themselves that.

    >>> is_name("ci"), is_name("ana.lopez"), is_name("v2"), is_name("two words"), is_name("")
    (True, True, False, False, False)
    """
    return _NAME.fullmatch(word) is not None


def in_words(text: str) -> str:
    """
    The text with names in place of references to people of the API.

    >>> in_words("api:ana gave it to api:ci.")
    'ana (by API) gave it to ci (by API).'
    >>> in_words("api:8080, shop/api:main and api:v1.2 are no people")
    'api:8080, shop/api:main and api:v1.2 are no people'
    """
    return _REFERENCE.sub(r"\1 (by API)", text)
