"""What the SQLite store promises besides: the file and its lock."""

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.store import Store, StoreRefused


@pytest.fixture
def database(tmp_path):
    return tmp_path / "data" / "muster.db"


async def test_only_the_owner_reads_the_files(database, now):
    store = await Store.open(database, now)
    await store.transact(lambda books: books.remember("x", 1), now)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()}
    await store.close()
    assert {"muster.db", "muster.db-wal", "muster.db.lock"} <= set(modes)
    assert set(modes.values()) == {0o600}


async def test_a_second_process_is_refused_in_a_sentence(database, now):
    store = await Store.open(database, now)
    with pytest.raises(StoreRefused, match=r"Another Muster is working with .*Stop it first"):
        await Store.open(database, now)
    await store.close()
    await (await Store.open(f"sqlite+aiosqlite:///{database}", now)).close()


@pytest.mark.parametrize("address", ["mysql://muster@db/muster", "sqlite://", "nonsense://", "sqlite:///:memory:"])
async def test_other_databases_are_refused_in_a_sentence(address, now):
    with pytest.raises(StoreRefused, match="For example: sqlite"):
        await Store.open(address, now)


async def test_what_is_no_database_is_refused_in_a_sentence_and_the_file_let_go(database, now):
    database.parent.mkdir(exist_ok=True)
    database.write_text("These are the notes of the last meeting, and no database at all. " * 20)
    for _ in range(2):
        with pytest.raises(StoreRefused, match="file is not a database"):
            await Store.open(database, now)


async def test_opening_an_existing_file_is_quick_and_imports_no_migrations(database, now):
    await (await Store.open(database, now)).close()
    program = (
        "import asyncio, sys, time, datetime as d\n"
        "from bot.adapters.store import Store\n"
        "async def main():\n"
        "    begun = time.perf_counter()\n"
        "    store = await Store.open(sys.argv[1], d.datetime.now(d.UTC))\n"
        "    print(time.perf_counter() - begun, 'alembic' in sys.modules)\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", program, str(database)]
    out = await asyncio.to_thread(subprocess.check_output, command, cwd=Path(__file__).parents[2], text=True)
    seconds, alembic = out.split()
    assert float(seconds) < 0.15 and alembic == "False"
