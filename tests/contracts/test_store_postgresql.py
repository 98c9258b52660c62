"""What the PostgreSQL store promises besides: replicas share it, no commit stays in doubt, and no secret leaks."""

import asyncio
import logging
import traceback

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.store import Store, StoreRefused, postgresql
from bot.domain import facts
from bot.domain.incident import declare
from bot.engine.journal import NewRun, NewTimer

from .wire import Cut, a_wire

#: put together here, because tracebacks quote the lines of this file
WROTE = "what ana" + " wrote"
SECRETS = ("hunter" + "2", WROTE)


@pytest.fixture
async def two(fresh, now):
    """The stores of two replicas."""
    stores = [await Store.open(fresh, now) for _ in range(2)]
    yield stores
    for store in stores:
        await store.close()


async def test_replicas_decide_one_after_the_other(two, now):
    async def count(books):
        seen = await books.recall("n") or 0
        await asyncio.sleep(0)
        await books.remember("n", seen + 1)

    await asyncio.gather(*(store.transact(count, now) for store in two * 20))
    assert [await store.recall("n") for store in two] == [40, 40]


async def test_replicas_that_start_together_make_the_tables_once(fresh, now):
    stores = await asyncio.gather(*(Store.open(fresh, now) for _ in range(3)))
    for store in stores:
        await store.transact(lambda books: books.start(NewRun("work", "s")), now)
        await store.close()


async def test_one_delivery_to_two_replicas_is_answered_once(two, now):
    async def decide(books):
        if (answer := await books.receipt("d1")) is None:
            answer = await books.start(NewRun("work", "s"))
            await books.sign("d1", answer)
        return answer

    answers = await asyncio.gather(*(store.transact(decide, now) for store in two * 4))
    assert len(set(answers)) == 1
    assert len(await two[0].transact(lambda books: books.claim("me", 9), now)) == 1


@pytest.mark.parametrize("cut", [Cut.AFTER, Cut.BEFORE])
async def test_a_commit_whose_answer_is_lost_is_what_the_database_says_it_is(postgres, fresh, now, cut):
    async with a_wire(postgres.port) as (wire, port):
        store = await Store.open(fresh.replace(str(postgres.port), str(port)), now)
        wire.cut = cut
        try:
            await store.transact(lambda books: books.remember("x", 1), now)
            said = True
        except SQLAlchemyError:
            said = False
        assert (wire.cuts, said) == (1, cut is Cut.AFTER)
        assert await store.recall("x") == (1 if said else None)
        await store.transact(lambda books: books.remember("x", 2), now)
        assert await store.recall("x") == 2
        await store.close()


@pytest.fixture
def impatient(monkeypatch):
    """The server waits a third of a second for a replica that stands still, in place of five."""
    monkeypatch.setitem(postgresql.SERVER_SETTINGS, "idle_in_transaction_session_timeout", "300ms")


async def test_a_replica_that_stands_still_in_a_decision_does_not_hold_the_others_up(impatient, two, now):
    still, other = two
    began = asyncio.Event()

    async def stands_still(books):
        await books.remember("x", "still")
        began.set()
        await asyncio.sleep(1.5)

    standing = asyncio.create_task(still.transact(stands_still, now))
    await began.wait()
    await asyncio.wait_for(other.transact(lambda books: books.remember("x", "other"), now), 1.2)
    with pytest.raises(SQLAlchemyError):
        await standing
    assert await still.recall("x") == "other"
    await still.transact(lambda books: books.remember("x", "still"), now)


async def test_a_server_that_restarts_is_found_again(own_server, now):
    store = await Store.open(own_server.database(), now)
    await store.transact(lambda books: books.remember("x", 1), now)
    own_server.stop()
    for question in (store.recall("x"), store.transact(lambda books: books.remember("x", 2), now)):
        with pytest.raises(SQLAlchemyError):
            await question
    own_server.start()
    assert await store.recall("x") == 1
    await store.transact(lambda books: books.remember("x", 2), now)
    assert await store.recall("x") == 2
    await store.close()


async def test_texts_are_compared_byte_by_byte_whatever_the_language_of_the_database(two, now):
    """Many languages sort lower case before upper case, and skip punctuation."""
    keys = ["Z", "a", "a-b", "a:a", "aa"]
    for key in reversed(keys):
        await two[0].transact(lambda books, k=key: books.set_timer(NewTimer("remind", "s", now, {}, k)), now)
    assert await two[1].due_timers(now, 9) == keys

    texts = """SELECT table_name || '.' || column_name, collation_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"""
    async with two[0]._database.transaction() as connection:
        found = {row[0]: row[1] for row in await connection.execute(sa.text(texts))}
    assert {name for name, collation in found.items() if collation != "C"} <= {"alembic_version.version_num"}
    assert {"timers.wake", "timers.key", "surfaces.since", "labels.name"} <= found.keys()


async def test_no_error_carries_what_people_wrote_or_a_password(fresh, now, caplog):
    caplog.set_level(logging.DEBUG)
    store = await Store.open(fresh.replace("muster:muster@", f"muster:{SECRETS[0]}@"), now)
    await store.transact(lambda books: books.sign(WROTE, {"text": WROTE}), now)

    async def twice(books):
        await books.sign(WROTE, 1)

    async def a_mistake(books):
        await books._change(sa.text("UPDATE runs SET seq = :v").bindparams(v=WROTE))

    async def a_cast(books):
        await books._change(sa.text("SELECT CAST(CAST(:v AS text) AS int)").bindparams(v=WROTE))

    for decide in (twice, a_mistake, a_cast):
        with pytest.raises(SQLAlchemyError) as caught:
            await store.transact(decide, now)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert not [secret for secret in SECRETS if secret in told], told
    await store.close()
    assert not [secret for secret in SECRETS if secret in caplog.text]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://muster:hunter2@127.0.0.1:1/muster", r"PostgreSQL at 127\.0\.0\.1:1/muster \(.+\). It must be"),
        ("postgres://muster:hunter2@127.0.0.1:{port}/nowhere?sslmode=disable", 'database "nowhere" does not exist'),
        ("postgresql+asyncpg://muster:hunter2@127.0.0.1:{port}/nowhere?sslmode=require", "It must be reachable"),
        ("postgresql://muster:hunter2@[::1/muster", "The database address cannot be read"),
        ("postgresql://muster:hunter2@127.0.0.1", "For example: sqlite"),
    ],
)
async def test_an_address_that_does_not_work_is_refused_in_a_sentence_without_the_password(
    postgres, now, address, sentence
):
    with pytest.raises(StoreRefused, match=sentence) as caught:
        await Store.open(address.format(port=postgres.port), now)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


async def test_a_database_in_another_encoding_is_refused_in_a_sentence(postgres, now):
    create = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    postgres.run(lambda connection: connection.execute(create))
    with pytest.raises(StoreRefused, match=r"with the encoding LATIN1\. Muster needs"):
        await Store.open(postgres.address("latin"), now)


async def test_an_incident_of_another_replica_brings_its_policy_along(two, now):
    """Replicas may run under different policies; what one opens, the others read by its own."""
    one, other = two
    layers = [{"name": "theirs", "files": {}}]

    async def opened(books):
        event = facts.Declared("id1", 1, "checkout is failing", "sev2", "investigating", "h1", "checkout is failing")
        incident, fact = declare(event, "slack:U1", now)
        await books.record(incident, [fact])
        await books.keep_policy("h1", "theirs", layers)

    await one.transact(opened, now)
    assert (await other.incident("id1")).policy == "h1"
    assert (other.kept["h1"].name, other.kept["h1"].layers) == ("theirs", layers)
    assert "h1" not in one.kept
    await one.transact(lambda books: books.incident("id1"), now)
    assert one.kept["h1"] == other.kept["h1"]


async def test_a_database_that_may_forget_commits_is_refused_in_a_sentence(postgres, fresh, now):
    name = fresh.rpartition("/")[2]
    forgetful = f"ALTER DATABASE {name} SET synchronous_commit = off"
    postgres.run(lambda connection: connection.execute(forgetful))
    with pytest.raises(StoreRefused, match="has synchronous_commit=off and may forget"):
        await Store.open(fresh, now)
