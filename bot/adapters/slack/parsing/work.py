"""Who takes which role, what is to be done about a task, and go or no-go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.adapters.slack.parsing.command import MARKS
from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused

_NUMBER = re.compile(r"#?([0-9]{1,9})")


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


# questions


@dataclass(frozen=True)
class Decided:
    question: int
    go: bool
    reason: str = ""


YES, NO = frozenset({"yes", "go", "y"}), frozenset({"no", "nogo", "no-go", "n"})


def go(words: str) -> Decided | str:
    """
    An answer when a number and yes or no come first, in either order; else the question that is asked.

    >>> go("2 yes"), go("2 no: too risky"), go("no 2")
    (Decided(question=2, go=True, reason=''), Decided(question=2, go=False, reason='too risky'), \
Decided(question=2, go=False, reason=''))
    >>> go("fail over to the second region"), go("2 regions at once")
    ('fail over to the second region', '2 regions at once')
    """
    parts = words.split(None, 2)
    heads = [part.strip(MARKS).lower() for part in parts[:2]]
    number = next((int(found[1]) for head in heads if (found := _NUMBER.fullmatch(head))), None)
    answer = next((head for head in heads if head in YES | NO), None)
    if number is not None and len(heads) == 1:
        raise Refused(f"Go or no-go? For example: /incident go {number} yes")
    if number is None or answer is None:
        return words.strip()
    return Decided(number, answer in YES, parts[2].lstrip(MARKS + " ") if len(parts) > 2 else "")


def nogo(words: str) -> Decided:
    """
    >>> nogo("2: too risky")
    Decided(question=2, go=False, reason='too risky')
    """
    number, _, reason = words.partition(" ")
    found = _NUMBER.fullmatch(number.strip(MARKS))
    if not found:
        raise Refused("No-go for which question? For example: /incident nogo 2 too risky")
    return Decided(int(found[1]), False, reason.strip())
