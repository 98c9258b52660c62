"""Words of the policy among those that were said: a severity, a status, a kind of resolution."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from bot.adapters.slack.parsing.command import MARKS

_CODE = re.compile(r"([a-z]+)[\s_-]?([0-9]{1,3})", re.IGNORECASE)
_DASHES = "-\u2013\u2014"
_AROUND = MARKS + "()[]*_ "


class Named(Protocol):
    @property
    def id(self) -> str: ...


Find = Callable[[str], Named | None]


@dataclass(frozen=True)
class Declaration:
    """`severity` is an id of the policy, or a word like its ids that it does not have, or None."""

    title: str
    severity: str | None


def declaration(words: str, severities: Collection[Named], find: Find) -> Declaration:
    """
    A severity at the start or the end, and the title.

    A word with letters and digits (sev1) is a severity wherever it stands at an end; a plain word or number
    ("critical", "1") only when marked off, because titles begin and end with such words.

    >>> from types import SimpleNamespace as S
    >>> known = [S(id="sev1", aliases=("1", "critical")), S(id="sev2", aliases=("2", "high"))]
    >>> find = lambda word: next((s for s in known if word.lower() in (s.id, *s.aliases)), None)
    >>> declaration("sev 1: checkout is failing", known, find)
    Declaration(title='checkout is failing', severity='sev1')
    >>> declaration("checkout is failing (SEV-2)", known, find)
    Declaration(title='checkout is failing', severity='sev2')
    >>> declaration("high memory on api", known, find)
    Declaration(title='high memory on api', severity=None)
    >>> declaration("sev9 checkout", known, find)
    Declaration(title='checkout', severity='sev9')
    """
    words = words.strip().lstrip(MARKS + " ").strip()
    families = {found[1].lower() for s in severities if (found := _CODE.fullmatch(s.id))}
    for take in (_first, _last):
        for count in (2, 1):
            chosen, marked, title = take(words, count)
            code = _CODE.fullmatch(chosen)
            if count == 2 and not code:
                continue
            known = _found(chosen, find)
            if known and (code or marked or not title):
                return Declaration(title, known)
            if code and take is _first and code[1].lower() in families:
                return Declaration(title, "".join(code.groups()).lower())
    return Declaration(words, None)


def _first(words: str, count: int) -> tuple[str, bool, str]:
    """The first words, whether they are marked off from the rest, and the rest."""
    parts = words.split(None, count)
    taken = " ".join(parts[:count])
    rest = parts[count] if len(parts) > count else ""
    marked = taken.endswith((":", ",", ")", "]")) or rest.startswith(tuple(_DASHES))
    return taken.strip(_AROUND), marked, rest.lstrip(MARKS + " ")


def _last(words: str, count: int) -> tuple[str, bool, str]:
    parts = words.rsplit(None, count)
    taken = " ".join(parts[-count:])
    rest = parts[0] if len(parts) > count else ""
    marked = taken.startswith(("(", "[")) or rest.endswith(tuple(MARKS))
    return taken.strip(_AROUND), marked, rest.rstrip(MARKS + "( ")


def _found(word: str, find: Find) -> str | None:
    """By the word as it is, or written together (sev 1, sev-1)."""
    code = _CODE.fullmatch(word)
    found = find(word) or (find("".join(code.groups())) if code else None)
    return found.id if found else None


# verbs with a word of the policy first


@dataclass(frozen=True)
class Choice:
    """A word of the policy (its id when known, else as typed), and what was said with it."""

    word: str
    said: str


def choice(words: str, find: Find, longest: int = 3) -> Choice:
    """
    The longest beginning that the policy knows, of at most so many words; else the first word.

    >>> from types import SimpleNamespace as S
    >>> find = {"mitigating": S(id="mitigating"), "sev1": S(id="sev1"), "tech lead": S(id="tech")}.get
    >>> choice("mitigating: we rolled back", find), choice("sev 1 all customers", find)
    (Choice(word='mitigating', said='we rolled back'), Choice(word='sev1', said='all customers'))
    >>> choice("wonky x", find)
    Choice(word='wonky', said='x')
    """
    for count in range(longest, 0, -1):
        taken, _, rest = _first(words, count)
        if len(words.split()) >= count and (found := _found(taken, find) or _found(taken.lower(), find)):
            return Choice(found, rest)
    taken, _, rest = _first(words, 1)
    return Choice(taken, rest)


@dataclass(frozen=True)
class Resolution:
    how: str
    summary: str


def resolution(words: str, kinds: Collection[str]) -> Resolution:
    """
    A kind of resolution if the first word is one, and the summary.

    >>> resolution("rollback: the deploy was reverted", ["fix", "rollback"])
    Resolution(how='rollback', summary='the deploy was reverted')
    >>> resolution("the pool was too small", ["fix", "rollback"])
    Resolution(how='fix', summary='the pool was too small')
    """
    usual = "fix" if "fix" in kinds or not kinds else next(iter(kinds))
    taken, _, rest = _first(words, 1)
    return Resolution(taken.lower(), rest) if taken.lower() in kinds else Resolution(usual, words.strip())
