"""What every store promises of its schema and its record, also after somebody had the database in hands."""

import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.adapters.store import Store, StoreRefused, schema, tables
from bot.domain import facts
from bot.domain.incident import declare


@asynccontextmanager
async def by_hand(address):
    """A connection of somebody who is not Muster."""
    driver = address.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")
    engine = create_async_engine(driver, poolclass=NullPool)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


async def change(address, sql):
    async with by_hand(address) as connection:
        await connection.execute(sa.text(sql))


async def test_a_newer_schema_is_refused_in_a_sentence_and_the_database_let_go(address, now):
    await (await Store.open(address, now)).close()
    await change(address, "UPDATE alembic_version SET version_num = '0999'")
    for _ in range(2):
        with pytest.raises(StoreRefused, match=r"A newer Muster has worked with this database .*0999"):
            await Store.open(address, now)


async def test_the_migrations_lead_to_the_tables_that_the_code_knows(address, now):
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    await (await Store.open(address, now)).close()

    def compared(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return compare_metadata(context, tables.metadata)

    async with by_hand(address) as connection:
        differences = await connection.run_sync(compared)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert differences == []
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


async def test_a_database_of_the_first_release_is_brought_up_to_date_with_all_that_is_in_it(address, now, monkeypatch):
    monkeypatch.setattr(schema, "HEAD", "0001")
    await told(address, now)
    monkeypatch.undo()

    store = await Store.open(address, now)
    assert [fact.at for fact in await store.facts("id1")] == [now] * 3
    assert await store.verify("id1") == []
    assert await store.policies() == [] and await store.incident_labelled("#1") is None
    assert (await store.incident_numbered(1)).name == "#1"
    assert await store.transact(lambda books: books.reserve_label("#1", "id1"), now)
    await store.close()


async def test_receipts_are_kept_seven_days(address, now):
    store = await Store.open(address, now)
    await store.transact(lambda books: books.sign("old", 1), now - timedelta(days=8))
    await store.transact(lambda books: books.sign("young", 2), now - timedelta(days=6))
    await store.close()
    store = await Store.open(address, now)
    assert await store.transact(lambda books: books.receipt("old"), now) is None
    assert await store.transact(lambda books: books.receipt("young"), now) == 2
    await store.close()


async def told(address, now):
    """A store with one incident of three facts, closed again."""
    store = await Store.open(address, now)
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
async def test_a_changed_record_is_noticed(address, now, sql, sentence):
    await told(address, now)
    await change(address, sql)
    store = await Store.open(address, now)
    assert sentence in await store.verify("id1")
    await store.close()


async def test_a_redacted_fact_keeps_the_chain(address, now):
    await told(address, now)
    await change(address, "UPDATE facts SET data = NULL, salt = NULL WHERE seq = 3")
    store = await Store.open(address, now)
    assert await store.verify("id1") == []
    assert len(await store.facts("id1")) == 2
    await store.close()


async def test_facts_are_read_on_by_their_numbers_also_over_one_that_is_redacted(address, now):
    await told(address, now)
    await change(address, "UPDATE facts SET data = NULL, salt = NULL WHERE seq = 2")
    store = await Store.open(address, now)

    async def read(*how, **more):
        return [(number, fact.event.TYPE) for number, fact in await store.facts_after("id1", *how, **more)]

    assert await read(0) == [(1, "declared"), (3, "noted")]
    assert await read(1) == await read(2) == [(3, "noted")]
    assert await read(3) == []
    assert await read(0, limit=1) == [(1, "declared")]
    assert await store.facts_after("nobody", 0) == []
    await change(address, "UPDATE incidents SET visibility = 'restricted'")
    assert await read(0, "slack:U9") == []
    assert len(await read(0, "slack:U1")) == 2
    await store.close()


async def test_an_unknown_incident_is_said_to_be_unknown(address, now):
    store = await Store.open(address, now)
    assert await store.verify("nobody") == ["There is no such incident."]
    await store.close()


async def test_the_cost_of_a_look_does_not_grow_with_what_is_pending(address, now):
    from bot.engine.journal import NewRun, NewTimer

    store = await Store.open(address, now)
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


async def test_moments_of_surfaces_are_all_written_one_way(address, now):
    """The stalest surface is edited first: the order of the texts has to be the order of the moments."""
    store = await Store.open(address, now)
    await store.transact(lambda books: books.place("id1", "card", "C1/1", 0), now)
    await store.transact(lambda books: books.want("id1", "card"), now)
    await store.close()

    async with by_hand(address) as connection:
        written = (await connection.execute(sa.text("SELECT since FROM surfaces"))).scalars().all()
    assert set(written) == {tables.instant(now)}
