"""A replica that dies or stands still loses its work to the others, and does nothing any more with what it lost."""

import asyncio

import pytest

from bot.engine.outcomes import Busy

from .conftest import SETTINGS

#: seconds until the others are sure, and a look of theirs
LEASE = int(SETTINGS.lease.total_seconds()) + 2


class Outside:
    """What was sent, by whom. `hold` keeps each caller waiting in the middle of a call."""

    def __init__(self):
        self.sent, self.hold, self.reached = [], {}, asyncio.Event()

    async def wait(self, name, place):
        if gate := self.hold.get((name, place)):
            self.reached.set()
            await gate.wait()


@pytest.fixture
def outside(fleet):
    """Every replica performs runs of two keyed steps, `one` and `two`; "between" is a place to stand still in."""
    found = Outside()

    def work(name):
        def send(what):
            async def call(key):
                if (what, key.id) in [(w, k) for _, w, k in found.sent] and key.doubtful:
                    return
                found.sent.append((name, what, key.id))
                await found.wait(name, what)

            return call

        async def body(run):
            await run.keyed("one", send("one"), label="one")
            await found.wait(name, "between")
            await run.step("two", lambda: send("two")(Repeated), label="two")

        return body

    for replica in fleet:
        replica.runs["work"] = work(replica.name)
    return found


class Repeated:
    id, doubtful = "", False


def stop(outside, name, place):
    gate = outside.hold[name, place] = asyncio.Event()
    return gate


async def first_to_claim(fleet, outside, place):
    """Replica a stands still at that place in the middle of a run; the gate that lets it go on."""
    gate = stop(outside, "a", place)
    await fleet.start()
    await asyncio.wait_for(outside.reached.wait(), 5)
    fleet[0].still = True
    return gate


async def test_what_a_replica_works_on_is_its_own_for_as_long_as_it_lives(fleet, outside):
    gate = stop(outside, "a", "between")
    await fleet.start()
    await fleet.later(5 * LEASE)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one")]
    gate.set()
    await fleet.settle()
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("a", "two")]


async def test_a_replica_that_stood_still_past_its_lease_sends_nothing_more_of_what_it_lost(fleet, outside):
    gate = await first_to_claim(fleet, outside, "between")
    await fleet.later(LEASE - 6)
    assert [who for who, _, _ in outside.sent] == ["a"], "the lease is not over"
    await fleet.later(8)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("b", "two")]

    fleet[0].still = False
    gate.set()
    await fleet.later(2 * LEASE)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("b", "two")]


async def test_also_when_its_first_look_afterwards_renews_the_lease(fleet, outside):
    gate = await first_to_claim(fleet, outside, "between")
    await fleet.later(LEASE)
    fleet[0].still = False
    await fleet.later(2)
    gate.set()
    await fleet.later(LEASE)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("b", "two")]
    await fleet.start()
    await fleet.settle()
    assert outside.sent[-1][:2] == ("a", "two"), "under its new lease it works again"


async def test_a_call_that_was_under_way_is_found_and_not_made_again(fleet, outside):
    gate = await first_to_claim(fleet, outside, "one")
    await fleet.later(2 * LEASE)
    gate.set()
    fleet[0].still = False
    await fleet.later(2 * LEASE)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("b", "two")]


async def test_alone_it_takes_its_own_work_up_again_under_a_new_lease(fleet, outside):
    gate = await first_to_claim(fleet, outside, "between")
    fleet[1].still = True
    await fleet.later(LEASE)
    del outside.hold["a", "between"]
    fleet[0].still = False
    gate.set()
    await fleet.later(LEASE)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("a", "two")]


async def test_a_replica_that_stops_in_order_hands_over_at_once(fleet, outside):
    await first_to_claim(fleet, outside, "between")
    fleet[0].still = True
    await fleet[0].engine.stop(0)
    await fleet.later(2)
    assert [(who, what) for who, what, _ in outside.sent] == [("a", "one"), ("b", "two")]


@pytest.mark.parametrize(("seconds", "by"), [(12, "a"), (60, "b")])
async def test_a_call_is_not_made_when_too_much_time_passed_since_it_was_put_on_record(fleet, seconds, by):
    """Whoever takes over waits only for as long as the call may last."""
    sent, a, tried, went_on = [], fleet[0], [], asyncio.Event()
    transact = a.store.transact

    async def slow(decide, now):
        answer = await transact(decide, now)
        if "_try" in decide.__qualname__:
            tried.append(a.passed)
            if len(tried) == 1:
                a.still = True
                await fleet.later(seconds)
                a.still = False
                went_on.set()
        return answer

    def body(replica):
        async def send(key):
            sent.append((replica.name, a.passed - tried[-1]))

        async def work(run):
            await run.keyed("one", send, label="one")

        return work

    for replica in fleet:
        replica.runs["work"] = body(replica)
    a.store.transact = slow
    await fleet.start()
    await asyncio.wait_for(went_on.wait(), 10)
    await fleet.later(2 * LEASE)
    assert [name for name, _ in sent] == [by]
    assert by == "b" or sent[0][1] < SETTINGS.call_limit.total_seconds()


# surfaces


@pytest.fixture
async def edits(fleet):
    """Who edited what revision. A card is shown, and each edit of replica a waits for the gate."""
    found, gate = [], asyncio.Event()

    def edit(name):
        async def work(surface):
            found.append((name, surface.wanted))
            if name == "a":
                await gate.wait()

        return work

    for replica in fleet:
        replica.surfaces["card"] = edit(replica.name)
    await fleet[0].store.transact(lambda books: books.place("s", "card", "C1/1", 1), fleet.clock.now())
    return found, gate


async def want(fleet):
    await fleet[0].store.transact(lambda books: books.want("s", "card"), fleet.clock.now())
    await fleet.settle()


async def test_one_replica_edits_and_the_others_leave_it_alone(fleet, edits):
    found, gate = edits
    await want(fleet)
    await fleet.later(6)
    assert found == [("a", 2)]
    await want(fleet)
    gate.set()
    await fleet.later(6)
    assert [revision for _, revision in found] == [2, 3]


async def test_an_edit_of_a_replica_that_stood_still_is_made_again_and_once_more_when_it_can_land_no_longer(
    fleet, edits
):
    found, gate = edits
    await want(fleet)
    fleet[0].still = True
    await fleet.later(LEASE)
    assert found == [("a", 2), ("b", 2)]
    gate.set()
    await fleet.settle()
    await fleet.later(LEASE + 30)
    assert [name for name, _ in found] == ["a", "b", "b"]


async def test_the_word_of_an_editor_that_was_replaced_counts_for_nothing(fleet, edits):
    found, gate = edits
    await want(fleet)
    fleet[0].still = True
    fleet[1].surfaces["card"] = busy(fleet)
    await fleet.later(LEASE)
    gate.set()
    await fleet.settle()
    fleet[1].surfaces["card"] = fleet[0].surfaces["card"]
    await fleet.later(LEASE)
    assert len(found) == 2, "a's word counted, though the edit was b's by then"


def busy(fleet):
    async def edit(surface):
        raise Busy(fleet.clock.now() + SETTINGS.lease)

    return edit
