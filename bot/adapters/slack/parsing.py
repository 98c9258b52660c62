"""
The small grammar of `/incident …`.

    /incident [#12] verb [#12] words

Everything here is pure and takes any text; what is not understood is a Refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused

# ASCII, because other digits are no incident number
_REF = re.compile(r"#([0-9]{1,9})(?=$|[\s:,;.])[:,;.]?\s*")
_TRAILING_REF = re.compile(r"(?:^|\s)#([0-9]{1,9})$")
_NUMBER = re.compile(r"#?([0-9]{1,9})")
_CODE = re.compile(r"([a-z]+)[\s_-]?([0-9]{1,3})", re.IGNORECASE)
_DASHES = "-\u2013\u2014"
_MARKS = ":,;." + _DASHES
_AROUND = _MARKS + "()[]*_ "


class Named(Protocol):
    @property
    def id(self) -> str: ...


Find = Callable[[str], Named | None]


class Where(StrEnum):
    """Where among a verb's words an incident number may stand."""

    NOWHERE = "nowhere"
    FIRST = "first"
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class Typed:
    """`verb` is the word as typed, in lower case; `ref` the digits of an incident number."""

    verb: str
    ref: str | None
    words: str


def command(text: str, verbs: Mapping[str, Where]) -> Typed:
    """
    Take a command apart. `verbs` holds every word that is a verb.

    >>> verbs = {"ack": Where.ANYWHERE, "update": Where.FIRST, "declare": Where.NOWHERE, "status": Where.ANYWHERE}
    >>> command("ack #12", verbs)
    Typed(verb='ack', ref='12', words='')
    >>> command("#12 update we are failing over", verbs)
    Typed(verb='update', ref='12', words='we are failing over')
    >>> command("declare: #12 is back", verbs)
    Typed(verb='declare', ref=None, words='#12 is back')
    >>> command("#12", verbs)
    Typed(verb='status', ref='12', words='')
    """
    text = text.strip()
    ref, text = _leading(text, verbs)
    if not text:
        return Typed("status" if ref else "", ref, "")
    word, *rest = text.split(None, 1)
    verb, words = word.rstrip(_MARKS).lower(), rest[0].strip() if rest else ""
    if ref is None:
        ref, words = reference(words, verbs.get(verb, Where.NOWHERE))
    return Typed(verb, ref, words)


def _leading(text: str, verbs: Collection[str]) -> tuple[str | None, str]:
    if found := _REF.match(text):
        return found[1], text[found.end() :]
    if _NUMBER.fullmatch(text):
        return text, ""
    number, _, rest = text.partition(" ")
    if _NUMBER.fullmatch(number) and rest.split() and rest.split()[0].rstrip(_MARKS).lower() in verbs:
        return number, rest.strip()
    return None, text


def reference(words: str, where: Where) -> tuple[str | None, str]:
    """
    The incident number among a verb's words, and the words without it.

    >>> reference("#12 the db is back", Where.FIRST), reference("see #12", Where.FIRST)
    (('12', 'the db is back'), (None, 'see #12'))
    >>> reference("sev1 #12", Where.ANYWHERE), reference("12", Where.ANYWHERE)
    (('12', 'sev1'), ('12', ''))
    """
    if where is not Where.NOWHERE and (found := _REF.match(words)):
        return found[1], words[found.end() :]
    if where is Where.ANYWHERE:
        if alone := _NUMBER.fullmatch(words):
            return alone[1], ""
        if found := _TRAILING_REF.search(words):
            return found[1], words[: found.start()].strip()
    return None, words


# declare


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
    words = words.strip().lstrip(_MARKS + " ").strip()
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
    return taken.strip(_AROUND), marked, rest.lstrip(_MARKS + " ")


def _last(words: str, count: int) -> tuple[str, bool, str]:
    parts = words.rsplit(None, count)
    taken = " ".join(parts[-count:])
    rest = parts[0] if len(parts) > count else ""
    marked = taken.startswith(("(", "[")) or rest.endswith(tuple(_MARKS))
    return taken.strip(_AROUND), marked, rest.rstrip(_MARKS + "( ")


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


def choice(words: str, find: Find) -> Choice:
    """
    The longest beginning that the policy knows; else the first word.

    >>> from types import SimpleNamespace as S
    >>> find = {"mitigating": S(id="mitigating"), "sev1": S(id="sev1"), "tech lead": S(id="tech")}.get
    >>> choice("mitigating: we rolled back", find), choice("sev 1 all customers", find)
    (Choice(word='mitigating', said='we rolled back'), Choice(word='sev1', said='all customers'))
    >>> choice("wonky x", find)
    Choice(word='wonky', said='x')
    """
    for count in (3, 2, 1):
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


# roles


@dataclass(frozen=True)
class Seat:
    """`person` None is whoever speaks; `leave` makes the role vacant."""

    role: str
    person: str | None = None
    leave: bool = False


NOBODY = frozenset({"none", "nobody", "vacant", "leave", "empty"})


def seat(words: str) -> Seat:
    """
    Who takes which role.

    >>> seat("commander slack:U1"), seat("commander"), seat("tech lead none")
    (Seat(role='commander', person='slack:U1', leave=False), Seat(role='commander', person=None, leave=False), \
Seat(role='tech lead', person=None, leave=True))
    """
    parts = [part.strip(",:") for part in words.split()]
    people = [part for part in parts if PERSON.fullmatch(part)]
    leave = len(parts) > 1 and parts[-1].lower() in NOBODY
    rest = [p for p in parts if p not in people and not (leave and p is parts[-1])]
    if rest and len(rest) > 1 and rest[-1].lower() == "me":
        rest.pop()
    if unknown := [part for part in rest if part.startswith("@")]:
        raise Refused(f"I do not know who {unknown[0]} is. Pick the name from the list that Slack shows after @.")
    if not rest:
        raise Refused("Which role? For example: /incident role commander @ana")
    if len(people) > 1:
        raise Refused("A role has one holder. For example: /incident role commander @ana")
    return Seat(" ".join(rest), people[0] if people else None, leave and not people)


# tasks


@dataclass(frozen=True)
class Add:
    text: str
    owner: str | None = None
    later: bool = False


@dataclass(frozen=True)
class Done:
    number: int


@dataclass(frozen=True)
class Hand:
    """`owner` None is whoever speaks."""

    number: int
    owner: str | None


def task(words: str) -> Add | Done | Hand:
    """
    What to do about a task.

    >>> task("slack:U1 fail over the db"), task("later write a runbook")
    (Add(text='fail over the db', owner='slack:U1', later=False), Add(text='write a runbook', owner=None, later=True))
    >>> task("done 3"), task("3 slack:U2"), task("take 3")
    (Done(number=3), Hand(number=3, owner='slack:U2'), Hand(number=3, owner=None))
    """
    parts = words.split()
    numbers = [int(found[1]) for part in parts if (found := _NUMBER.fullmatch(part))]
    if len(parts) == 2 and len(numbers) == 1:
        other = next((p for p in parts if not _NUMBER.fullmatch(p)), "").lower()
        if other in ("done", "finish", "finished", "close"):
            return Done(numbers[0])
        if other in ("take", "me", "mine"):
            return Hand(numbers[0], None)
        if PERSON.fullmatch(parts[1]):
            return Hand(numbers[0], parts[1])
    if len(parts) == 1 and parts[0].lower() in ("done", "finish", "take"):
        raise Refused(f"Which task? For example: /incident task {parts[0].lower()} 3")
    return _added(words.strip())


def _added(words: str) -> Add:
    later, owner = False, None
    while words:
        word, *rest = words.split(None, 1)
        bare = word.strip(",:")
        if not later and bare.lower() == "later":
            later = True
        elif owner is None and PERSON.fullmatch(bare):
            owner = bare
        else:
            break
        words = rest[0] if rest else ""
    return Add(words.strip(), owner, later)
