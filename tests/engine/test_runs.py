import asyncio
from datetime import timedelta

import pytest

from bot.engine.journal import NewRun
from bot.engine.outcomes import Busy, Doubt, GivenUp, Key, Patience, Rejected
from bot.engine.settings import Settings


class NameTaken(Rejected):
    pass


def calling(*outcomes):
    """A call that ends in each outcome in turn (the last one again and again), and the keys it was called with."""
    keys, left = [], list(outcomes)

    async def call(key=None):
        keys.append(key)
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    call.keys = keys
    return call


async def test_a_step_is_done_once_however_often_the_run_is_replayed(hall):
    first, second, results = calling("room"), calling(Doubt(), "card"), []

    async def body(run):
        results.append(await run.step("room", first, label="open a room"))
        results.append(await run.step("card", second, label="post the card"))

    await hall.perform(body)
    await hall.later(minutes=1)
    assert results == ["room", "room", "card"]
    assert len(first.keys) == 1


async def test_a_keyed_step_in_doubt_rests_until_limit_and_settling_are_over_and_then_looks(hall, seconds):
    send, at = calling(Doubt(), Doubt(), "sent"), []

    async def body(run):
        at.append(run.now)
        await run.keyed("card", send, label="post the card")

    run = await hall.perform(body)
    await hall.later(minutes=5)
    id = f"{run}:card"
    assert send.keys == [Key(id, seconds(0), False), Key(id, seconds(0), True), Key(id, seconds(0), True)]
    assert at == [seconds(0), seconds(30), seconds(60)]


async def test_busy_counts_no_attempt_and_leaves_no_doubt(hall, seconds):
    send = calling(Busy(seconds(7)), "sent")

    async def body(run):
        await run.keyed("card", send, label="post the card")

    run = await hall.perform(body)
    await hall.later(minutes=5)
    assert send.keys == [Key(f"{run}:card", seconds(0), False), Key(f"{run}:card", seconds(7), False)]


async def test_busy_after_doubt_keeps_the_doubt_and_the_first_since(hall, seconds):
    send = calling(Doubt(), Busy(seconds(40)), "sent")

    async def body(run):
        await run.keyed("card", send, label="post the card")

    await hall.perform(body)
    await hall.later(minutes=5)
    assert [(k.since, k.doubtful) for k in send.keys] == [
        (seconds(0), False), (seconds(0), True), (seconds(0), True),
    ]  # fmt: skip


async def test_an_own_limit_lengthens_the_rest(hall, seconds):
    at = []

    async def upload(key):
        at.append((hall.clock.now(), key.doubtful))
        raise Doubt

    async def body(run):
        await run.keyed("picture", upload, label="upload", limit=timedelta(seconds=60))

    await hall.perform(body)
    await hall.later(seconds=81)
    assert at == [(seconds(0), False), (seconds(80), True)]


async def test_a_call_that_does_not_end_is_doubtful(hall):
    hall.settings = Settings(call_limit=timedelta(milliseconds=20))
    await hall.crash()
    calls = []

    async def send(key):
        calls.append(key.doubtful)
        if not key.doubtful:
            await asyncio.Event().wait()

    async def body(run):
        await run.keyed("card", send, label="post the card")

    await hall.perform(body)
    assert hall.told[0].sentence == "No answer came within 0 seconds."
    await hall.later(minutes=1)
    assert calls == [False, True]


@pytest.mark.parametrize(
    ("patience", "tries_until"),
    [(Patience.DECORATION, timedelta(minutes=15)), (Patience.ROOM, timedelta(hours=24))],
)
async def test_what_is_too_old_is_given_up_and_told(hall, patience, tries_until):
    hall.settings = Settings(backoff_most=timedelta(hours=1))
    hall.engine._workshop.__dict__["uniform"] = lambda low, high: high
    hall.engine._workshop.__dict__["settings"] = hall.settings
    seen, start = [], hall.clock.now()

    async def body(run):
        try:
            await run.step("topic", calling(Doubt("Slack did not answer.")), label="set the topic", patience=patience)
        except GivenUp as end:
            seen.append((end.sentence, run.now - start))

    await hall.perform(body)
    await hall.later(hours=26)
    sentence, age = seen[0]
    assert sentence.startswith("Slack did not answer. Given up after ")
    assert tries_until <= age <= tries_until + timedelta(hours=1)
    assert [t.final for t in hall.told] == [False, True]


async def test_without_end_of_patience_it_is_tried_for_ever(hall):
    async def page(key):
        tries.append(key)
        raise Busy(hall.clock.now() + timedelta(hours=10))

    tries = []

    async def body(run):
        await run.keyed("page", page, label="page ana", patience=Patience.FOREVER)

    await hall.perform(body)
    await hall.later(days=5)
    assert len(tries) == 13
    assert [t.final for t in hall.told] == [False]


async def test_a_refusal_is_given_up_at_once_and_again_on_replay(hall):
    seen, again = [], calling(Doubt(), "x")

    async def body(run):
        try:
            await run.keyed("card", calling(Rejected("The channel is archived.")), label="post the card")
        except GivenUp as end:
            seen.append(end.sentence)
        await run.step("other", again, label="other")

    await hall.perform(body, asker="slack:U1")
    await hall.later(minutes=1)
    assert seen == ["The channel is archived."] * 2
    [told] = hall.told
    assert (told.label, told.sentence, told.final, told.asker) == ("post the card", seen[0], True, "slack:U1")
    assert [t.step for t in await hall.store.troubles("s")] == ["card"]


async def test_an_expected_refusal_is_raised_as_itself_and_told_to_nobody(hall):
    seen, again = [], calling(Doubt(), "x")

    async def body(run):
        try:
            create = calling(NameTaken("inc-1 exists."))
            await run.keyed("room", create, label="open a room", expected=(NameTaken,))
        except NameTaken as taken:
            seen.append(taken.sentence)
        await run.step("other", again, label="other")

    await hall.perform(body)
    await hall.later(minutes=1)
    assert seen == ["inc-1 exists."] * 2
    assert hall.told == [] and await hall.store.troubles("s") == []


async def test_then_commits_with_the_result_or_not_at_all(hall):
    send, broken = calling("ts1"), [True]

    async def then(books, result):
        await books.remember("card", result)
        if broken.pop():
            broken.append(False)
            raise ZeroDivisionError

    async def body(run):
        await run.keyed("card", send, label="post the card", then=then)

    await hall.perform(body)
    assert await hall.store.recall("card") is None
    await hall.later(minutes=1)
    assert await hall.store.recall("card") == "ts1"
    assert [k.doubtful for k in send.keys] == [False, True]


async def test_siblings_run_side_by_side_and_one_failure_stops_no_other(hall):
    barrier, results = asyncio.Barrier(3), []

    async def meet():
        await barrier.wait()
        return "met"

    async def refuse():
        await barrier.wait()
        raise Rejected("No.")

    async def body(run):
        results.append(
            await run.together(
                run.step("a", meet, label="a"), run.step("b", refuse, label="b"), run.step("c", meet, label="c")
            )
        )

    await hall.perform(body)
    assert results == [["met", None, "met"]]


async def test_a_resting_sibling_lets_the_others_end_and_the_run_goes_on_at_the_earliest_rest(hall, seconds):
    at, fine = [], calling("fine")

    async def body(run):
        at.append(run.now)
        await run.together(
            run.step("a", calling(Busy(seconds(20))), label="a"),
            run.step("b", calling(Busy(seconds(9))), label="b"),
            run.step("c", fine, label="c"),
        )

    await hall.perform(body)
    assert len(fine.keys) == 1
    assert await hall.engine.next_due() == seconds(9)


async def test_a_perishable_effect_is_tried_once_ever(hall):
    results, opened = [], calling(Doubt("No answer."))

    async def body(run):
        results.append(await run.once("open", opened, label="open a form"))
        await run.step("other", calling(Busy(run.now)), label="other", patience=timedelta(seconds=1))

    await hall.perform(body)
    await hall.later(minutes=1)
    assert set(results) == {None} and len(results) > 1
    assert len(opened.keys) == 1
    assert "open" not in [t.step for t in hall.told]


async def test_a_perishable_effect_cut_by_a_crash_is_not_tried_again(hall):
    results, calls, called = [], [], asyncio.Event()

    async def hang():
        calls.append(1)
        called.set()
        await asyncio.Event().wait()

    async def body(run):
        results.append(await run.once("open", hang, label="open a form"))

    hall.runs["work"] = body
    await hall.start()
    await called.wait()
    await hall.crash()
    await hall.later(minutes=1)
    assert results == [None] and calls == [1]


async def test_a_named_decision_is_made_once(hall):
    made, other = [], calling(Doubt(), "x")

    async def decide(books):
        made.append(1)
        return 7

    async def body(run):
        assert await run.decide("number", decide) == 7
        await run.step("other", other, label="other")

    await hall.perform(body)
    await hall.later(minutes=1)
    assert made == [1]


async def test_a_body_that_breaks_is_told_once_and_performed_again(hall):
    tries = []

    async def body(run):
        tries.append(run.now)
        if len(tries) < 4:
            raise KeyError("secret words")

    await hall.perform(body, asker="slack:U1")
    [trouble] = await hall.store.troubles("s")
    assert trouble.sentence.startswith("Something in Muster broke at ")
    assert "secret" not in trouble.sentence
    await hall.later(minutes=5)
    assert len(tries) == 4 and len(hall.told) == 1
    assert await hall.store.troubles("s") == []


async def test_work_of_an_unknown_kind_is_told_and_waits_for_a_release_that_knows_it(hall):
    done = []

    async def body(run):
        done.append(run.kind)

    await hall.start("newer")
    await hall.later(seconds=20)
    [told] = hall.told
    assert told.sentence == "This release of Muster does not know work of kind 'newer'."
    hall.runs["newer"] = body
    await hall.later(minutes=3)
    assert done == ["newer"]


async def test_two_steps_of_one_name_are_a_mistake_that_is_told(hall):
    async def body(run):
        await run.step("a", calling(1), label="a")
        await run.step("a", calling(2), label="a")

    await hall.perform(body)
    assert hall.told[0].step == "" and "ValueError" in hall.told[0].sentence


async def test_short_rests_are_not_told(hall, seconds):
    call = calling(Busy(seconds(1)), Busy(seconds(2.5)), Busy(seconds(30)), "ok")

    async def body(run):
        await run.step("a", call, label="a")

    await hall.perform(body)
    await hall.later(seconds=2)
    assert hall.told == []
    await hall.later(seconds=2)
    [told] = hall.told
    assert (told.since, told.next_try, told.final) == (seconds(0), seconds(30), False)
    await hall.later(seconds=60)
    assert await hall.store.troubles("s") == [] and len(hall.told) == 1


async def test_retry_starts_afresh_with_the_same_key_and_goes_on_from_there(hall, seconds):
    send, after = calling(Rejected("The channel is archived."), "sent"), calling("after")

    async def body(run):
        await run.keyed("card", send, label="post the card")
        await run.step("after", after, label="after")

    run = await hall.perform(body)
    assert after.keys == []
    assert await hall.transact(lambda books: books.retry("s")) == 1
    await hall.engine.settle()
    assert send.keys == [Key(f"{run}:card", seconds(0), False)] * 2
    assert len(after.keys) == 1
    assert await hall.transact(lambda books: books.retry("s")) == 0


async def test_retry_of_a_doubtful_step_still_waits_until_it_can_be_known(hall, seconds):
    send = calling(Doubt(), "sent")

    async def body(run):
        await run.keyed("card", send, label="post the card")

    await hall.perform(body)
    assert await hall.transact(lambda books: books.retry("s")) == 1
    await hall.engine.settle()
    assert len(send.keys) == 1
    await hall.later(seconds=31)
    assert [(k.since, k.doubtful) for k in send.keys] == [(seconds(0), False), (seconds(0), True)]


async def test_runs_are_claimed_by_priority_then_in_the_order_they_were_committed(hall):
    order = []

    async def body(run):
        order.append(run.data["n"])

    hall.runs["work"] = body

    async def decide(books):
        for n, priority in enumerate([5, 1, 5, 1]):
            await books.start(NewRun("work", "s", {"n": n}, priority=priority))

    await hall.transact(decide)
    await hall.engine.settle()
    assert order == [1, 3, 0, 2]


async def test_no_more_than_a_batch_is_in_flight(hall):
    hall.settings = Settings(batch=3)
    await hall.crash()
    now, most = 0, 0

    async def body(run):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1

    hall.runs["work"] = body
    for _ in range(8):
        await hall.start()
    await hall.engine.settle()
    assert most == 3 and hall.engine.idle
    assert await hall.engine.next_due() is None


async def test_stop_lets_calls_end_within_the_grace_and_cancels_the_rest(hall):
    ended, both = [], asyncio.Barrier(3)

    async def body(run):
        await both.wait()
        await asyncio.sleep(run.data["takes"])
        ended.append(run.data["takes"])

    hall.runs["work"] = body
    await hall.start(data={"takes": 0.05})
    await hall.start(data={"takes": 60})
    await both.wait()
    await hall.engine.stop(0.3)
    assert ended == [0.05] and hall.engine.idle


async def test_a_body_that_is_cancelled_from_within_is_performed_again(hall):
    tries = []

    async def body(run):
        tries.append(1)
        if len(tries) == 1:
            raise asyncio.CancelledError

    await hall.perform(body)
    await hall.later(seconds=5)
    assert tries == [1, 1]


async def test_a_run_taken_over_by_another_owner_writes_nothing(hall):
    go = asyncio.Event()

    async def body(run):
        await go.wait()
        await run.decide("answer", lambda books: books.remember("who", "the earlier owner"))

    hall.runs["work"] = body
    await hall.start()
    await asyncio.sleep(0.05)
    await hall.transact(lambda bench: bench.adopt("another"))
    [record] = await hall.transact(lambda bench: bench.claim("another", 9))
    go.set()
    await hall.engine.settle()
    assert await hall.store.recall("who") is None
    await hall.transact(lambda bench: bench.finish(record))
    assert await hall.engine.next_due() is None and hall.told == []
