"""Who is handed what, and which incident goes into which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.adapters.slack.parsing.command import MARKS
from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused

INTO = frozenset({"into", "to", "with", "in", "of", "as"})
SURE = "sure"
_CHANNEL = re.compile(r"#[^\s\d#][^\s#]*|#\d+[^\s\d#]\S*")


@dataclass(frozen=True)
class Handoff:
    """`role` "" is the one that leads, `person` None is for a dialog to ask."""

    role: str
    person: str | None
    words: str


def handoff(words: str) -> Handoff:
    """
    Who gets which role, and the words that go with it.

    >>> handoff("slack:U1 the rollback runs"), handoff("tech lead slack:U1: watch the queue")
    (Handoff(role='', person='slack:U1', words='the rollback runs'), \
Handoff(role='tech lead', person='slack:U1', words='watch the queue'))
    >>> handoff("scribe")
    Handoff(role='scribe', person=None, words='')
    """
    parts = words.split(None)
    at = next((n for n, part in enumerate(parts) if PERSON.fullmatch(part.strip(MARKS))), None)
    head = parts if at is None else parts[:at]
    if unknown := [part for part in head if part.startswith("@")]:
        raise Refused(f"I do not know who {unknown[0]} is. Pick the name from the list that Slack shows after @.")
    if at is None:
        return Handoff(" ".join(head), None, "")
    rest = words.split(None, at + 1)
    return Handoff(
        " ".join(head), parts[at].strip(MARKS), rest[at + 1].strip(MARKS + " ") if len(rest) > at + 1 else ""
    )


@dataclass(frozen=True)
class Merging:
    """`gone` goes into `into`; None is the incident of the place. `sure` says that nobody need be asked."""

    gone: str | None
    into: str | None
    sure: bool = False


def merging(words: str) -> Merging:
    """
    >>> merging("#12"), merging("#12 into #15"), merging("into #15")
    (Merging(gone='#12', into=None, sure=False), Merging(gone='#12', into='#15', sure=False), \
Merging(gone=None, into='#15', sure=False))
    >>> merging("sure #12 into #15")
    Merging(gone='#12', into='#15', sure=True)
    """
    parts = [part.strip(",;:") for part in words.split()]
    sure = parts[:1] == [SURE]
    parts = parts[1:] if sure else parts
    at = next((n for n, part in enumerate(parts) if part.lower() in INTO), len(parts))
    gone, into = parts[:at], parts[at + 1 :]
    if len(gone) > 1 or len(into) > 1 or not (gone or into):
        raise Refused("Which into which? For example: /incident merge #12 into #15")
    return Merging(gone[0] if gone else None, into[0] if into else None, sure)


def duplicate(words: str) -> Merging:
    """
    >>> duplicate("of #12"), duplicate("#12"), duplicate("sure #11 of #12")
    (Merging(gone=None, into='#12', sure=False), Merging(gone=None, into='#12', sure=False), \
Merging(gone='#11', into='#12', sure=True))
    """
    said = merging(words)
    return Merging(None, said.gone, said.sure) if said.into is None else said


def other(words: str) -> str:
    """
    >>> other("to #12"), other("#12.")
    ('#12', '#12')
    """
    parts = [part.strip(",;:.") for part in words.split() if part.lower() not in INTO]
    if len(parts) != 1:
        raise Refused("Which other incident? For example: /incident related #12")
    return parts[0]


def channel(words: str) -> tuple[str, str]:
    """
    A channel that leads the words, and the rest of them.

    >>> channel("#shop-checkout"), channel("sev2 checkout fails"), channel("#12")
    (('shop-checkout', ''), ('', 'sev2 checkout fails'), ('', '#12'))
    """
    first, _, rest = words.strip().partition(" ")
    return (first[1:], rest.strip()) if _CHANNEL.fullmatch(first) else ("", words.strip())
