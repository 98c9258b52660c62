"""What the looks at a policy have in common: a mistake, names that are not known, words that mean two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.policy.model import Findable, Named
from bot.policy.parts import Parts
from bot.policy.reading import Path

#: the part, the way to the value inside it, and the sentence
Found = tuple[str, Path, str]
Look = Callable[[Parts], Iterator[Found]]
#: each look, and the parts it reads
Looks = Mapping[Look, frozenset[str]]


def ids(things: Iterable[Named]) -> list[str]:
    return [thing.id for thing in things]


def words(things: Iterable[Findable], *more: Sequence[str]) -> list[str]:
    """What people can type for these things; one thing may answer to a word twice."""
    named = [{w.casefold() for w in (t.id, t.title, *t.aliases)} for t in things]
    extra = [{w.casefold() for w in words} for words in more]
    return [word for n, words in enumerate(named) for word in (words | extra[n] if extra else words)]


def known(part: str, path: Path, used: Iterable[str], all: Sequence[str], kind: str) -> Iterator[Found]:
    for id in used:
        if id not in all:
            yield part, path, f'there is no {kind} "{id}". This policy has: {", ".join(all) or "none"}.'


def unique(part: str, path: Path, words: Iterable[str], kind: str) -> Iterator[Found]:
    for word, times in Counter(words).items():
        if times > 1:
            yield part, path, f'"{word}" means more than one {kind}. Each needs words of its own.'
