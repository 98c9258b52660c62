"""GET /metrics: figures for Prometheus, listed in docs/metrics.md. None tells of a person or a restricted incident."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

#: in seconds; Slack waits 3 s for an acknowledgement
ACK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)
CALL = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
WRITE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
OTHER = "other"


@dataclass(frozen=True)
class Standing:
    """How things stand at the moment of asking; of restricted incidents nothing is in it. Ages are in seconds."""

    open: Mapping[str, int] = field(default_factory=dict)
    declared: int = 0
    runs_due: int = 0
    runs_overdue: int = 0
    timers_due: int = 0
    given_up: int = 0
    seats: int = 0
    surface_lag: float = 0.0
    backed_up: datetime | None = None
    sockets: int = 0
    sockets_opened: int = 0
    waiting: int = 0
    rounds: int = 0


#: what is read when somebody asks: a name that ends in _total is a counter, any other a gauge
READ: Mapping[str, tuple[str, Callable[[Standing], float]]] = {
    "muster_incidents_declared_total": (
        "Real incidents on record, restricted ones left out.", lambda now: now.declared),
    "muster_runs_due": (
        "Runs (rooms to open, pages to send, …) that are due and not yet taken up.", lambda now: now.runs_due),
    "muster_runs_overdue": (
        "Runs that have been due for more than 2 minutes; anything above 0 is a reason to look.",
        lambda now: now.runs_overdue),
    "muster_timers_due": (
        "Timers (reminders, escalations, …) that are due and have not fired.", lambda now: now.timers_due),
    "muster_steps_given_up": (
        "Steps given up in open incidents; their cards say which, with a button Retry.", lambda now: now.given_up),
    "muster_lane_seats": (
        "Posts that wait for their turn in a channel, those under way included.", lambda now: now.seats),
    "muster_surface_lag_seconds": (
        "For how long the stalest card, topic or announcement has been waiting to be edited.",
        lambda now: now.surface_lag),
    "muster_backup_timestamp_seconds": (
        "When muster backup was last used, in Unix time; 0 for never.",
        lambda now: now.backed_up.timestamp() if now.backed_up else 0.0),
    "muster_sockets_connected": (
        "Sockets to Slack that are connected; in HTTP mode 1 while requests are taken.", lambda now: now.sockets),
    "muster_sockets_opened_total": (
        "How often a socket was opened since the start; Slack renews each about hourly.",
        lambda now: now.sockets_opened),
    "muster_slack_calls_waiting": (
        "Calls that wait for their turn under Slack's rate limits.", lambda now: now.waiting),
    "muster_detector_rounds_total": (
        "Rounds of the detector since the start.", lambda now: now.rounds),
}  # fmt: skip
OPEN = "Open real incidents by severity, restricted ones left out."


class Read(Collector):
    """The figures of the newest `standing`."""

    standing = Standing()

    def collect(self) -> Iterator[Metric]:
        open = GaugeMetricFamily("muster_incidents_open", OPEN, labels=["severity"])
        for severity, count in sorted(self.standing.open.items()):
            open.add_metric([severity], count)
        yield open
        for name, (help, read) in READ.items():
            family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            yield family(name, help, value=read(self.standing))


class Metrics:
    """
    A registry of its own. `methods` are Slack's that may be labels, `ways` those of pages: what is not among them
    counts as other, so that the number of series is bounded.
    """

    def __init__(self, version: str, methods: Collection[str], ways: Collection[str]) -> None:
        self._methods, self._ways = frozenset(methods), frozenset(ways)
        self.registry = registry = CollectorRegistry()
        self._read = Read()
        registry.register(self._read)
        self._calls = Counter(
            "muster_slack_calls",
            "Calls to Slack by method and outcome (ok, busy, limited, doubt, refused); limited is HTTP 429.",
            ["method", "outcome"], registry=registry,
        )  # fmt: skip
        self._call_seconds = Histogram(
            "muster_slack_call_seconds", "How long calls to Slack took, waits for their turn left out.", ["method"],
            buckets=CALL, registry=registry,
        )  # fmt: skip
        self._ack = Histogram(
            "muster_ack_seconds",
            "From a delivery of Slack to our acknowledgement, by kind (events_api, interactive, slash_commands).",
            ["kind"], buckets=ACK, registry=registry,
        )  # fmt: skip
        self._writes = Histogram(
            "muster_store_transaction_seconds", "How long decisions took to be written, by outcome (ok, failed).",
            ["outcome"], buckets=WRITE, registry=registry,
        )  # fmt: skip
        self._alerts = Counter(
            "muster_alerts_received", "Deliveries of alerts by the HTTP status they were answered with.", ["status"],
            registry=registry,
        )  # fmt: skip
        self._pages = Counter(
            "muster_pages",
            "Tries to page outside Slack by way (email, sms, phone) and outcome (ok, busy, doubt, refused).",
            ["way", "outcome"], registry=registry,
        )  # fmt: skip
        info = Gauge("muster_build_info", "1, with the release as a label.", ["version"], registry=registry)
        info.labels(version).set(1)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        known = method if method in self._methods else OTHER
        self._calls.labels(known, outcome).inc()
        self._call_seconds.labels(known).observe(seconds)

    def acknowledged(self, kind: str, seconds: float) -> None:
        known = kind if kind in ("events_api", "interactive", "slash_commands") else OTHER
        self._ack.labels(known).observe(seconds)

    def wrote(self, outcome: str, seconds: float) -> None:
        self._writes.labels(outcome).observe(seconds)

    def alerted(self, status: int) -> None:
        self._alerts.labels(str(status)).inc()

    def paged(self, way: str, outcome: str) -> None:
        self._pages.labels(way if way in self._ways else OTHER, outcome).inc()

    def text(self, standing: Standing) -> bytes:
        """In Prometheus' text format."""
        self._read.standing = standing
        return generate_latest(self.registry)


def route(metrics: Metrics, standing: Callable[[], Awaitable[Standing]]) -> web.RouteDef:

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(await standing()), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return web.get("/metrics", answer)


def documented() -> list[tuple[str, str, str]]:
    """Every metric: its name as one asks for it, its kind, its help."""
    families = Metrics("", (), ()).registry.collect()
    return sorted(
        (f"{each.name}_total" if each.type == "counter" else each.name, each.type, each.documentation)
        for each in families
    )
