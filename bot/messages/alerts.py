"""What monitoring said, as it is told."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alert import AlertGroup
from bot.domain.incident import Incident
from bot.messages.plain import About
from bot.policy.book import Book


@dataclass(frozen=True)
class AlertNews(About):
    """
    The room learns what monitoring said meanwhile: groups that fire, groups that are well again. `firing` is how many
    groups of the incident fire now.
    """

    came: tuple[AlertGroup, ...]
    well: tuple[AlertGroup, ...]
    firing: int


@dataclass(frozen=True)
class AlertOffer:
    """
    Alerts that belong to no incident, told where everybody sees it: somebody may declare them, or put them to one of
    those that are `open`. `more` groups are not named.
    """

    book: Book
    id: str
    groups: tuple[AlertGroup, ...]
    more: int = 0
    open: tuple[Incident, ...] = ()


@dataclass(frozen=True)
class AlertsWell:
    """To the thread of an offer: these are well again, each a name and a service, and nobody had declared them."""

    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AlertList:
    """The alerts of an incident or, without one, those that fire outside of any; `open` as in an offer."""

    book: Book
    groups: tuple[AlertGroup, ...]
    incident: Incident | None = None
    open: tuple[Incident, ...] = ()
