"""What is wanted of maintenance: `shop, database 1h deploying`, `all 30m`, `end shop`, or what is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.errors import Refused
from bot.policy.model import duration
from bot.workflows.detection.maintenance import ALL, EXAMPLE


class Upkeep(StrEnum):
    SHOW = "show"
    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True)
class Planned:
    """`services` are ids, () is all of them, None was not said."""

    wish: Upkeep
    services: tuple[str, ...] | None = None
    length: timedelta = timedelta()
    title: str = ""


#: the id of the service that a word means
Find = Callable[[str], str | None]


def maintenance(words: str, find: Find) -> Planned:
    """
    >>> find = {"shop": "shop", "db": "database", "big shop": "shop"}.get
    >>> maintenance("shop, db 1h 30m deploying 1.5", find)
    Planned(wish=<Upkeep.BEGIN: 'begin'>, services=('shop', 'database'), length=datetime.timedelta(seconds=5400), \
title='deploying 1.5')
    >>> maintenance("all 30m", find).services, maintenance("end big shop", find).services
    ((), ('shop',))
    >>> maintenance("", find).wish, maintenance("end", find).services
    (<Upkeep.SHOW: 'show'>, None)
    """
    parts = words.split()
    first = parts[0].casefold() if parts else "list"
    if first in ("list", "show"):
        return Planned(Upkeep.SHOW)
    if first in ("end", "stop", "over"):
        said = " ".join(parts[1:])
        return Planned(Upkeep.END, services(said, find) if said else None)
    at = next((n for n, part in enumerate(parts) if _length(part) is not None), None)
    if at is None:
        raise Refused(f"For how long? For example: {EXAMPLE}")
    chosen = services(" ".join(parts[:at]).removesuffix(" for"), find)
    length, rest = timedelta(), parts[at:]
    while rest and (more := _length(rest[0].rstrip(",:"))) is not None:
        length, rest = length + more, rest[1:]
    return Planned(Upkeep.BEGIN, chosen, length, " ".join(rest).lstrip("-: "))


def services(said: str, find: Find) -> tuple[str, ...]:
    """The services of those words: by commas, or one by one."""
    if said.strip().casefold() in (ALL, "everything"):
        return ()
    whole = find(said)
    if whole:
        return (whole,)
    words = [word.strip() for word in said.split(",")] if "," in said else said.split()
    found = {word: find(word) for word in words if word not in ("", "and")}
    if unknown := [word for word, id in found.items() if id is None]:
        raise Refused(f"There is no service *{unknown[0]}*. /incident maintenance takes those of the policy, or all.")
    if not found:
        raise Refused(f"Of what? For example: {EXAMPLE}")
    return tuple(dict.fromkeys(id for id in found.values() if id))


def _length(word: str) -> timedelta | None:
    try:
        return duration(word)
    except (ValueError, OverflowError):
        return None
