"""What is wanted of a schedule: `override @ana 2h primary`, `cover me 2h`, `swap @ana`, `undo`, or who it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.adapters.slack.words import PERSON
from bot.domain.errors import Refused
from bot.policy.model import duration


class Wish(StrEnum):
    SHOW = "show"
    OVERRIDE = "override"
    COVER = "cover"
    SWAP = "swap"
    UNDO = "undo"


@dataclass(frozen=True)
class Arranged:
    """`person` None is whoever speaks, `length` None was not said, `schedule` "" is the first."""

    wish: Wish
    person: str | None = None
    length: timedelta | None = None
    schedule: str = ""


WORDS = {
    "": Wish.SHOW, "list": Wish.SHOW, "now": Wish.SHOW, "who": Wish.SHOW, "override": Wish.OVERRIDE,
    "take": Wish.OVERRIDE, "cover": Wish.COVER, "swap": Wish.SWAP, "undo": Wish.UNDO,
}  # fmt: skip
EXAMPLES = "/incident oncall, oncall override @ana 2h, oncall cover me 2h, oncall swap @ana, oncall undo"
FILLERS = frozenset({"me", "for", "with", "until"})


def oncall(words: str) -> Arranged:
    """
    >>> oncall("override slack:U1 1h 30m primary")
    Arranged(wish=<Wish.OVERRIDE: 'override'>, person='slack:U1', length=datetime.timedelta(seconds=5400), \
schedule='primary')
    >>> oncall("cover me for 2h").length, oncall("").wish
    (datetime.timedelta(seconds=7200), <Wish.SHOW: 'show'>)
    """
    first, *parts = [part.strip(",:") for part in words.split()] or [""]
    wish = WORDS.get(first.lower())
    if wish is None:
        raise Refused(f"What about *{first}*? It takes, for example: {EXAMPLES}.")
    if unknown := [part for part in parts if part.startswith("@")]:
        raise Refused(f"I do not know who {unknown[0]} is. Pick the name from the list that Slack shows after @.")
    people = [part for part in parts if PERSON.fullmatch(part)]
    if len(people) > 1:
        raise Refused("One person at a time. For example: /incident oncall override @ana 2h")
    if wish is Wish.COVER and people:
        raise Refused("Nobody can be asked for by name. To put them on call: /incident oncall override @ana 2h")
    lengths = [length for part in parts if (length := _length(part)) is not None]
    rest = [part for part in parts if part not in people and _length(part) is None and part.lower() not in FILLERS]
    return Arranged(wish, next(iter(people), None), sum(lengths, timedelta()) if lengths else None, " ".join(rest))


def _length(word: str) -> timedelta | None:
    try:
        return duration(word)
    except (ValueError, OverflowError):
        return None
