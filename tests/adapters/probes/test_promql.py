"""Questions to Prometheus, about now and about a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds import promql, promql_range
from bot.adapters.probes.kinds.promql import PromqlOptions
from bot.adapters.probes.kinds.promql_range import PromqlRangeOptions
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import NOW, a_site, spot


def result(kind: str, found: Any) -> Any:
    return {"status": "success", "data": {"resultType": kind, "result": found}}


def series(path: str, *values: str) -> Any:
    return {"metric": {"__name__": "x", "path": path}, "values": [[1000 + n, value] for n, value in enumerate(values)]}


TWO = [
    {"metric": {"path": "/a"}, "value": [1000, "2.5"]},
    {"metric": {"path": "/b"}, "value": [1000, "7"]},
    {"metric": {"path": "/none"}, "value": [1000, "NaN"]},
]


async def asked(body: Any, status: int = 200, **options: Any) -> Reading:
    async with a_site() as site:
        site.page("/api/v1/query", body, status)
        reading = await promql.read(spot(site.address), PromqlOptions(query='up{a="b c"}', **options), Reach())
        assert site.asked[0].query["query"] == 'up{a="b c"}'
        return reading


async def test_a_vector() -> None:
    reading = await asked(result("vector", TWO))

    assert reading.values == {"value": 7, "series": 2}
    assert reading.text.splitlines() == ["path=/a: 2.5", "path=/b: 7"]


async def test_a_scalar_has_one_value_and_may_have_a_name() -> None:
    reading = await asked(result("scalar", [1000, "12.5"]), value="error_percent")

    assert reading.values == {"error_percent": 12.5, "series": 1} and reading.summary == "error percent is 12.5"


async def test_by_a_label_each_has_its_value() -> None:
    values = (await asked(result("vector", TWO), by="path")).values

    assert values == {"value": 7, "series": 2, "value_/a": 2.5, "value_/b": 7}


async def test_an_empty_result_is_no_value() -> None:
    reading = await asked(result("vector", []))

    assert reading.fault is Fault.NONE and reading.values == {"series": 0}


@pytest.mark.parametrize(
    ("body", "status", "fault", "said"),
    [
        ({"status": "error", "error": "parse error at char 3"}, 400, Fault.UNEXPECTED, "parse error at char 3"),
        ({"status": "error", "error": "query timed out"}, 503, Fault.UNEXPECTED, "query timed out"),
        ("<html>", 200, Fault.UNEXPECTED, "no JSON"),
        ("no", 401, Fault.DENIED, "401"),
        ("no", 404, Fault.MISSING, "no Prometheus API"),
        ("no", 500, Fault.UNEXPECTED, "500"),
        ("[" * 100_000, 200, Fault.UNEXPECTED, "no JSON"),
    ],
)
async def test_what_is_no_answer(body: Any, status: int, fault: Fault, said: str) -> None:
    with pytest.raises(Unseen) as why:
        await asked(body, status)

    assert why.value.fault is fault and said in why.value.summary


@pytest.mark.parametrize("body", [[], {}, {"status": "success"}, result("vector", 7), result("matrix", [1]),
                                  result("vector", [{"metric": 1, "value": 2}]), result("scalar", "x")])  # fmt: skip
async def test_strange_shapes_are_no_values(body: Any) -> None:
    try:
        assert (await asked(body)).values == {"series": 0}
    except Unseen as why:
        assert why.fault is Fault.UNEXPECTED


async def test_a_range_is_a_graph() -> None:
    async with a_site() as site:
        site.page("/prom/api/v1/query_range", result("matrix", [series("/a", "1", "9", "3"), series("/b", "2", "NaN")]))
        options = PromqlRangeOptions(query="up", value="load", last="10m", step="30s")  # type: ignore[arg-type]
        reading = await promql_range.read(spot(f"{site.address}/prom"), options, Reach(now=lambda: NOW))
        query = site.asked[0].query

    assert float(query["end"]) - float(query["start"]) == 600 and float(query["end"]) == NOW.timestamp()
    assert query["step"] == "30"
    assert reading.values == {"series": 2, "load": 3, "load_max": 9}
    assert reading.series == {"path=/a": ((1000, 1), (1001, 9), (1002, 3)), "path=/b": ((1000, 2),)}


def test_a_range_has_no_more_points_than_a_graph_needs() -> None:
    with pytest.raises(ValueError, match="longer step"):
        PromqlRangeOptions(query="up", last=timedelta(days=7), step=timedelta(seconds=1))
    with pytest.raises(ValueError):
        PromqlRangeOptions(query="up", step=timedelta(0))
