from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from bot.adapters.probes.exposition import parsed, quantile
from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.metrics import MetricsOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import a_site, spot


class Shop:
    """The metrics of a service, which change between two readings as a test says."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("http_requests_total", "n", ("path", "status"), registry=self.registry)
        self.memory = Gauge("memory_bytes", "m", ("process",), registry=self.registry)
        self.latency = Histogram("latency_seconds", "l", buckets=(0.1, 0.5, 1.0), registry=self.registry)
        self.memory.labels("a").set(100)
        self.memory.labels("b").set(300)
        self.answer("200", 90)
        self.answer("500", 10)
        for _ in range(10):
            self.latency.observe(0.05)

    def answer(self, status: str, times: int) -> None:
        self.requests.labels("/orders", status).inc(times)

    async def read(self, between: Callable[[], None] = lambda: None, **metrics: dict[str, Any]) -> Reading:
        registry = self.registry
        async with a_site() as site:
            site.page("/metrics", generate_latest(self.registry))
            options = MetricsOptions(metrics=metrics, seconds=0.2, path="/metrics")  # type: ignore[arg-type]

            class Then(Reach):
                async def aside(self, work: Any) -> Any:
                    found = await super().aside(work)
                    between()
                    site.page("/metrics", generate_latest(registry))
                    return found

            return await read(spot(site.address), options, Then())


async def test_gauges_and_sums() -> None:
    reading = await Shop().read(
        highest_bytes={"metric": "memory_bytes"},
        all_bytes={"metric": "memory_bytes", "how": "sum"},
        a_bytes={"metric": "memory_bytes", "where": {"process": "a"}},
        server_errors={"metric": "http_requests_total", "where": {"status": "5.."}, "how": "sum"},
    )

    assert reading.fault is Fault.NONE
    assert reading.values == {"highest_bytes": 300, "all_bytes": 400, "a_bytes": 100, "server_errors": 10}
    assert 'memory_bytes{process="a"} 100' in reading.text


FAILED = {"metric": "http_requests_total", "where": {"status": "5.."}, "of": "http_requests_total", "how": "ratio"}


async def test_the_rate_of_errors_is_that_between_two_readings() -> None:
    shop = Shop()
    steps = iter([lambda: (shop.answer("200", 30), shop.answer("503", 10))])
    reading = await shop.read(lambda: next(steps, lambda: None)(), error_percent=FAILED)  # type: ignore[operator]

    assert reading.values == {"error_percent": 25}


async def test_the_rate_of_errors_since_the_start() -> None:
    assert (await Shop().read(error_percent={**FAILED, "since_start": True})).values == {"error_percent": 10}


async def test_nothing_asked_is_no_rate() -> None:
    assert (await Shop().read(error_percent=FAILED)).values == {}


async def test_rates_are_per_second() -> None:
    shop = Shop()
    steps = iter([lambda: shop.answer("200", 100)])
    rate = {"metric": "http_requests_total", "how": "rate"}
    reading = await shop.read(lambda: next(steps, lambda: None)(), requests_per_second=rate)  # type: ignore[func-returns-value]

    # 100 in a little more than 0.2 s
    assert 50 < reading.values["requests_per_second"] <= 500


async def test_a_quantile_is_that_between_two_readings() -> None:
    shop = Shop()
    steps = iter([lambda: [shop.latency.observe(0.7) for _ in range(100)]])
    p95 = {"metric": "latency_seconds", "how": "quantile"}
    reading = await shop.read(lambda: next(steps, list)(), p95_seconds=p95, ever_seconds={**p95, "since_start": True})  # type: ignore[operator]

    assert reading.values["p95_seconds"] == pytest.approx(0.975)
    assert 0.5 < reading.values["ever_seconds"] < 1


def test_quantiles() -> None:
    counts = [(0.1, 50.0), (0.5, 90.0), (1.0, 100.0), (float("inf"), 100.0)]

    assert quantile(0.5, counts) == pytest.approx(0.1)
    assert quantile(0.95, counts) == pytest.approx(0.75)
    assert quantile(0.99, [(1.0, 0.0), (float("inf"), 10.0)]) == 1.0
    assert quantile(0.5, []) is None and quantile(0.5, [(1.0, 0.0)]) is None


async def test_a_counter_that_fell_began_anew() -> None:
    shop = Shop()

    def restart() -> None:
        shop.requests.clear()
        shop.answer("200", 6)
        shop.answer("500", 2)

    steps = iter([restart])
    reading = await shop.read(lambda: next(steps, lambda: None)(), error_percent=FAILED)

    assert reading.values == {"error_percent": 25}


async def test_what_is_not_there_is_missing_and_the_rest_is_told() -> None:
    reading = await Shop().read(
        bytes={"metric": "memory_bytes", "where": {"process": "a"}}, sessions={"metric": "active_sessions"}
    )

    assert reading.fault is Fault.MISSING and "active_sessions" in reading.summary
    assert reading.values == {"bytes": 100}


async def test_errors_that_never_happened_are_none() -> None:
    shop = Shop()
    shop.requests.clear()
    shop.answer("200", 5)
    reading = await shop.read(error_percent={**FAILED, "since_start": True})

    assert reading.fault is Fault.NONE and reading.values == {"error_percent": 0}


async def test_without_names_every_metric_is_told() -> None:
    values = (await Shop().read()).values

    assert values["memory_bytes"] == 300 and values["http_requests_total"] == 90


def test_openmetrics_are_read_too() -> None:
    text = generate_openmetrics(Shop().registry).decode()

    assert {"memory_bytes", "http_requests_total"} <= parsed(text, open_metrics=True).keys()


@pytest.mark.parametrize(
    "body", ["", "<html><body>no</body></html>", '{"a": 1}', "x{ 1", "a b c d", "\x00\xff", "up one"]
)
async def test_what_is_no_metrics_is_unexpected(body: str) -> None:
    async with a_site() as site:
        site.page("/metrics", body)
        with pytest.raises(Unseen) as why:
            await read(spot(site.address), MetricsOptions(path="/metrics"), Reach())

    assert why.value.fault is Fault.UNEXPECTED
