"""Which targets of a policy lead to which part of the practice shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.policy.book import Book
from bot.policy.diagnosis import Probe, Target
from bot.practice.service.addresses import Addresses
from bot.practice.service.routes import HEALTH_PATHS, PATHS, STATUS_PATHS

Place = Callable[[Addresses], str]

#: as the policy `default` calls them
NAMED: Mapping[str, Place] = {
    "shop": lambda shop: shop.url,
    "shop-ws": lambda shop: shop.ws,
    "shop-metrics": lambda shop: shop.metrics,
    "shop-db": lambda shop: shop.database,
    "shop-cache": lambda shop: shop.redis,
    "shop-log": lambda shop: str(shop.log),
    "shop-plain-log": lambda shop: str(shop.plain_log),
    "shop-tls": lambda shop: shop.tls_address,
    "shop-process": lambda shop: str(shop.pid_file),
    "shop-disk": lambda shop: str(shop.disk),
    "shop-payments": lambda shop: shop.payments_url,
    "shop-releases": lambda shop: shop.releases,
}
#: what a probe of this kind finds at the shop; other kinds find nothing there
BY_KIND: Mapping[str, Place] = {
    "http": NAMED["shop"], "websocket": NAMED["shop-ws"], "metrics": NAMED["shop-metrics"],
    "sqlite": NAMED["shop-db"], "redis": NAMED["shop-cache"], "log": NAMED["shop-log"], "tls": NAMED["shop-tls"],
    "process": NAMED["shop-process"], "quota": NAMED["shop-disk"], "deploys": NAMED["shop-releases"],
}  # fmt: skip
#: words in the id of what is somebody else's
OUTSIDE = ("payment", "external")


def targets_for(book: Book, shop: Addresses) -> dict[str, str]:
    """Address by target; a target that the shop cannot stand for is left out, and nobody looks at it."""
    found = {target.id: place_of(book, target) for target in book.diagnosis.targets}
    return {id: place(shop) for id, place in found.items() if place is not None}


def place_of(book: Book, target: Target) -> Place | None:
    """By its name, or by what all of its probes look for."""
    if target.id in NAMED:
        return NAMED[target.id]
    probes = [probe for probe in book.diagnosis.probes if probe.target == target.id]
    places = {aim(target, probe) for probe in probes}
    return places.pop() if len(places) == 1 else None


def aim(target: Target, probe: Probe) -> Place | None:
    if probe.kind != "http":
        # no root vouches for the shop's certificate
        return None if probe.kind == "tls" and probe.options.get("trusted", True) else BY_KIND.get(probe.kind)
    path = str(probe.options.get("path", "/"))
    if any(word in target.id for word in OUTSIDE):
        return NAMED["shop-payments"] if path in STATUS_PATHS else None
    return BY_KIND["http"] if path in (*PATHS, *HEALTH_PATHS) else None
