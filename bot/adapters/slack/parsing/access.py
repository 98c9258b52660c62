"""Who is let in, and whether an incident is restricted from the start."""

from __future__ import annotations

import re

from bot.adapters.slack.parsing.command import MARKS
from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused

RESTRICTED = "restricted"
#: say the same when they are marked off or a severity follows: titles begin with such words
ALSO = frozenset({"private", "confidential"})
_SEVERITY = re.compile(r"[a-z]+[\s_-]?[0-9]{1,3}(?![\w-])", re.IGNORECASE)


def somebody(words: str, example: str) -> str:
    """
    The one person among the words. Refused when there is none, or more.

    >>> somebody("slack:U1, please", "admit")
    'slack:U1'
    """
    parts = [part.strip(",:;.") for part in words.split()]
    people = list(dict.fromkeys(part for part in parts if PERSON.fullmatch(part)))
    if len(people) == 1:
        return people[0]
    if unknown := [part for part in parts if part.startswith("@") and not people]:
        raise Refused(f"I do not know who {unknown[0]} is. Pick the name from the list that Slack shows after @.")
    raise Refused(f"{'One at a time' if people else 'Whom'}? For example: /incident {example} @ana")


def restriction(words: str) -> tuple[bool, str]:
    """
    Whether the first word restricts the incident (or the one after a severity), and the other words.

    >>> restriction("restricted sev1 somebody reads our mail"), restriction("restricted")
    ((True, 'sev1 somebody reads our mail'), (True, ''))
    >>> restriction("private network is down"), restriction("Private: keys leaked"), restriction("private sev1 keys")
    ((False, 'private network is down'), (True, 'keys leaked'), (True, 'sev1 keys'))
    >>> restriction("sev1 restricted keys leaked")
    (True, 'sev1 keys leaked')
    """
    severity = _SEVERITY.match(words)
    before = severity[0] if severity else ""
    first, *others = words[len(before) :].lstrip(MARKS + " ").split(None, 1) or [""]
    word, rest = first.rstrip(MARKS).lower(), others[0] if others else ""
    marked = first != first.rstrip(MARKS) or _SEVERITY.match(rest) or before
    if word == RESTRICTED or (word in ALSO and marked):
        return True, f"{before} {rest}".strip()
    return False, words
