"""Each way to break the shop is seen from outside, over HTTP, TLS, the cache and its files, and mended again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import psutil
import pytest
import pytest_asyncio
import redis.asyncio as redis
from cryptography import x509

from bot.practice.service.addresses import Addresses
from bot.practice.service.breaks import KINDS
from bot.practice.service.child import environment
from bot.practice.service.running import CannotOpen, Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
Json = dict[str, Any]


class Visitor:
    """Somebody outside who knows the addresses, and reads in the logs what is new since they came."""

    def __init__(self, addresses: Addresses, http: aiohttp.ClientSession) -> None:
        self.at, self.http = addresses, http
        self._read = {file: file.stat().st_size for file in (addresses.log, addresses.plain_log)}

    async def orders_control(self, path: str, **told: Any) -> tuple[int, Json]:
        async with self.http.post(f"{self.at.panel}{path}", json=told) as answer:
            return answer.status, await answer.json()

    async def breaks(self, kind: str) -> None:
        status, state = await self.orders_control("/break", kind=kind)
        assert (status, state["broken"]) == (200, [kind])

    async def mends(self, kind: str) -> None:
        status, state = await self.orders_control("/mend", kind=kind)
        assert (status, state["broken"]) == (200, [])

    async def state(self) -> Json:
        async with self.http.get(f"{self.at.panel}/state") as answer:
            found: Json = await answer.json()
            return found

    async def get(self, path: str) -> tuple[int, Json]:
        async with self.http.get(f"{self.at.url}{path}") as answer:
            return answer.status, await answer.json()

    async def health(self) -> int:
        """The status; 0 when nobody answers."""
        try:
            return (await self.get("/healthz"))[0]
        except aiohttp.ClientConnectionError:
            return 0

    async def buys(self) -> tuple[int, Json]:
        async with self.http.post(f"{self.at.url}/orders", json={"item": "mug", "customer": "test"}) as answer:
            return answer.status, await answer.json()

    async def measures(self, name: str) -> float:
        async with self.http.get(self.at.metrics) as answer:
            text = await answer.text()
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))

    def new_in(self, file: Path) -> str:
        return file.read_bytes()[self._read[file] :].decode()

    def logged(self) -> list[Json]:
        return [json.loads(line) for line in self.new_in(self.at.log).splitlines()]

    def log_says(self, words: str) -> bool:
        both = any(words in f"{line['message']} {line.get('exception')}" for line in self.logged())
        return both and words in self.new_in(self.at.plain_log)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Running:
    return Running(tmp_path_factory.mktemp("shop"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def addresses(running: Running) -> AsyncIterator[Addresses]:
    """One shop for all of them: each test mends what it broke."""
    yield await running.start()
    await running.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(addresses: Addresses) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        visitor = Visitor(addresses, http)
        yield visitor
        await visitor.orders_control("/mend", kind="all")
        await until(lambda: healthy(visitor))


@pytest_asyncio.fixture(loop_scope="module")
async def other(tmp_path: Path) -> AsyncIterator[Running]:
    """A shop of the test's own, which it starts itself."""
    shop = Running(tmp_path / "shop")
    yield shop
    await shop.stop()


async def until(true: Callable[[], Awaitable[bool] | bool]) -> None:
    deadline = monotonic() + PATIENCE
    while True:
        found = true()
        if found if isinstance(found, bool) else await found:
            return
        assert monotonic() < deadline, "it did not become true"
        await asyncio.sleep(0.1)


async def healthy(visitor: Visitor) -> bool:
    return await visitor.health() == 200


async def test_it_is_whole_and_quick_to_start(other: Running) -> None:
    began = monotonic()
    addresses = await other.start()
    took = monotonic() - began
    async with aiohttp.ClientSession() as http:
        visitor = Visitor(addresses, http)
        status, health = await visitor.get("/healthz")
        bought, order = await visitor.buys()
        _, listed = await visitor.get("/orders")
        async with http.get(f"{addresses.payments_url}/health") as payments:
            assert payments.status == 200
        async with http.ws_connect(addresses.ws) as socket:
            await socket.send_json({"type": "ping"})
            pong = await socket.receive_json()
            sessions = await visitor.measures("shop_active_sessions")

    assert (status, health["wrong"], health["noted"]) == (200, {}, {})
    assert bought == 201 and order["id"] in [each["id"] for each in listed["orders"]]
    assert pong == {"type": "pong"} and sessions >= 1
    assert took < 10, f"{took:.1f} s"


async def test_the_cache_speaks_to_any_client_of_redis(visitor: Visitor) -> None:
    for protocol in (2, 3):
        client = redis.from_url(visitor.at.redis, protocol=protocol, decode_responses=True)
        assert await client.ping() is True
        assert await client.set("greeting", "good day", px=200) is True
        assert await client.get("greeting") == "good day"
        await asyncio.sleep(0.3)
        assert await client.get("greeting") is None
        assert (await client.info())["connected_clients"] >= 1
        with pytest.raises(redis.ResponseError):
            await client.execute_command("FLUSHALL")
        await client.aclose()


async def test_kill(visitor: Visitor) -> None:
    pid = int(visitor.at.pid_file.read_text())
    await visitor.breaks("kill")
    await asyncio.sleep(1.5)

    assert await visitor.health() == 0
    assert not psutil.pid_exists(pid) and int(visitor.at.pid_file.read_text()) == pid
    await visitor.mends("kill")
    assert await visitor.health() == 200
    assert psutil.pid_exists(int(visitor.at.pid_file.read_text()))


async def test_a_process_that_dies_by_itself_is_started_again(visitor: Visitor) -> None:
    for process in ("web", "cache", "payments"):
        pid = (await visitor.state())["processes"][process]
        os.kill(pid, signal.SIGKILL)

        async def anew(process: str = process, pid: int = pid) -> bool:
            return (await visitor.state())["processes"][process] not in (None, pid)

        await until(anew)
    assert (await visitor.state())["broken"] == []
    assert await visitor.health() == 200


async def test_slow(visitor: Visitor) -> None:
    await visitor.breaks("slow")
    began = monotonic()
    status, _ = await visitor.get("/orders")

    assert status == 200 and monotonic() - began > 5
    await visitor.mends("slow")
    began = monotonic()
    assert await visitor.health() == 200 and monotonic() - began < 3


async def test_errors(visitor: Visitor) -> None:
    failed = 'http_requests_total{method="GET",path="/orders",status="500"}'
    before = await visitor.measures(failed)
    await visitor.breaks("errors")
    statuses = [(await visitor.get("/orders"))[0] for _ in range(40)]

    # others ask at the same time, and every fifth of all requests fails
    assert 5 <= statuses.count(500) <= 12 and set(statuses) == {200, 500}
    assert visitor.log_says("CheckoutError: quick checkout lost basket")
    assert await visitor.measures(failed) >= before + 5
    await visitor.mends("errors")
    assert {(await visitor.get("/orders"))[0] for _ in range(10)} == {200}


async def test_leak(visitor: Visitor) -> None:
    async def grown() -> bool:
        return await visitor.measures("memory_usage_percent") > 90

    assert await visitor.measures("memory_usage_percent") < 60
    await visitor.breaks("leak")
    began = monotonic()
    await until(grown)

    assert monotonic() - began < 25
    web = psutil.Process((await visitor.state())["processes"]["web"])
    assert 0.9 * 256 * 2**20 < web.memory_info().rss < 256 * 2**20
    await visitor.mends("leak")
    assert await visitor.measures("memory_usage_percent") < 60 and await visitor.health() == 200


async def test_disk(visitor: Visitor) -> None:
    await visitor.breaks("disk")
    status, answer = await visitor.buys()
    there = sum(file.stat().st_size for file in visitor.at.disk.iterdir() if file.name != ".quota")

    assert status == 500 and "no space left" in answer["error"]
    assert there == int((visitor.at.disk / ".quota").read_text())
    assert await visitor.health() == 503 and await visitor.measures("disk_usage_percent") == 100
    assert visitor.log_says("ENOSPC: no space left on device")
    await visitor.mends("disk")
    assert (await visitor.buys())[0] == 201 and await visitor.health() == 200


async def test_a_new_shop_in_the_folder_of_a_broken_one_is_whole(other: Running) -> None:
    async with aiohttp.ClientSession() as http:
        await Visitor(await other.start(), http).breaks("disk")
        await other.stop()
        visitor = Visitor(await other.start(), http)

        assert (await visitor.buys())[0] == 201 and (await visitor.state())["broken"] == []


async def test_connections(visitor: Visitor) -> None:
    await visitor.breaks("connections")
    status, answer = await visitor.buys()

    assert status == 503 and "waiting for a database connection" in answer["error"]
    assert await visitor.health() == 503
    size = await visitor.measures("shop_db_pool_size")
    assert await visitor.measures("shop_db_pool_in_use") == size == 5
    assert visitor.log_says("connection pool exhausted: timed out")
    await visitor.mends("connections")
    assert (await visitor.buys())[0] == 201
    await until(lambda: healthy(visitor))


def shown_certificate(at: Addresses) -> x509.Certificate:
    return x509.load_pem_x509_certificate(ssl.get_server_certificate(("127.0.0.1", at.tls)).encode())


async def test_certificate(visitor: Visitor) -> None:
    before = await asyncio.to_thread(shown_certificate, visitor.at)
    await visitor.breaks("certificate")
    expired = await asyncio.to_thread(shown_certificate, visitor.at)

    assert before.not_valid_after_utc > expired.not_valid_after_utc
    trusting = ssl.create_default_context(cafile=f"{visitor.at.folder}/shop.pem")
    with pytest.raises(aiohttp.ClientConnectorCertificateError, match="certificate has expired"):
        await visitor.http.get(f"https://{visitor.at.tls_address}/healthz", ssl=trusting)
    assert visitor.log_says("certificate has expired")
    await visitor.mends("certificate")
    trusting = ssl.create_default_context(cafile=f"{visitor.at.folder}/shop.pem")
    async with visitor.http.get(f"https://{visitor.at.tls_address}/healthz", ssl=trusting) as answer:
        assert answer.status == 200


async def test_bad_release(visitor: Visitor) -> None:
    await visitor.breaks("bad-release")
    statuses = {(await visitor.get("/orders"))[0] for _ in range(12)}
    async with visitor.http.get(visitor.at.releases) as answer:
        latest = (await answer.json())[0]

    assert statuses == {500} and await visitor.health() == 503
    assert latest["version"] == "1.5.0" and latest["by"] == "ben" and latest["at"] and latest["what"]
    assert visitor.log_says("failed in release 1.5.0: KeyError: 'tier'")
    assert "1.5.0" in {line["release"] for line in visitor.logged()}
    status, state = await visitor.orders_control("/rollback")
    assert (status, state["release"], state["broken"]) == (200, "1.4.1", [])
    assert (await visitor.get("/orders"))[1]["delivery_days"] == 2


async def test_dependency(visitor: Visitor) -> None:
    await visitor.breaks("dependency")
    refused = [await visitor.buys() for _ in range(4)]

    assert {status for status, _ in refused} == {503}
    assert visitor.log_says("connect ECONNREFUSED") and visitor.log_says("circuit breaker open")
    assert await visitor.measures("shop_circuit_open") == 1
    assert (await visitor.get("/orders"))[0] == 200 and await visitor.health() == 200
    with pytest.raises(aiohttp.ClientConnectorError):
        await visitor.http.get(visitor.at.payments_url)
    await visitor.mends("dependency")

    async def sold() -> bool:
        return (await visitor.buys())[0] == 201

    await until(sold)
    assert await visitor.measures("shop_circuit_open") == 0


async def test_all_at_once_and_all_mended(visitor: Visitor) -> None:
    for kind in KINDS:
        await visitor.orders_control("/break", kind=kind)
    assert (await visitor.state())["broken"] == list(KINDS)

    await visitor.mends("all")
    await until(lambda: healthy(visitor))
    assert (await visitor.buys())[0] == 201


async def test_a_restart_helps_against_what_a_restart_helps_against(visitor: Visitor) -> None:
    for kind in ("kill", "connections", "slow"):
        await visitor.orders_control("/break", kind=kind)
    _, state = await visitor.orders_control("/restart")

    assert state["broken"] == ["slow"] and state["processes"]["web"]


async def test_flags_capacity_and_releases_are_set_or_refused_in_words(visitor: Visitor) -> None:
    told = [
        await visitor.orders_control(path, **told)
        for path, told in (
            ("/break", {"kind": "gremlins"}), ("/mend", {"kind": "gremlins"}), ("/capacity", {"capacity": 0}),
            ("/release", {"version": "9"}), ("/flag", {"name": "nothing", "on": True}),
            ("/flag", {"name": "gift-notes", "on": "no"}),
        )
    ]  # fmt: skip
    await visitor.orders_control("/capacity", capacity=3)
    await visitor.orders_control("/release", version="1.4.0")
    _, state = await visitor.orders_control("/flag", name="gift-notes", on=False)

    assert {status for status, _ in told} == {400}
    assert all(kind in told[0][1]["error"] for kind in KINDS)
    assert (state["capacity"], state["release"], state["flags"]["gift-notes"]) == (3, "1.4.0", False)
    assert await visitor.measures("shop_capacity{") + await visitor.measures("shop_capacity ") == 3
    assert "delivery_days" not in (await visitor.get("/orders"))[1]
    await visitor.orders_control("/capacity", capacity=16)
    await visitor.orders_control("/release", version="1.4.1")


@pytest.mark.parametrize("head", [{"Host": "shop.example.com"}, {"Origin": "https://example.com"}])
async def test_nobody_elses_page_may_break_it(visitor: Visitor, head: dict[str, str]) -> None:
    async with visitor.http.post(f"{visitor.at.panel}/break", json={"kind": "kill"}, headers=head) as answer:
        assert answer.status == 403
    assert (await visitor.state())["broken"] == []


async def test_a_taken_port_is_told(other: Running, visitor: Visitor) -> None:
    with pytest.raises(CannotOpen, match=f"port {visitor.at.control} cannot be used"):
        await other.start(visitor.at.control)


KILLED = """
import asyncio, sys
from pathlib import Path
from bot.practice.service.running import Running
async def main():
    shop = Running(Path(sys.argv[1]))
    print((await shop.start()).control, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def test_no_process_outlives_whoever_started_it(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        KILLED,
        str(tmp_path / "shop"),
        env=environment(),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout and await parent.stdout.readline()
    family = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    await parent.wait()

    assert len(family) == 4
    await until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in family))
    assert (tmp_path / "shop" / "processes.err").read_text() == ""


async def test_an_idle_shop_costs_little(running: Running, visitor: Visitor) -> None:
    state = await visitor.state()
    assert running.supervisor.pid
    family = [psutil.Process(pid) for pid in (running.supervisor.pid, *state["processes"].values())]
    before = sum(sum(each.cpu_times()[:2]) for each in family)
    await asyncio.sleep(3)
    spent = sum(sum(each.cpu_times()[:2]) for each in family) - before

    assert spent / 3 < 0.05
