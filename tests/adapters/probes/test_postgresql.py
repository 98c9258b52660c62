"""A real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed
from tests.adapters.probes.looks import look
from tests.adapters.probes.servers import NOW, hang, identity, talking
from tests.postgres import Server, free_port


@pytest.fixture
def shop(postgres: Server) -> str:
    return postgres.database()


@asynccontextmanager
async def connected(address: str, **more: Any) -> AsyncIterator[Any]:
    database = await asyncpg.connect(address, **more)
    try:
        yield database
    finally:
        database.terminate()


@asynccontextmanager
async def busy(address: str, query: str) -> AsyncIterator[None]:
    """Somebody runs this meanwhile."""
    async with connected(address) as database:
        running = asyncio.create_task(database.execute(query))
        await asyncio.sleep(0.3)
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def one(address: str, value: str) -> float:
    return (await look("postgresql", address)).values[value]


async def test_how_it_does(shop: str) -> None:
    found = await look("postgresql", shop)
    assert found.fault is Fault.NONE
    assert 0 < found.values["seconds"] < found.values["connect_seconds"] + 5
    assert found.values["max_connections"] == 60
    assert found.values["connections"] >= 1
    assert found.values["connections_percent"] == pytest.approx(100 * found.values["connections"] / 60)
    assert "slow_queries" not in found.values
    assert "value" not in found.values


async def test_connections_count(shop: str) -> None:
    before = await one(shop, "connections")
    async with connected(shop), connected(shop):
        assert await one(shop, "connections") == before + 2


async def test_queries_that_run_are_shown(shop: str) -> None:
    async with busy(shop, "SELECT pg_sleep(30) /* the report */"):
        found = await look("postgresql", shop)
    assert found.values["longest_seconds"] > 0.2
    assert "muster" in found.text
    assert "the report" in found.text


async def test_somebody_waits_for_a_lock(shop: str) -> None:
    async with connected(shop) as first:
        await first.execute("CREATE TABLE orders (id int)")
        async with first.transaction():
            await first.execute("LOCK TABLE orders")
            async with busy(shop, "SELECT * FROM orders"):
                assert await one(shop, "ungranted_locks") >= 1


async def test_a_number_of_the_teams_own(shop: str) -> None:
    for query, value in (("SELECT 7", 7), ("SELECT 1.5::numeric", 1.5), ("SELECT count(*) FROM pg_class", None)):
        found = await look("postgresql", shop, query=query)
        assert found.fault is Fault.NONE
        assert value in (None, found.values["value"])
    for query in ("SELECT 'many'", "SELECT true", "SELECT 1 WHERE false", "SELECT FROM nothing", "SELECT 1; SELECT 2"):
        assert (await look("postgresql", shop, query=query)).fault is Fault.UNEXPECTED


@pytest.mark.parametrize(
    "query", ["CREATE TABLE mine (id int)", "DELETE FROM orders RETURNING 1", "SELECT nextval('numbers')"]
)
async def test_nothing_is_changed(shop: str, query: str) -> None:
    async with connected(shop) as database:
        await database.execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1); CREATE SEQUENCE numbers")
        assert (await look("postgresql", shop, query=query)).fault is Fault.DENIED
        assert await database.fetchval("SELECT count(*) FROM orders") == 1
        assert await database.fetchval("SELECT last_value FROM numbers") == 1
        assert await database.fetchval("SELECT to_regclass('mine') IS NULL")


async def test_a_query_that_does_not_end_is_ended_there_too(shop: str) -> None:
    found = await look("postgresql", shop, query="SELECT count(*) FROM pg_sleep(60)", seconds=1)
    assert found.fault is Fault.TIME_OUT
    async with connected(shop) as database:
        left = (
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> $1"
        )
        assert await database.fetchval(left, database.get_server_pid()) == 0


async def test_slow_queries_where_they_are_counted(shop: str) -> None:
    """A table stands in for the extension, which needs a setting of the server."""
    async with connected(shop) as database:
        await database.execute("CREATE TABLE pg_stat_statements (mean_exec_time float)")
        await database.execute("INSERT INTO pg_stat_statements VALUES (1), (999), (1001), (5000)")
        assert await one(shop, "slow_queries") == 2
        await database.execute("ALTER TABLE pg_stat_statements RENAME mean_exec_time TO mean_time")
        found = await look("postgresql", shop, query="SELECT 7")
        assert (found.fault, found.values["value"]) == (Fault.NONE, 7)
        assert "slow_queries" not in found.values


async def test_the_extension_without_its_setting_is_no_trouble(shop: str) -> None:
    async with connected(shop) as database:
        try:
            await database.execute("CREATE EXTENSION pg_stat_statements")
        except asyncpg.FeatureNotSupportedError as why:
            pytest.skip(str(why))
    found = await look("postgresql", shop)
    assert found.fault is Fault.NONE
    assert "slow_queries" not in found.values


async def test_somebody_who_may_see_little(shop: str, postgres: Server) -> None:
    async with connected(shop) as database:
        await database.execute("DROP ROLE IF EXISTS eyes; CREATE ROLE eyes LOGIN; CREATE TABLE salaries (id int)")
    address = shop.replace("muster:muster@", "eyes@")
    assert (await look("postgresql", address)).fault is Fault.NONE
    assert (await look("postgresql", address, query="SELECT id FROM salaries")).fault is Fault.DENIED


async def test_all_connections_are_used(shop: str) -> None:
    async with connected(shop) as database:
        name = await database.fetchval("SELECT current_database()")
        await database.execute("DROP ROLE IF EXISTS crowd; CREATE ROLE crowd LOGIN CONNECTION LIMIT 0")
        await database.execute(f'GRANT CONNECT ON DATABASE "{name}" TO crowd')
    found: Reading = await look("postgresql", shop.replace("muster:muster@", "crowd@"))
    assert found.fault is Fault.UNEXPECTED
    assert found.values == {"connections_percent": 100}


async def test_nobody_there_and_nobody_of_that_name(shop: str) -> None:
    assert (await look("postgresql", f"postgresql://127.0.0.1:{free_port()}/shop")).fault is Fault.REFUSED
    assert (await look("postgresql", shop + "gone")).fault is Fault.MISSING
    assert (await look("postgresql", shop.replace("muster:muster@", "nobody@"))).fault is Fault.DENIED
    assert (await look("postgresql", shop + "?sslmode=always")).fault is Fault.BROKEN
    assert (await look("postgresql", "127.0.0.1:5432")).fault is Fault.BROKEN


async def test_one_that_takes_connections_and_says_nothing() -> None:
    began = elapsed()
    async with talking(hang) as port:
        for mode in ("disable", "prefer"):
            found = await look("postgresql", f"postgresql://127.0.0.1:{port}/shop?sslmode={mode}", seconds=1)
            assert found.fault is Fault.TIME_OUT
    assert elapsed() - began < 10


async def test_one_that_speaks_no_tls_is_not_trusted_when_it_must(shop: str) -> None:
    for mode in ("require", "verify-full"):
        assert (await look("postgresql", f"{shop}?sslmode={mode}")).fault is Fault.UNEXPECTED
    for mode in ("disable", "allow", "prefer"):
        assert (await look("postgresql", f"{shop}?sslmode={mode}")).fault is Fault.NONE


async def here(host: str) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(("certified", "fault"), [("db.test", Fault.UNEXPECTED), ("other.test", Fault.UNTRUSTED)])
async def test_its_certificate_must_be_of_its_name(tmp_path: Path, certified: str, fault: Fault) -> None:
    known = identity(tmp_path, NOW + timedelta(days=9000), NOW - timedelta(days=9000), host=certified)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Willing to speak TLS, and to say nothing more."""
        await reader.readexactly(8)
        writer.write(b"S")
        await writer.start_tls(known.serve)

    async with talking(talk) as port:
        address, reach = f"postgresql://db.test:{port}/shop?sslmode=verify-full", Reach(here, known.trust)
        assert (await look("postgresql", address, reach=reach)).fault is fault
        assert (await look("postgresql", address, reach=Reach(here))).fault is Fault.UNTRUSTED


async def test_nothing_comes_from_the_environment(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PGHOST", "elsewhere.test"), ("PGDATABASE", "gone"), ("PGUSER", "nobody"), ("PGPORT", "1")):
        monkeypatch.setenv(name, value)
    assert (await look("postgresql", shop)).fault is Fault.NONE
    assert (await look("postgresql", shop + "?host=elsewhere.test&dbname=gone")).fault is Fault.NONE
