"""The releases of the shop: each changes what is answered about orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.practice.service.wanted import Deploy

Json = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """`finish` is the last step of every answer about orders."""

    version: str
    by: str
    what: str
    finish: Callable[[Json], Json]


def plain(answer: Json) -> Json:
    return answer


def with_delivery(answer: Json) -> Json:
    return {**answer, "delivery_days": 2}


def with_discount(answer: Json) -> Json:
    """Nothing ever writes a tier into the answer: the mistake that this release is rolled back for."""
    percent = {"silver": 5, "gold": 10}[answer["tier"]]
    return {**with_delivery(answer), "discount_percent": percent}


RELEASES: Mapping[str, Release] = {
    release.version: release
    for release in (
        Release("1.4.0", "dana", "orders and payments", plain),
        Release("1.4.1", "eli", "orders say when they are delivered", with_delivery),
        Release("1.5.0", "ben", "discounts for regular customers", with_discount),
    )
}
BAD = "1.5.0"


def first_deploys(now: datetime) -> tuple[Deploy, ...]:
    """The shop as it is found: nothing has changed for two days."""
    return deployed("1.4.0", now - timedelta(days=9)), deployed("1.4.1", now - timedelta(days=2))


def deployed(version: str, at: datetime, what: str = "") -> Deploy:
    release = RELEASES[version]
    return Deploy(version, at.isoformat(timespec="seconds"), release.by, what or release.what)
