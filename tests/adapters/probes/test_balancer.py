from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.balancer import BalancerOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import a_site, spot

HAPROXY = """\
# pxname,svname,qcur,status,weight,
web,FRONTEND,,OPEN,,
shop,s1,0,UP,1,
shop,s2,0,UP 1/2,1,
shop,s3,0,DOWN,1,
shop,BACKEND,0,UP,3,
api,a1,0,no check,1,
api,a2,0,MAINT,1,
api,BACKEND,0,UP,1,
"""
#: as `aws elbv2 describe-target-health` has it
TARGETS = {
    "TargetHealthDescriptions": [
        {"Target": {"Id": "i-1"}, "TargetHealth": {"State": "healthy"}},
        {"Target": {"Id": "i-2"}, "TargetHealth": {"State": "unhealthy"}},
        {"Target": {"Id": "i-3"}},
    ]
}


async def looked(body: Any, **options: Any) -> Reading:
    async with a_site() as site:
        site.page("/stats", body)
        return await read(spot(site.address), BalancerOptions(path="/stats", **options), Reach())


async def test_haproxy() -> None:
    reading = await looked(HAPROXY)

    assert reading.values == {"healthy": 3, "unhealthy": 2, "total": 5, "healthy_percent": 60}
    assert reading.text.splitlines() == ["shop/s3: DOWN", "api/a2: MAINT"]
    assert (await looked(HAPROXY, backend="shop")).values["total"] == 3


async def test_a_json_list() -> None:
    where = {"list": "TargetHealthDescriptions", "field": "TargetHealth.State", "name": "Target.Id"}
    reading = await looked(TARGETS, **where)

    assert (reading.values["healthy"], reading.values["total"]) == (1, 3)
    assert reading.text.splitlines() == ["i-2: unhealthy", "i-3: no word"]


async def test_yes_and_no_will_do() -> None:
    reading = await looked([{"up": True}, {"up": False}], field="up")

    assert (reading.values["healthy"], reading.values["total"]) == (1, 2)


@pytest.mark.parametrize(("body", "backend"), [(HAPROXY, "mail"), ([], ""), ({"a": 1}, "")])
async def test_no_server_is_missing(body: Any, backend: str) -> None:
    with pytest.raises(Unseen) as why:
        await looked(body, backend=backend)

    assert why.value.fault is Fault.MISSING


@pytest.mark.parametrize("body", ["# a,b,c\n1,2,3\n", "<html>", ""])
async def test_what_is_no_list(body: str) -> None:
    with pytest.raises(Unseen) as why:
        await looked(body)

    assert why.value.fault is Fault.UNEXPECTED
