"""A record in PostgreSQL is looked at beside the replicas that work with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.store import Store
from bot.adapters.store.check import StoreCheck
from bot.domain.finding import Health, worst
from tests.contracts.test_store_record import change
from tests.postgres import Server


def a_check(address: str, off: timedelta = timedelta()) -> StoreCheck:
    return StoreCheck(address, Path("/"), lambda: datetime.now(UTC) + off)


async def test_a_record_is_well_and_asks_for_no_backup_of_ours(postgres: Server) -> None:
    address = postgres.database()
    [none] = await a_check(address).record()
    assert none.health is Health.DOUBTFUL
    store = await Store.open(address, datetime.now(UTC))
    found = [*await a_check(address).record(), *await a_check(address).work()]
    await store.close()
    assert worst(found) is Health.WELL and "Backup" not in {finding.area for finding in found}


async def test_a_record_that_may_only_be_read_is_wrong(postgres: Server) -> None:
    address = postgres.database()
    await (await Store.open(address, datetime.now(UTC))).close()
    name = address.rpartition("/")[2]
    await change(address, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    found = await a_check(address).record()
    assert worst(found) is Health.WRONG and any("cannot be written" in finding.says for finding in found)


async def test_a_clock_that_is_not_postgresqls_is_noticed(postgres: Server) -> None:
    address = postgres.database()
    await (await Store.open(address, datetime.now(UTC))).close()
    found = await a_check(address, timedelta(minutes=-5)).record()
    assert [finding.health for finding in found if finding.area == "Clock"] == [Health.DOUBTFUL]


async def test_a_server_that_is_not_there_is_wrong_and_its_password_is_not_told() -> None:
    [found] = await a_check("postgresql://muster:hush@127.0.0.1:1/muster").record()
    assert found.health is Health.WRONG and "hush" not in str(found)
