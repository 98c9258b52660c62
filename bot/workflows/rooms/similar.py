"""Is that the same as what is open already? Told quietly at the declaration, by the words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.messages import Button
from bot.workflows.desk import Desk

WITHIN = timedelta(minutes=20)
#: of the words of the shorter title, how many the other must have, too
ALIKE = 0.5
MOST = 2
#: in any incident's title, and therefore no sign that two are the same
FILLERS = """about after again all and any are broken can cannot cant does dont down error errors fail failed failing
    fails failure for from has have high incident into issue issues its many not now off offline one our out outage
    problem problems slow some still test the their them there they timeout timeouts too unable under very was wrong
    when with"""
COMMON = frozenset(FILLERS.split())
WORD = re.compile(r"[^\W_]{3,}")


def words(title: str) -> frozenset[str]:
    """
    What a title is about.

    >>> sorted(words("Checkout is failing for EU customers"))
    ['checkout', 'customers']
    """
    return frozenset(WORD.findall(title.casefold())) - COMMON


def alike(one: frozenset[str], two: frozenset[str]) -> float:
    """
    How much of the shorter is in the other, from 0 to 1.

    >>> alike(words("checkout is failing"), words("payments and checkout time out"))
    1.0
    """
    fewest = min(len(one), len(two))
    return len(one & two) / fewest if fewest else 0.0


async def open_ones(desk: Desk, viewer: str, title: str, now: datetime) -> list[Incident]:
    """What was opened a short time ago in much the same words, or about a service that is named; the likest first."""
    said = words(title)
    recent = [each for each in await desk.store.incidents(viewer) if now - each.declared_at <= WITHIN]
    ranked = [(alike(said, about(each)), each.number, each) for each in recent if not each.restricted]
    found = sorted((each for each in ranked if each[0] >= ALIKE), key=lambda each: each[:2], reverse=True)
    return [each for _, _, each in found[:MOST]]


def about(incident: Incident) -> frozenset[str]:
    services = " ".join(alert.service for alert in incident.alerts.values())
    return words(f"{incident.title} {services}")


def sentence(found: Sequence[Incident]) -> str:
    named = "; ".join(f"{each.name} ({each.title})" for each in found)
    return f" Open and perhaps the same: {named}." if found else ""


def buttons(found: Sequence[Incident]) -> tuple[Button, ...]:
    same = [Button(f"Same as {each.name}", "duplicate", f"of {each.name}") for each in found]
    return tuple(same + [Button(f"Related to {each.name}", "related", each.name) for each in found[:1]])
