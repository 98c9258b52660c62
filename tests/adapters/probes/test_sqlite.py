"""Database files that the test makes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.observation import Fault
from bot.engine.clock import elapsed
from tests.adapters.probes.looks import bytes_of, look, write

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """With three orders."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database, database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO orders VALUES (?)", [(1,), (2,), (3,)])
    return tmp_path / "shop.db"


async def test_it_answers(shop: Path) -> None:
    found = await look("sqlite", f"sqlite:///{shop}", query="SELECT count(*) FROM orders")
    assert found.fault is Fault.NONE
    assert found.values["value"] == 3
    assert found.values["size_bytes"] == len(bytes_of(shop))
    assert 0 < found.values["seconds"] < 5
    assert "value" not in (await look("sqlite", shop)).values


async def test_one_that_is_written_to_is_read_beside(shop: Path) -> None:
    with closing(sqlite3.connect(shop, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO orders VALUES (4)")
        assert (await look("sqlite", shop, query="SELECT count(*) FROM orders")).values["value"] == 3


async def test_one_that_is_locked(shop: Path) -> None:
    with closing(sqlite3.connect(shop, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        found = await look("sqlite", shop, seconds=3)
    assert found.fault is Fault.TIME_OUT
    assert "locked" in found.summary


async def test_a_query_without_an_end_ends(shop: Path) -> None:
    began = elapsed()
    found = await look("sqlite", shop, seconds=1, query=ENDLESS)
    assert found.fault is Fault.TIME_OUT
    assert elapsed() - began < 10


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM orders", "DROP TABLE orders", "ATTACH '{elsewhere}' AS e", "VACUUM INTO '{elsewhere}'"],
)
async def test_nothing_is_changed_and_nothing_else_opened(shop: Path, tmp_path: Path, query: str) -> None:
    elsewhere, before = tmp_path / "elsewhere.db", bytes_of(shop)
    found = await look("sqlite", shop, query=query.format(elsewhere=elsewhere))
    assert found.fault is Fault.DENIED
    assert bytes_of(shop) == before
    assert not elsewhere.exists()


async def test_a_query_that_is_wrong(shop: Path) -> None:
    assert (await look("sqlite", shop, query="SELECT count(*) FROM carts")).fault is Fault.UNEXPECTED
    assert (await look("sqlite", shop, query="SELECT 'many'")).fault is Fault.UNEXPECTED
    assert (await look("sqlite", shop, query="SELECT id FROM orders WHERE id > 9")).fault is Fault.UNEXPECTED


async def test_files_that_are_no_database(tmp_path: Path, shop: Path) -> None:
    assert (await look("sqlite", tmp_path / "gone.db")).fault is Fault.MISSING
    assert not (tmp_path / "gone.db").exists()
    write(tmp_path / "text.db", "this is a text, and a long one at that\n" * 50)
    assert (await look("sqlite", tmp_path / "text.db")).fault is Fault.UNEXPECTED
    write(shop, bytes_of(shop)[:4096])
    assert (await look("sqlite", shop, query="SELECT count(*) FROM orders")).fault is Fault.UNEXPECTED
    assert (await look("sqlite", tmp_path)).fault is Fault.UNEXPECTED
