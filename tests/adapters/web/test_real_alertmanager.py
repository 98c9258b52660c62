"""A real Prometheus looks at the practice shop, and a real Alertmanager tells Muster when it is down and when not."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot import app
from bot.engine.clock import SystemClock
from bot.policy import book
from bot.practice.people import move_in
from bot.practice.service.addresses import Addresses, free_ports
from bot.practice.service.running import Running
from bot.simulator import Simulator
from tests.town import MANIFEST, config_for, sockets_open

BINARIES = ("prometheus", "prometheus-alertmanager")
TOKEN = "only-for-this-test"
PATIENCE = 30.0

PROMETHEUS = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: shop, static_configs: [{{targets: ["127.0.0.1:{shop}"]}}]}}]
"""
RULES = """
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        for: 1s
        labels: {severity: critical, service: shop}
        annotations: {summary: "{{ $labels.job }} is not scraped"}
"""
ALERTMANAGER = """
route: {{receiver: muster, group_wait: 1s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: muster
    webhook_configs:
      - url: http://127.0.0.1:{muster}/webhooks/alerts/alertmanager
        send_resolved: true
        http_config: {{authorization: {{credentials: {token}}}}}
"""


@pytest.fixture(autouse=True)
def binaries() -> None:
    """Where they must be there, it fails without them."""
    missing = [name for name in BINARIES if shutil.which(name) is None]
    if missing and not os.environ.get("MUSTER_NEEDS_PROMETHEUS"):
        pytest.skip(f"{' and '.join(missing)} cannot be found")


@asynccontextmanager
async def a_process(*command: str) -> AsyncIterator[None]:
    """It runs until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def a_muster(folder: Path) -> AsyncIterator[tuple[app.App, int]]:
    """The whole bot on the real clock, and the port it listens on."""
    clock = SystemClock()
    simulator = Simulator(clock, MANIFEST)
    await simulator.start()
    move_in(simulator, book.load("default"))
    config = config_for(simulator, folder).model_copy(update={"alert_token": SecretStr(TOKEN)})
    muster = await app.build(config, clock=clock)
    try:
        port = await muster.start()
        await sockets_open(simulator)
        yield muster, port
    finally:
        await muster.stop()
        await simulator.stop()


@asynccontextmanager
async def monitoring(folder: Path, shop: Addresses, muster: int) -> AsyncIterator[None]:
    """Prometheus and Alertmanager, on this machine alone."""
    prometheus, alertmanager = free_ports(2)
    write(folder, "prometheus", PROMETHEUS.format(alertmanager=alertmanager, shop=shop.web))
    write(folder, "rules", RULES)
    write(folder, "alertmanager", ALERTMANAGER.format(muster=muster, token=TOKEN))
    async with AsyncExitStack() as stack:
        for command in (
            ("prometheus-alertmanager", f"--config.file={folder / 'alertmanager.yml'}", "--cluster.listen-address=",
             f"--storage.path={folder / 'alertmanager'}", f"--web.listen-address=127.0.0.1:{alertmanager}"),
            ("prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{prometheus}"),
        ):  # fmt: skip
            await stack.enter_async_context(a_process(*command))
        await until(lambda: scraped(prometheus))
        yield


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(text)


async def scraped(prometheus: int) -> bool:
    """Whether it has seen the shop up."""
    url = f"http://127.0.0.1:{prometheus}/api/v1/query"
    try:
        async with aiohttp.ClientSession() as http, http.get(url, params={"query": "up == 1"}) as answer:
            found = await answer.json()
    except aiohttp.ClientError:
        return False
    return bool(found.get("data", {}).get("result"))


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await true():
            await asyncio.sleep(0.2)


async def told(shop: Addresses, what: str) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"{shop.panel}/{what}", json={"kind": "kill"}) as answer:
        assert answer.status == 200


async def test_what_prometheus_sees_opens_an_incident_and_its_end_is_heard(tmp_path: Path) -> None:
    running = Running(tmp_path / "shop")
    try:
        shop = await running.start()
        async with a_muster(tmp_path / "muster") as (muster, port), monitoring(tmp_path / "eyes", shop, port):
            assert await muster.store.incidents() == []
            await told(shop, "break")
            await until(lambda: fires(muster, True))
            [incident] = await muster.store.incidents()
            [kept] = await muster.store.alerts_of(incident.id)
            assert (incident.severity, incident.declared_by) == ("sev1", "muster")
            assert (kept.alert.source, kept.alert.name, kept.alert.service) == ("alertmanager", "ShopDown", "shop")
            assert kept.alert.summary == "shop is not scraped"

            await told(shop, "mend")
            await until(lambda: fires(muster, False))
            [kept] = await muster.store.alerts_of(incident.id)
            assert kept.alert.until is not None and kept.alert.until > kept.alert.since
    finally:
        await running.stop()


async def fires(muster: app.App, firing: bool) -> bool:
    """Whether the alerts of the incident are so; False while there is none."""
    incidents = await muster.store.incidents()
    return bool(incidents) and all(
        each.alert.firing is firing for each in await muster.store.alerts_of(incidents[0].id)
    )
