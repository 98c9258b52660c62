from datetime import timedelta

from bot.engine.journal import NewRun, NewTimer


def remind(key, due, kind="remind", subject="s", **data):
    return lambda books: books.set_timer(NewTimer(kind, subject, due, data, key))


async def fired(hall, kind="remind"):
    seen = []

    async def fire(books, timer):
        seen.append((timer.key, timer.late))

    hall.timers[kind] = fire
    return seen


async def test_a_timer_fires_when_it_is_due_and_not_before(hall, seconds):
    seen = await fired(hall)
    await hall.transact(remind("k", seconds(60)))
    await hall.later(seconds=59)
    assert seen == []
    await hall.later(seconds=1)
    await hall.later(hours=9)
    assert seen == [("k", timedelta())]


async def test_overdue_timers_fire_once_each_earliest_due_first_and_know_how_late_they_are(hall, seconds):
    seen = await fired(hall)
    for key, due in (("b", 20), ("a", 10), ("c", 30)):
        await hall.transact(remind(key, seconds(due)))
    await hall.engine.stop(0)
    await hall.store.close()
    hall.clock.advance(seconds(3600))
    await hall.open()
    await hall.engine.settle()
    assert seen == [(k, timedelta(seconds=3600 - due)) for k, due in (("a", 10), ("b", 20), ("c", 30))]


async def test_setting_a_key_again_replaces_the_pending_timer_and_arms_a_fired_one(hall, seconds):
    seen = await fired(hall)
    await hall.transact(remind("k", seconds(10)))
    await hall.transact(remind("k", seconds(20)))
    await hall.later(seconds=15)
    assert seen == []
    await hall.later(seconds=10)
    assert len(seen) == 1
    await hall.transact(remind("k", seconds(30)))
    await hall.later(seconds=30)
    assert len(seen) == 2


async def test_a_handler_may_arm_its_own_timer_again(hall):
    seen = []

    async def every_minute(books, timer):
        seen.append(timer.due)
        due = timer.due + timedelta(minutes=1)
        await books.set_timer(NewTimer(timer.kind, timer.subject, due, timer.data, timer.key))

    hall.timers["remind"] = every_minute
    await hall.transact(remind("k", hall.clock.now()))
    await hall.later(minutes=3)
    assert len(seen) == 4


async def test_dropped_timers_do_not_fire(hall, seconds):
    seen, others = await fired(hall), await fired(hall, "other")
    await hall.transact(remind("k", seconds(10)))
    await hall.transact(remind("o", seconds(10), kind="other"))
    await hall.transact(lambda books: books.drop_timers("s", "remind"))
    await hall.later(minutes=1)
    assert (seen, [key for key, _ in others]) == ([], ["o"])
    await hall.transact(remind("o", seconds(90), kind="other"))
    await hall.transact(lambda books: books.drop_timers("s"))
    await hall.later(minutes=1)
    assert len(others) == 1


async def test_what_a_timer_decides_commits_with_it(hall, seconds):
    done = []

    async def body(run):
        done.append(run.data["from"])

    async def fire(books, timer):
        await books.start(NewRun("work", timer.subject, {"from": timer.key}))

    hall.runs["work"], hall.timers["remind"] = body, fire
    await hall.transact(remind("k", seconds(5)))
    await hall.later(seconds=5)
    assert done == ["k"]


async def test_a_handler_that_breaks_stops_no_other_and_is_tried_again(hall, seconds):
    seen, tries = await fired(hall, "fine"), []

    async def broken(books, timer):
        tries.append(hall.clock.now())
        await books.remember("half", 1)
        if len(tries) < 3:
            raise ZeroDivisionError

    hall.timers["broken"] = broken
    await hall.transact(remind("b", seconds(5), kind="broken"))
    await hall.transact(remind("f", seconds(5), kind="fine"))
    await hall.later(seconds=5)
    assert [key for key, _ in seen] == ["f"]
    assert await hall.store.recall("half") is None
    await hall.later(minutes=5)
    assert len(tries) == 3 and len(hall.told) == 1


async def test_a_timer_of_an_unknown_kind_is_told_and_kept(hall, seconds):
    await hall.transact(remind("k", seconds(5), kind="newer"))
    await hall.later(minutes=2)
    assert [t.sentence for t in hall.told] == ["This release of Muster does not know timers of kind 'newer'."]
    seen = await fired(hall, "newer")
    await hall.later(minutes=2)
    assert [key for key, _ in seen] == ["k"]


async def test_an_avalanche_of_overdue_timers_is_taken_in_batches(hall, seconds):
    seen = await fired(hall)

    async def many(books):
        for n in range(150):
            await books.set_timer(NewTimer("remind", "s", seconds(n + 1), {}, f"k{n:03}"))

    await hall.transact(many)
    hall.clock.advance(seconds(1000))
    await hall.engine.run_due(hall.clock.now())
    assert len(seen) == 64
    await hall.engine.settle()
    assert [key for key, _ in seen] == [f"k{n:03}" for n in range(150)]
