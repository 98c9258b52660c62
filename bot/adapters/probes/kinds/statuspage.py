"""
`statuspage`: what a vendor says of itself on a page like https://www.githubstatus.com (the target's address).

Options: `components`, those that matter, by name; all of them if none is named.

Values: `impact` on the whole page (0 none, 1 minor or maintenance, 2 major, 3 critical), `components`, `degraded`
(those with degraded performance or under maintenance), `down` (those with a partial or major outage). Text: each that
is not well, and how it is.
"""

from __future__ import annotations

from typing import Any

from bot.adapters.probes.dig import items, word
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault, Reading

# https://metastatuspage.com/api
IMPACTS = {"none": 0.0, "maintenance": 1.0, "minor": 1.0, "major": 2.0, "critical": 3.0}
DOWN, DEGRADED = {"partial_outage", "major_outage"}, {"degraded_performance", "under_maintenance"}


class StatuspageOptions(Options):
    components: tuple[str, ...] = ()


async def read(spot: Spot, options: StatuspageOptions, reach: Reach) -> Reading:
    answer = (await get(reach, spot, "/api/v2/status.json", most=MOST_DATA)).wanted("status page")
    page = answer.json()
    impact = IMPACTS.get(word(page, "status.indicator"))
    if impact is None:
        raise Unseen(Fault.UNEXPECTED, f"{answer.place} answers with something that is no status page")
    listed = await get(reach, spot, "/api/v2/components.json", most=MOST_DATA)
    if listed.status == 404 and not options.components:
        parts: list[Any] = []
    else:
        parts = items(listed.wanted("list of components").json(), "components")
    parts, missing = chosen(parts, options.components)
    values = {"impact": impact, "components": float(len(parts)), "degraded": _count(parts, DEGRADED)}
    said = f"{word(page, 'page.name', str(answer.place))}: {word(page, 'status.description', 'no word')}"
    if missing:
        fault, said = Fault.MISSING, f"{answer.place} has no component {', '.join(missing)}"
    else:
        fault = Fault.NONE
    unwell = [part for part in parts if word(part, "status") != "operational"]
    text = "\n".join(f"{word(part, 'name')}: {word(part, 'status').replace('_', ' ')}" for part in unwell)
    return Reading(fault, said, values | {"down": _count(parts, DOWN)}, text)


def chosen(parts: list[Any], wanted: tuple[str, ...]) -> tuple[list[Any], list[str]]:
    """The components of those names, and the names that none has."""
    named = {name.casefold(): name for name in wanted}
    found = [part for part in parts if not named or word(part, "name").casefold() in named]
    known = {word(part, "name").casefold() for part in found}
    return found, [name for folded, name in named.items() if folded not in known]


def _count(parts: list[Any], states: set[str]) -> float:
    return float(sum(word(part, "status") in states for part in parts))


KIND = Kind("statuspage", StatuspageOptions, read, values=("impact", "components", "degraded", "down"))
