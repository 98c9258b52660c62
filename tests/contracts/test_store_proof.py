"""The record proves itself, also to somebody who has only an export; and what is erased is gone and breaks nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.adapters.store.proof import exported, offline, prove
from bot.domain import facts
from bot.domain.incident import declare
from bot.domain.typed import ERASED, TYPED, typed
from bot.ports import Evidence
from tests.contracts.test_store_record import change

SECRET = "ana's password is hunter2"


async def told(store: Any, now: datetime, number: int = 1, visibility: str = "open") -> str:
    id = f"id{number}"
    declared = facts.Declared(id, number, "checkout is failing", "sev2", "triage", "p", "checkout", visibility)
    incident, first = declare(declared, "slack:U1", now)
    incident, second = incident.add(facts.Noted("the pool is full"), "slack:U1", now)
    incident, third = incident.add(facts.TaskAdded(1, SECRET), "slack:U1", now)
    await store.transact(lambda books: books.record(incident, [first, second, third]), now)
    return id


async def test_all_that_is_as_it_was_written_holds(store: Any, now: datetime) -> None:
    await told(store, now)
    await told(store, now, 2)
    await store.transact(lambda books: books.log("set_up", "chose #incidents", "slack:U1"), now)
    proof = await prove(store.reader)
    assert (proof.incidents, proof.facts, proof.lines, proof.breaks) == (2, 6, 1, ())


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE facts SET data = '{}' WHERE incident = 'id2' AND seq = 2", "The data of fact 2 was changed"),
        ("UPDATE facts SET \"by\" = 'slack:U9' WHERE incident = 'id2' AND seq = 2", "The chain breaks at fact 2"),
        ("DELETE FROM facts WHERE incident = 'id2' AND seq = 2", "Fact 2 is missing"),
        ("DELETE FROM facts WHERE incident = 'id2' AND seq = 3", "something else of spoken"),
    ],
)  # fmt: skip
async def test_the_first_break_is_named(store: Any, address: str, now: datetime, sql: str, said: str) -> None:
    await told(store, now)
    await told(store, now, 2)
    await change(address, sql)
    [broken] = (await prove(store.reader)).breaks
    assert broken.startswith("Incident #2: ") and said in broken
    assert SECRET not in broken


async def test_a_line_of_the_log_that_was_changed_is_named(store: Any, address: str, now: datetime) -> None:
    for n in range(3):
        await store.transact(lambda books, n=n: books.log("set_up", f"line {n}", "slack:U1"), now)
    await change(address, "UPDATE log SET text = 'nothing happened' WHERE seq = 2")
    assert (await prove(store.reader)).breaks == ("Line 2 of the log was changed, or one before it.",)


async def test_what_is_erased_is_gone_from_fact_and_row_and_the_chain_holds(store: Any, now: datetime) -> None:
    id = await told(store, now)
    assert await store.transact(lambda books: books.erase(id, [3]), now) == 1
    assert SECRET not in str(await exported(store.reader)) and SECRET not in str(await store.incident(id))
    assert (await store.incident(id)).tasks[0].text == ERASED
    assert [type(fact.event) for fact in await store.facts(id)] == [facts.Declared, facts.Noted]
    assert (await prove(store.reader)).breaks == ()
    assert await store.transact(lambda books: books.erase(id, [3]), now) == 0


async def test_all_that_people_typed_is_erased_and_the_incident_still_takes_facts(store: Any, now: datetime) -> None:
    id = await told(store, now)
    assert await store.transact(lambda books: books.erase(id), now) == 3
    incident = await store.incident(id)
    assert incident.title == ERASED and incident.severity == "sev2"
    after, fact = incident.add(facts.Noted("later"), "slack:U2", now)
    await store.transact(lambda books: books.record(after, [fact]), now)
    assert (await prove(store.reader)).breaks == ()


async def test_an_export_proves_itself_and_betrays_what_was_changed(store: Any, now: datetime) -> None:
    id = await told(store, now)
    await told(store, now, 2)
    await store.transact(lambda books: books.erase(id, [2]), now)
    rows = await exported(store.reader)
    assert offline(rows) == []
    assert rows[1]["data"] is None and rows[1]["digest"]
    assert (
        offline([*rows[:4], {**rows[4], "by": "slack:U9"}, *rows[5:]])[0] == "Incident #2: the chain breaks at fact 2."
    )
    assert offline([*rows[:4], *rows[5:]])[0] == "Incident #2: fact 2 is missing."


async def test_an_export_leaves_restricted_incidents_out_unless_asked(store: Any, now: datetime) -> None:
    await told(store, now, 1, "restricted")
    await told(store, now, 2)
    assert {row["number"] for row in await exported(store.reader)} == {2}
    assert {row["number"] for row in await exported(store.reader, restricted=True)} == {1, 2}
    assert {row["number"] for row in await exported(store.reader, number=1)} == set()
    assert await exported(store.reader, since=now + timedelta(seconds=1)) == []


async def test_evidence_loses_its_content_and_keeps_its_hash(store: Any, now: datetime) -> None:
    id = await told(store, now)
    kept = Evidence("01E", id, "log", "the log", "log.txt", "text/plain", "ab" * 32, 5, now, "slack:U1")
    await store.transact(lambda books: books.keep_evidence(kept, b"12345"), now)
    assert await store.transact(lambda books: books.forget_evidence(id, "deleted"), now) == 1
    found, content = await store.evidence("01E")
    assert (found.title, found.sha256, found.size, content) == ("the log (deleted)", "ab" * 32, 5, b"")
    assert await store.transact(lambda books: books.forget_evidence(id, "deleted"), now) == 0


def test_every_field_that_people_type_into_is_known() -> None:
    spoken = {"text", "reason", "words", "title", "summary", "question", "cause", "values", "more"}
    chosen = {facts.ItemTicked, facts.ItemCleared, facts.ChecklistOpened, facts.DeadlineMet, facts.DeadlineMissed}
    for event in set(facts.EVENTS.values()) - chosen:
        fields = set(getattr(event, "__dataclass_fields__", ())) & spoken
        by_muster = event in (facts.Escalated, facts.AlertRaised, facts.Diagnosed)
        machine = {"title", "summary", "cause"} if by_muster else set()
        assert fields - machine <= set(TYPED.get(event, ())), event.TYPE
    assert typed(facts.Acknowledged()) == frozenset()


async def test_what_a_deleted_message_said_is_not_handed_out_and_the_chain_holds(store: Any, now: datetime) -> None:
    id = await told(store, now)
    captured = facts.Captured("timeline:m", "slack:C1/1.0", "emoji", "timeline", "unsayable", "slack:U1")
    events = (
        captured,
        facts.CaptureEdited("timeline:m", "unsayable too"),
        facts.CaptureRemoved("timeline:m", "deleted"),
    )
    incident, new = await store.incident(id), []
    for event in events:
        incident, fact = incident.add(event, "slack:U1", now)
        new.append(fact)
    await store.transact(lambda books: books.record(incident, new), now)
    rows = await exported(store.reader)
    assert "unsayable" not in str(rows) and [row["data"] for row in rows[-3:-1]] == [None, None]
    assert offline(rows) == []
    assert (await prove(store.reader)).breaks == ()
