from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.statuspage import StatuspageOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import a_site, spot

STATES = {"API": "operational", "Web": "degraded_performance", "Mail": "major_outage", "Search": "under_maintenance"}


async def looked(indicator: Any = "minor", components: bool = True, status: int = 200, **options: Any) -> Reading:
    async with a_site() as site:
        page = {"page": {"name": "Vendor"}, "status": {"indicator": indicator, "description": "Partly degraded"}}
        site.page("/api/v2/status.json", page, status)
        if components:
            parts = [{"name": name, "status": state} for name, state in STATES.items()]
            site.page("/api/v2/components.json", {"components": parts})
        return await read(spot(site.address), StatuspageOptions(**options), Reach())


async def test_a_vendor_that_is_partly_ill() -> None:
    reading = await looked()

    assert reading.fault is Fault.NONE and reading.summary == "Vendor: Partly degraded"
    assert reading.values == {"impact": 1, "components": 4, "degraded": 2, "down": 1}
    assert reading.text.splitlines() == ["Web: degraded performance", "Mail: major outage", "Search: under maintenance"]


@pytest.mark.parametrize(
    ("indicator", "impact"), [("none", 0), ("maintenance", 1), ("minor", 1), ("major", 2), ("critical", 3)]
)
async def test_how_grave_it_is(indicator: str, impact: float) -> None:
    assert (await looked(indicator)).values["impact"] == impact


async def test_only_what_matters_counts() -> None:
    assert (await looked(components=True)).values["down"] == 1
    reading = await looked_at(("api", "Web"))

    assert reading.values == {"impact": 1, "components": 2, "degraded": 1, "down": 0}


async def looked_at(names: tuple[str, ...], listed: bool = True) -> Reading:
    async with a_site() as site:
        site.page("/api/v2/status.json", {"status": {"indicator": "minor"}})
        if listed:
            parts = [{"name": name, "status": state} for name, state in STATES.items()]
            site.page("/api/v2/components.json", {"components": parts})
        return await read(spot(site.address), StatuspageOptions(components=names), Reach())


async def test_a_component_that_there_is_not_is_missing() -> None:
    reading = await looked_at(("API", "Telegraph"))
    assert reading.fault is Fault.MISSING and "Telegraph" in reading.summary

    with pytest.raises(Unseen) as why:
        await looked_at(("API",), listed=False)
    assert why.value.fault is Fault.MISSING


async def test_a_page_without_components_will_do() -> None:
    assert (await looked(components=False)).values == {"impact": 1, "components": 0, "degraded": 0, "down": 0}


@pytest.mark.parametrize(("indicator", "status"), [("purple", 200), (7, 200), (None, 200), ("none", 503)])
async def test_what_is_no_status_page(indicator: Any, status: int) -> None:
    with pytest.raises(Unseen) as why:
        await looked(indicator, status=status)

    assert why.value.fault is Fault.UNEXPECTED
