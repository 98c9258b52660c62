"""What the SQLite store promises besides: the file, its schema, its record."""

import asyncio
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.store import Store, StoreRefused, schema, tables
from bot.domain import facts
from bot.domain.incident import declare


@pytest.fixture
def database(tmp_path):
    return tmp_path / "data" / "muster.db"


async def change(database, sql, **values):
    """What somebody with the file in hands could do."""
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(sa.text(sql), values)
    engine.dispose()


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


@pytest.mark.parametrize("address", ["postgresql://muster@db/muster", "sqlite://", "nonsense://", "sqlite:///:memory:"])
async def test_other_databases_are_refused_in_a_sentence(address, now):
    with pytest.raises(StoreRefused, match="For example: sqlite"):
        await Store.open(address, now)


async def test_what_is_no_database_is_refused_in_a_sentence_and_the_file_let_go(database, now):
    database.parent.mkdir(exist_ok=True)
    database.write_text("These are the notes of the last meeting, and no database at all. " * 20)
    for _ in range(2):
        with pytest.raises(StoreRefused, match="file is not a database"):
            await Store.open(database, now)


async def test_a_newer_schema_is_refused_in_a_sentence_and_the_file_let_go(database, now):
    await (await Store.open(database, now)).close()
    await change(database, "UPDATE alembic_version SET version_num = '0999'")
    for _ in range(2):
        with pytest.raises(StoreRefused, match=r"A newer Muster has worked with this database .*0999"):
            await Store.open(database, now)


async def test_the_migrations_lead_to_the_tables_that_the_code_knows(database, now):
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    await (await Store.open(database, now)).close()
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, tables.metadata)
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert differences == []
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


async def test_a_database_of_the_first_release_is_brought_up_to_date_with_all_that_is_in_it(database, now, monkeypatch):
    monkeypatch.setattr(schema, "HEAD", "0001")
    await told(database, now)
    monkeypatch.undo()

    store = await Store.open(database, now)
    assert [fact.at for fact in await store.facts("id1")] == [now] * 3
    assert await store.verify("id1") == []
    assert await store.policies() == [] and await store.incident_labelled("#1") is None
    assert (await store.incident_numbered(1)).name == "#1"
    assert await store.transact(lambda books: books.reserve_label("#1", "id1"), now)
    await store.close()


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


async def test_receipts_are_kept_seven_days(database, now):
    store = await Store.open(database, now)
    await store.transact(lambda books: books.sign("old", 1), now - timedelta(days=8))
    await store.transact(lambda books: books.sign("young", 2), now - timedelta(days=6))
    await store.close()
    store = await Store.open(database, now)
    assert await store.transact(lambda books: books.receipt("old"), now) is None
    assert await store.transact(lambda books: books.receipt("young"), now) == 2
    await store.close()


async def told(database, now):
    """A store with one incident of three facts, closed again."""
    store = await Store.open(database, now)
    event = facts.Declared("id1", 1, "checkout is failing", "sev2", "investigating", "hash", "checkout is failing")
    incident, first = declare(event, "slack:U1", now)
    acknowledged, second = incident.acknowledge("slack:U2", now)
    noted, third = acknowledged.note("a secret", "slack:U2", now)
    await store.transact(lambda books: books.record(incident, [first]), now)
    await store.transact(lambda books: books.record(noted, [second, third]), now)
    await store.close()


TAMPERED = [
    ("UPDATE facts SET data = replace(data, 'secret', 'lie') WHERE seq = 3", "The data of fact 3 was changed."),
    ("UPDATE facts SET \"by\" = 'slack:U9' WHERE seq = 2", "The chain breaks at fact 2."),
    ("UPDATE facts SET at = replace(at, '2026', '2025') WHERE seq = 1", "The chain breaks at fact 1."),
    ("DELETE FROM facts WHERE seq = 2", "Fact 2 is missing."),
    ("DELETE FROM facts WHERE seq = 3", "The row says version is 3; its facts add up to 2."),
    (
        "UPDATE incidents SET state = replace(state, 'sev2', 'sev1')",
        "The row says severity is 'sev1'; its facts add up to 'sev2'.",
    ),
]


@pytest.mark.parametrize(("sql", "sentence"), TAMPERED)
async def test_a_changed_record_is_noticed(database, now, sql, sentence):
    await told(database, now)
    await change(database, sql)
    store = await Store.open(database, now)
    assert sentence in await store.verify("id1")
    await store.close()


async def test_a_redacted_fact_keeps_the_chain(database, now):
    await told(database, now)
    await change(database, "UPDATE facts SET data = NULL, salt = NULL WHERE seq = 3")
    store = await Store.open(database, now)
    assert await store.verify("id1") == []
    assert len(await store.facts("id1")) == 2
    await store.close()


async def test_an_unknown_incident_is_said_to_be_unknown(database, now):
    store = await Store.open(database, now)
    assert await store.verify("nobody") == ["There is no such incident."]
    await store.close()


async def test_the_cost_of_a_look_does_not_grow_with_what_is_pending(database, now):
    from bot.engine.journal import NewRun, NewTimer

    store = await Store.open(database, now)
    far = now + timedelta(days=9)

    async def many(books):
        for n in range(400):
            await books.set_timer(NewTimer("remind", "s", far, {}, f"k{n}"))

    async def look():
        begun = time.perf_counter()
        for _ in range(20):
            await store.next_due()
            await store.transact(lambda books: books.claim("me", 9), now)
        return time.perf_counter() - begun

    await store.transact(lambda books: books.start(NewRun("work", "s")), now)
    await look()
    few = await look()
    for _ in range(5):
        await store.transact(many, now)
    assert await look() < 3 * few + 0.05
    await store.close()


async def test_moments_of_surfaces_are_all_written_one_way(database, now):
    """The stalest surface is edited first: the order of the texts has to be the order of the moments."""
    store = await Store.open(database, now)
    await store.transact(lambda books: books.place("id1", "card", "C1/1", 0), now)
    await store.transact(lambda books: books.want("id1", "card"), now)
    await store.close()

    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        written = connection.execute(sa.text("SELECT since FROM surfaces")).scalars().all()
    engine.dispose()
    assert set(written) == {tables.instant(now)}
