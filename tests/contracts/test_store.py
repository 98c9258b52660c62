"""What every store keeps, whichever database is behind it."""

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.store import Stale, Store
from bot.domain import facts
from bot.domain.incident import Incident, declare
from bot.engine.journal import NewRun, NewTimer


def new(number=1, by="slack:U1", visibility="open", words="checkout is failing", at=None):
    event = facts.Declared(
        id=f"id{number}", number=number, title=words, severity="sev2", status="investigating", policy="hash",
        words=words, visibility=visibility,
    )  # fmt: skip
    return declare(event, by, at)


async def keep(store, now, *incidents_and_facts):
    for incident, fact in incidents_and_facts:
        await store.transact(lambda books, i=incident, f=fact: books.record(i, [f]), now)


# transactions


async def test_a_decision_commits_as_a_whole(store, now):
    async def decide(books):
        await books.sign("delivery", {"text": "opened"})
        await books.remember("identity", {"bot": "B1"})
        return "answer"

    assert await store.transact(decide, now) == "answer"
    assert await store.recall("identity") == {"bot": "B1"}


async def test_a_decision_that_raises_leaves_nothing(store, now):
    async def decide(books):
        await books.remember("identity", 1)
        await books.start(NewRun("work", "s"))
        raise LookupError("no such severity")

    with pytest.raises(LookupError, match="no such severity"):
        await store.transact(decide, now)
    assert await store.recall("identity") is None
    assert await store.next_due() is None


async def test_a_redelivery_gets_the_answer_of_the_first(store, now):
    answer = {"text": "Incident 1 is open.", "buttons": [], "é": None}
    assert await store.transact(lambda books: books.receipt("d1"), now) is None
    await store.transact(lambda books: books.sign("d1", answer), now)
    assert await store.transact(lambda books: books.receipt("d1"), now) == answer


async def test_decisions_wait_for_each_other(store, now):
    async def count(books):
        seen = await books.recall("n") or 0
        await asyncio.sleep(0)
        await books.remember("n", seen + 1)

    await asyncio.gather(*(store.transact(count, now) for _ in range(20)))
    assert await store.recall("n") == 20


async def test_a_cancelled_decision_commits_as_a_whole_or_not_at_all_and_blocks_nobody(store, now):
    async def decide(books, n):
        await books.remember(f"a{n}", n)
        await books.remember(f"b{n}", n)

    cancelled = 0
    for n in range(60):
        task = asyncio.create_task(store.transact(lambda books, n=n: decide(books, n), now))
        for _ in range(n % 12):
            await asyncio.sleep(0.0003)
        task.cancel()
        cancelled += isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
        before = await store.recall(f"a{n}"), await store.recall(f"b{n}")
        assert before in ((None, None), (n, n))
        await asyncio.sleep(0.001)
        assert (await store.recall(f"a{n}"), await store.recall(f"b{n}")) == before, "it was still going on"
    assert cancelled > 5
    await store.transact(lambda books: books.remember("end", 1), now)


async def test_a_decision_within_a_decision_is_a_mistake_that_is_named(store, now):
    async def decide(books):
        await store.transact(lambda inner: inner.remember("x", 1), now)

    with pytest.raises(RuntimeError, match="only its own transaction"):
        await store.transact(decide, now)


async def test_listeners_are_called_after_each_commit_until_they_leave(store, now):
    calls = []
    leave = store.on_commit(lambda: calls.append(1))
    await store.transact(lambda books: books.remember("x", 1), now)
    with pytest.raises(ZeroDivisionError):
        await store.transact(broken, now)
    leave()
    await store.transact(lambda books: books.remember("x", 2), now)
    assert calls == [1]


async def broken(books):
    raise ZeroDivisionError


# incidents


async def test_an_incident_is_what_its_facts_add_up_to(store, now):
    incident, first = new(at=now)
    await keep(store, now, (incident, first))
    incident, second = incident.acknowledge("slack:U2", now + timedelta(minutes=1))
    incident, third = incident.note("the database is slow", "slack:U2", now + timedelta(minutes=2))
    await store.transact(lambda books: books.record(incident, [second, third]), now)
    assert await store.incident("id1") == incident
    assert await store.facts("id1") == [first, second, third]
    assert await store.verify("id1") == []


async def test_facts_that_do_not_follow_the_record_are_refused(store, now):
    incident, first = new(at=now)
    await keep(store, now, (incident, first))
    a, acknowledged = incident.acknowledge("slack:U2", now)
    b, noted = incident.note("slow", "slack:U3", now)
    await keep(store, now, (a, acknowledged))
    with pytest.raises(Stale, match="#1 is not at version 1"):
        await keep(store, now, (b, noted))
    assert await store.facts("id1") == [first, acknowledged]


async def test_numbers_count_up(store, now):
    assert await store.transact(lambda books: books.next_number(), now) == 1
    await keep(store, now, new(1, at=now), new(7, at=now))
    assert await store.transact(lambda books: books.next_number(), now) == 8


async def test_incidents_are_found_by_number_place_and_state(store, now):
    incident, first = new(1, at=now)
    opened, room = incident.witness(facts.RoomOpened("slack:C1", "inc-1"), now)
    announced, told = opened.witness(facts.Announced("slack:C9", "slack:C9/1.0"), now)
    await keep(store, now, (incident, first), (opened, room), (announced, told), new(2, at=now))
    ended, cancelled = announced.move("cancelled", facts.Stage.CANCELLED, {"cancelled"}, "slack:U1", now)
    assert await store.incident_numbered(1) == announced
    assert await store.incident_numbered(9) is None
    for place in ("slack:C1", "slack:C9", "slack:C9/1.0"):
        assert await store.incidents_in(place) == [announced]
    await keep(store, now, (ended, cancelled))
    assert [i.number for i in await store.incidents()] == [2]
    assert [i.number for i in await store.incidents(open=False)] == [1]
    assert [i.number for i in await store.incidents(open=None)] == [2, 1]
    assert [i.number for i in await store.incidents(open=None, before=2)] == [1]
    assert await store.incidents(open=None, before=1) == []
    assert await store.owner_of_room("slack:C1") == "id1"
    assert await store.owner_of_room("slack:C2") is None


async def test_a_restricted_incident_is_seen_by_those_in_it_and_by_muster(store, now):
    incident, first = new(1, by="slack:U1", visibility="restricted", at=now)
    taken, fact = incident.take_role("commander", "slack:U22", "slack:U1", now)
    await keep(store, now, (incident, first), (taken, fact))
    for viewer in (None, "slack:U1", "slack:U22"):
        assert await store.incident("id1", viewer) == taken
        assert len(await store.facts("id1", viewer)) == 2
    for stranger in ("slack:U2", "slack:U", "%", ""):
        assert await store.incident("id1", stranger) is None
        assert await store.incidents(stranger) == []
        assert await store.facts("id1", stranger) == []


async def test_the_same_words_of_the_same_person_are_found(store, now):
    await keep(store, now, new(1, words="checkout is failing", at=now))

    async def recent(by, words, since) -> Incident | None:
        return await store.transact(lambda books: books.recent(by, words, since), now)

    assert (await recent("slack:U1", "checkout is failing", now)).number == 1
    assert await recent("slack:U2", "checkout is failing", now) is None
    assert await recent("slack:U1", "search is failing", now) is None
    assert await recent("slack:U1", "checkout is failing", now + timedelta(seconds=1)) is None


async def test_a_room_name_belongs_to_one_incident(store, now):
    await keep(store, now, new(1, at=now), new(2, at=now))

    async def reserve(incident):
        return await store.transact(lambda books: books.reserve_room("inc-1", incident), now)

    assert [await reserve(i) for i in ("id1", "id1", "id2")] == [True, True, False]


# agenda


async def test_the_next_thing_due_is_known(store, now):
    async def timer(key, seconds, kind="remind"):
        due = now + timedelta(seconds=seconds)
        await store.transact(lambda books: books.set_timer(NewTimer(kind, "s", due, {}, key)), now)

    await timer("b", 20)
    await timer("a", 10)
    assert await store.next_due() == now + timedelta(seconds=10)
    assert await store.due("s", "remind") == now + timedelta(seconds=10)
    assert await store.due("s", "other") is None
    assert await store.due_timers(now + timedelta(seconds=30), 9) == ["a", "b"]
    await store.transact(lambda books: books.start(NewRun("work", "s")), now)
    assert await store.next_due() == now


async def test_of_timers_that_are_overdue_the_most_urgent_comes_first(store, now):
    async def late(books):
        for key, seconds, urgency in (("old", 1, 3), ("grave", 5, 0), ("graver yet", 2, 0), ("whenever", 0, 9)):
            due = now + timedelta(seconds=seconds)
            await books.set_timer(NewTimer("page", "s", due, {}, key, urgency))

    await store.transact(late, now)

    assert await store.due_timers(now + timedelta(minutes=1), 9) == ["graver yet", "grave", "old", "whenever"]


async def test_a_pause_ends(store, now):
    await store.pause("chat.update", now + timedelta(seconds=30), now)
    await store.pause("chat.update", now + timedelta(seconds=40), now)
    assert await store.pauses(now) == {"chat.update": now + timedelta(seconds=40)}
    assert await store.pauses(now + timedelta(seconds=40)) == {}


async def test_a_moment_without_a_time_zone_is_refused(store, now):
    with pytest.raises(Exception, match="no time zone"):
        await store.transact(lambda books: books.start(NewRun("work", "s")), now.replace(tzinfo=None))


async def test_the_store_is_the_one_that_ports_ask_for(store):
    assert isinstance(store, Store)


# what incidents are called, and the policies they run under


async def test_a_label_is_one_incidents_in_any_case(store, now):
    async def decide(books):
        first = await books.reserve_label("INC-0312", "id1"), await books.reserve_label("inc-0312", "id2")
        again = await books.reserve_label(" Inc-0312 ", "id1"), await books.reserve_label("INC-0312-2", "id2")
        for number in (1, 2):
            incident, fact = new(number, at=now)
            await books.record(incident, [fact])
        return *first, *again

    assert await store.transact(decide, now) == (True, False, True, True)
    assert [(await store.incident_labelled(label)).id for label in ("iNC-0312", "INC-0312-2")] == ["id1", "id2"]
    assert await store.incident_labelled("INC-0313") is None


async def test_a_label_is_kept_only_with_its_incident(store, now):
    async def decide(books):
        await books.reserve_label("INC-0312", "id1")
        raise LookupError("it was not declared after all")

    with pytest.raises(LookupError):
        await store.transact(decide, now)
    assert await store.transact(lambda books: reserve(books, "id2", now), now)


async def reserve(books, id, now):
    incident, fact = new(int(id.removeprefix("id")), at=now)
    await books.record(incident, [fact])
    return await books.reserve_label("INC-0312", id)


async def test_a_restricted_incident_is_found_by_its_label_only_by_those_who_may_see_it(store, now):
    async def decide(books):
        incident, fact = new(1, visibility="restricted", at=now)
        await books.record(incident, [fact])
        await books.reserve_label("INC-1", "id1")

    await store.transact(decide, now)
    assert await store.incident_labelled("INC-1", "slack:U9") is None
    assert (await store.incident_labelled("INC-1", "slack:U1")).id == "id1"


async def test_a_policy_is_kept_once_as_it_was_first(store, now):
    layers = [{"name": "ours", "files": {"naming.yml": "incident: é"}}]
    await store.transact(lambda books: books.keep_policy("h1", "ours", layers), now)
    await store.transact(lambda books: books.keep_policy("h2", "theirs", []), now + timedelta(minutes=1))
    await store.transact(lambda books: books.keep_policy("h1", "renamed", []), now + timedelta(minutes=2))

    kept = [(policy.hash, policy.name, policy.layers) for policy in await store.policies()]
    assert kept == [("h1", "ours", layers), ("h2", "theirs", [])]


async def test_a_decision_sees_when_a_timer_is_due(store, now):
    async def decide(books):
        before = await books.due("s", "update")
        await books.set_timer(NewTimer("update", "s", now + timedelta(minutes=5), {}, "s:update"))
        return before, await books.due("s", "update"), await books.due("s", "lead")

    assert await store.transact(decide, now) == (None, now + timedelta(minutes=5), None)


async def test_no_character_that_somebody_types_stops_a_decision(store, now):
    typed = "checkout \0 is \x1b failing \u202e \U0001f525"

    async def decide(books):
        incident, fact = new(1, words=typed, at=now)
        await books.record(incident, [fact])
        await books.remember("typed", {"text": typed})
        return await books.reserve_label(typed, "id1"), await books.start(NewRun("work", typed, {"typed": typed}))

    assert (await store.transact(decide, now))[0]
    assert (await store.incident_labelled(typed)).words == typed
    assert await store.recall("typed") == {"text": typed}
    assert await store.verify("id1") == []
    [run] = await store.transact(lambda books: books.claim("me", 9), now)
    assert run.data == {"typed": typed}
