"""Monitoring at Muster's door: deliveries over HTTP, and a storm of them."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.web import alerts
from bot.adapters.web.server import WebServer
from tests.town import Town

TOKEN = "0ur-alert-token"
SIGNED = "0ur-pagerduty-secret"
GRADES = ("info", "warning", "warning", "high", "critical")


@dataclass(frozen=True)
class Answered:
    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.text)
        return read


@dataclass
class Door:
    """`sends` posts a body, text or what becomes JSON, with the token unless other headers are given."""

    session: aiohttp.ClientSession
    address: str

    async def sends(
        self, source: str, body: Any, headers: Mapping[str, str] | None = None, query: str = ""
    ) -> Answered:  # fmt: skip
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        how = {"Authorization": f"Bearer {TOKEN}"} if headers is None else headers
        async with self.session.post(f"{self.address}/webhooks/alerts/{source}{query}", data=data, headers=how) as got:
            return Answered(got.status, await got.text(), dict(got.headers))


@asynccontextmanager
async def a_door(town: Town, token: str = TOKEN) -> AsyncIterator[Door]:
    """The door of the town's Muster, on a port of its own."""
    open = alerts.Door(town.muster.desk, town.clock, token, SIGNED, (SQLAlchemyError,))
    server = WebServer([alerts.route(open)], "127.0.0.1", 0)
    port = await server.start()
    async with aiohttp.ClientSession() as session:
        yield Door(session, f"http://127.0.0.1:{port}")
    await server.stop()


def delivery(*alerts: Mapping[str, Any], status: str = "firing") -> dict[str, Any]:
    """What Alertmanager sends for these."""
    return {
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": status, "receiver": "muster",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am.test",
        "alerts": list(alerts),
    }  # fmt: skip


def fires(
    name: str = "HighLatency", service: str = "api", severity: str = "high", *, n: int = 1, status: str = "firing",
    at: str = "2026-11-21T03:00:00.123456789Z",
) -> dict[str, Any]:  # fmt: skip
    return {
        "status": status, "labels": {"alertname": name, "service": service, "severity": severity, "instance": f"i{n}"},
        "annotations": {"summary": f"{name} of {service} on i{n}"}, "startsAt": at,
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-11-21T03:10:00Z",
        "generatorURL": "http://prometheus.test/graph?g0.expr=up", "fingerprint": f"{name}-{service}-{n}",
    }  # fmt: skip


@dataclass
class Storm:
    """`number` alerts within a minute of many names and services, in deliveries of 1 to 1,000."""

    number: int
    seed: int = 1
    names: int = 40
    services: int = 50
    answered: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0

    def deliveries(self) -> Iterator[list[dict[str, Any]]]:
        chance, left = random.Random(self.seed), self.number
        while left:
            size = min(left, chance.choice((1, 1, 2, 5, 20, 100, 1000)))
            yield [self.one(chance, left - k) for k in range(size)]
            left -= size

    def one(self, chance: random.Random, n: int) -> dict[str, Any]:
        name, service = f"Alert{chance.randrange(self.names)}", f"service-{chance.randrange(self.services)}"
        return fires(name, service, chance.choice(GRADES), n=n)

    async def breaks(self, town: Town, door: Door) -> None:
        """Over a minute of the town's time; what Muster does of it is not waited for in between."""
        waves = list(self.deliveries())
        for wave in waves:
            begun = perf_counter()
            self.answered[(await door.sends("alertmanager", delivery(*wave))).status] += 1
            took = perf_counter() - begun
            self.seconds += took
            self.slowest = max(self.slowest, took)
            await town.later(seconds=60 / len(waves))

    async def calms(self, town: Town, door: Door) -> None:
        """All of them are well again, in deliveries of 1,000."""
        every = [each for wave in self.deliveries() for each in wave]
        for start in range(0, len(every), 1000):
            well = [{**each, "status": "resolved"} for each in every[start : start + 1000]]
            self.answered[(await door.sends("alertmanager", delivery(*well))).status] += 1
            await town.later(seconds=1)
