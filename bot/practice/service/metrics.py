"""What Prometheus can read of the web process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.practice.service.circuit import State

#: bytes that the web process may use
MEMORY_LIMIT = 256 * 1024 * 1024
STATES: Mapping[State, int] = {"closed": 0, "half-open": 1, "open": 2}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Live = Mapping[str, tuple[str, Callable[[], float]]]


class Metrics:
    """`live` are gauges whose value is asked for whenever somebody reads: name → (sentence, value)."""

    def __init__(self, live: Live) -> None:
        self._registry, self._process = CollectorRegistry(), psutil.Process()
        self._process.cpu_percent()
        self.requests = Counter(
            "http_requests_total", "Requests by their answer.", ("method", "path", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "http_request_duration_seconds", "How long answers took.", ("path",), buckets=SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self.release = Gauge("shop_release", "1 for the release that runs.", ("version",), registry=self._registry)
        for name, (sentence, value) in {**live, **self._own()}.items():
            Gauge(name, sentence, registry=self._registry).set_function(value)

    def _own(self) -> Live:
        return {
            "process_resident_memory_bytes": ("Memory of the web process.", self.memory),
            "process_memory_limit_bytes": ("What it may use.", lambda: MEMORY_LIMIT),
            "memory_usage_percent": ("Of its limit.", self.memory_percent),
            "cpu_usage_percent": ("Of one processor, since the last look.", self._process.cpu_percent),
            "process_open_fds": ("Open files and sockets.", self._process.num_fds),
        }

    def memory(self) -> int:
        return self._process.memory_info().rss

    def memory_percent(self) -> float:
        return round(100 * self.memory() / MEMORY_LIMIT, 1)

    def runs(self, version: str) -> None:
        self.release.clear()
        self.release.labels(version).set(1)

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        self.requests.labels(method, path, str(status)).inc()
        self.seconds.labels(path).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)
