from __future__ import annotations

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.alertmanager import AlertmanagerOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault
from tests.adapters.probes.servers import a_site, spot

ALERTS = [
    {"startsAt": "2026-11-24T10:00:00Z", "labels": {"alertname": "HighErrorRate", "severity": "critical"},
     "annotations": {"summary": "7 % of\nrequests fail"}},
    {"startsAt": "2026-11-24T11:00:00Z", "labels": {"alertname": "DiskFull", "severity": "warning"}},
    {"startsAt": "2026-11-24T09:00:00Z", "labels": {"alertname": "Slow", "severity": "warning"}},
    {"labels": {"alertname": "Bare"}},
]  # fmt: skip


async def test_alerts_that_fire() -> None:
    async with a_site() as site:
        site.page("/api/v2/alerts", ALERTS)
        reading = await read(spot(site.address), AlertmanagerOptions(filters=['service="shop"', "a!=b"]), Reach())
        query = site.asked[0].query

    assert reading.values == {"alerts": 4, "alerts_critical": 1, "alerts_warning": 2}
    assert reading.text.splitlines()[:2] == [
        "2026-11-24T11:00:00Z warning DiskFull",
        "2026-11-24T10:00:00Z critical HighErrorRate 7 % of requests fail",
    ]
    assert query.getall("filter") == ['service="shop"', "a!=b"]
    assert (query["active"], query["silenced"], query["inhibited"]) == ("true", "false", "false")


async def test_no_alert_is_none() -> None:
    async with a_site() as site:
        site.page("/api/v2/alerts", [])
        reading = await read(spot(site.address), AlertmanagerOptions(), Reach())

    assert reading.fault is Fault.NONE and reading.values == {"alerts": 0}


@pytest.mark.parametrize("body", [{"alerts": []}, "no", 7, None])
async def test_what_is_no_list_of_alerts(body: object) -> None:
    async with a_site() as site:
        site.page("/api/v2/alerts", body)
        with pytest.raises(Unseen) as why:
            await read(spot(site.address), AlertmanagerOptions(), Reach())

    assert why.value.fault is Fault.UNEXPECTED
