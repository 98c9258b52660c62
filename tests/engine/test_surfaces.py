import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest

from bot.engine.outcomes import Busy, Doubt, Gone, Rejected


@pytest.fixture
def edits(hall):
    """What was edited when; `edits.outcomes` are raised in turn."""

    class Edits(list):
        outcomes: ClassVar[list[Exception]] = []

        async def edit(self, surface):
            self.append((surface.kind, surface.place, hall.clock.now()))
            if self.outcomes and (outcome := self.outcomes.pop(0)):
                raise outcome

    found = Edits()
    hall.surfaces["card"] = hall.surfaces["page"] = found.edit
    return found


def place(kind="card", where="C1/1", urgency=5, subject="s"):
    return lambda books: books.place(subject, kind, where, urgency)


def want(kind=None, subject="s"):
    return lambda books: books.want(subject, kind)


async def test_what_was_just_posted_is_current(hall, edits):
    await hall.transact(place())
    await hall.engine.settle()
    assert edits == []


async def test_it_is_edited_at_once_and_then_at_most_every_two_seconds(hall, edits, seconds):
    await hall.transact(place())
    for _ in range(3):
        await hall.transact(want())
        await hall.engine.settle()
    await hall.later(seconds=1)
    for _ in range(20):
        await hall.transact(want("card"))
    await hall.later(minutes=1)
    assert [at for _, _, at in edits] == [seconds(0), seconds(2)]


async def test_a_want_during_an_edit_leads_to_another_edit(hall, edits):
    await hall.transact(place())
    began, go = asyncio.Event(), asyncio.Event()

    async def slow(surface):
        edits.append(surface.wanted)
        began.set()
        await go.wait()

    hall.surfaces["card"] = slow
    await hall.transact(want())
    await began.wait()
    await hall.transact(want())
    go.set()
    await hall.engine.settle()
    await hall.later(seconds=5)
    assert edits == [2, 3]


async def test_the_most_urgent_comes_first_then_the_one_that_waits_longest(hall, edits, seconds):
    order = [("a", 3), ("b", 1), ("c", 3), ("d", 1)]
    for subject, urgency in order:
        await hall.transact(place(where=subject, subject=subject, urgency=urgency))
    await hall.engine.stop(0)
    for subject in ("c", "d", "a", "b"):
        await hall.transact(want(subject=subject))
        hall.clock.advance(hall.clock.now() + timedelta(seconds=1))
    await hall.engine.start()
    await hall.engine.settle()
    assert [where for _, where, _ in edits] == ["d", "b", "c", "a"]


async def test_in_doubt_it_edits_again_and_busy_is_waited_out(hall, edits, seconds):
    edits.outcomes = [Doubt(), Doubt(), Busy(seconds(30))]
    await hall.transact(place())
    await hall.transact(want())
    await hall.later(minutes=5)
    assert [at for _, _, at in edits] == [seconds(0), seconds(1), seconds(2), seconds(30), seconds(60)]


async def test_what_is_gone_is_told_and_not_edited_any_more(hall, edits):
    edits.outcomes = [Gone("message_not_found")]
    await hall.transact(place())
    await hall.transact(want())
    await hall.later(minutes=5)
    assert [s.place for s in hall.gone] == ["C1/1"] and len(edits) == 1
    await hall.transact(place(where="C1/2"))
    await hall.transact(want())
    await hall.engine.settle()
    assert edits[-1][1] == "C1/2"


async def test_a_refused_revision_is_told_and_the_next_one_is_tried(hall, edits):
    edits.outcomes = [Rejected("msg_too_long")]
    await hall.transact(place())
    await hall.transact(want())
    await hall.later(minutes=5)
    assert [t.sentence for t in hall.told] == ["msg_too_long"] and len(edits) == 1
    await hall.transact(want())
    await hall.later(seconds=5)
    assert len(edits) == 2


async def test_one_that_breaks_blocks_no_other_and_is_tried_again(hall, edits):
    tries = []

    async def broken(surface):
        tries.append(1)
        if len(tries) < 3:
            raise ZeroDivisionError

    hall.surfaces["topic"] = broken
    await hall.transact(place("topic", urgency=1))
    await hall.transact(place("card"))
    await hall.transact(want())
    await hall.engine.settle()
    assert len(edits) == 1
    await hall.later(minutes=5)
    assert len(tries) == 4 and len(hall.told) == 1


async def test_surfaces_are_looked_up_by_the_kind_up_to_the_colon(hall, edits):
    await hall.transact(place("page:slack:U1"))
    await hall.transact(want("page:slack:U1"))
    await hall.engine.settle()
    assert [kind for kind, _, _ in edits] == ["page:slack:U1"]


async def test_what_changed_while_it_was_being_posted_is_shown_after_all(hall, edits):
    began, go = asyncio.Event(), asyncio.Event()

    async def post(key):
        began.set()
        await go.wait()
        return "C1/9"

    async def then(books, where):
        await books.place("s", "card", where, 1)

    async def body(run):
        await run.keyed("card", post, label="post the card", then=then)

    hall.runs["work"] = body
    await hall.transact(want())
    await hall.start()
    await began.wait()
    await hall.transact(want())
    go.set()
    await hall.engine.settle()
    assert len(edits) == 1


async def test_a_step_that_recovers_takes_its_line_off_the_card(hall, edits, seconds):
    outcomes = [Busy(seconds(30))]

    async def invite():
        if outcomes:
            raise outcomes.pop()

    async def body(run):
        await run.step("invite", invite, label="invite ana")

    await hall.transact(place())
    await hall.perform(body)
    assert edits == []
    await hall.later(minutes=1)
    assert len(edits) == 1


async def test_a_surface_of_an_unknown_kind_is_told_once_and_kept(hall, edits):
    await hall.transact(place("newer"))
    await hall.transact(want())
    await hall.later(seconds=20)
    assert [t.sentence for t in hall.told] == ["This release of Muster does not know how to show 'newer'."]
    hall.surfaces["newer"] = hall.surfaces["card"]
    await hall.later(minutes=2)
    assert [kind for kind, _, _ in edits] == ["newer", "newer"]


async def test_after_a_doubt_it_is_edited_once_more_when_the_doubtful_edit_can_land_no_longer(hall, edits, seconds):
    """What landed late would cover newer content for good."""
    await hall.transact(place())
    edits.outcomes = [Doubt()]
    await hall.transact(want())
    await hall.later(minutes=10)
    first, second, last = (at for _, _, at in edits)

    assert (first, second < seconds(30)) == (seconds(0), True)
    assert last - second >= hall.settings.call_limit + hall.settings.settle


async def test_what_was_wanted_when_the_process_died_is_edited_twice(hall, edits):
    """The edit may have been under way."""
    began = asyncio.Event()

    async def unanswered(surface):
        began.set()
        await asyncio.Event().wait()

    await hall.transact(place())
    hall.surfaces["card"] = unanswered
    await hall.transact(want())
    await began.wait()
    hall.surfaces["card"] = edits.edit
    await hall.crash()
    await hall.later(minutes=10)

    assert len(edits) == 2
