"""Two incidents are one, or have to do with each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import facts
from bot.simulator import Channel
from tests.stories.policies import a_policy
from tests.stories.test_alerts import ROUTING, alert, hears
from tests.town import Town, a_town, labels


@pytest.fixture
async def rooms(town: Town) -> tuple[Channel, Channel]:
    """Of #1 and #2, which are about different things."""
    first = await town.declares("sev1 checkout is failing")
    second = await town.declares("sev1 logins are refused", town.ben)
    await town.later(minutes=1)
    return first, second


def button(town: Town, person: object, what: str) -> object:
    return next(m for m in reversed(town.private(person)) if any(what in label for label in labels(m)))


async def test_a_duplicate_ends_and_its_people_go_where_work_goes_on(
    town: Town, rooms: tuple[Channel, Channel]
) -> None:
    first, second = rooms
    await town.eli.joins(second)
    await town.settle()
    before = len(town.heard(first)), len(town.heard(second))
    told = await town.says(town.ben, second, "/incident duplicate of #1")
    await town.later(seconds=5)

    assert "#2 is a part of #1 now" in told
    gone, into = await town.incident(2), await town.incident(1)
    assert gone.over and gone.merged_into == (into.id, "#1") and into.absorbed == ((gone.id, "#2"),)
    assert "eli" in town.people_in(first)
    [away] = town.heard(second)[before[1] :]
    assert f"<#{first.id}>" in away.words and "is the same as" in away.words
    [here] = town.heard(first)[before[0] :]
    assert f"<#{second.id}>" in here.words
    assert "A part of *#1*" in town.card(second).words
    assert "Merged in: #2" in town.card(first).words
    assert "marked it as a duplicate of #1" in [entry.text for entry in await town.timeline(2)]
    assert await town.troubles(1) == await town.troubles(2) == []


async def test_its_clocks_stop(town: Town, rooms: tuple[Channel, Channel]) -> None:
    first, second = rooms
    await town.says(town.ben, second, "/incident duplicate of #1")
    await town.later(seconds=5)
    before = len(town.heard(second))

    await town.later(hours=2)
    assert town.heard(second)[before:] == []
    assert len(town.heard(first)) > 3


async def test_what_could_be_lost_is_asked_about_first_and_then_moves(
    town: Town, rooms: tuple[Channel, Channel]
) -> None:
    first, second = rooms
    await town.says(town.ben, second, "/incident task @chen restart the login service")
    await town.says(town.ben, second, "/incident task done 1")
    await town.says(town.ben, second, "/incident task @dana clear the sessions")
    asked = await town.says(town.ben, second, "/incident merge #2 into #1")
    assert "1 open task" in asked and not (await town.incident(2)).over

    await town.clicks(town.ben, button(town, town.ben, "Merge #2 into #1"), "Merge #2 into #1")
    await town.repeats(town.ben)
    assert (await town.incident(2)).over
    [task] = (await town.incident(1)).tasks
    assert (task.text, task.owner) == ("clear the sessions (from #2)", f"slack:{town.dana.id}")
    assert "Moved: 1 task" in town.words(first)
    assert sum("Moved: 1 task" in m.words for m in town.heard(second)) == 1


async def test_from_the_room_that_stays_it_is_said_the_other_way_round(
    town: Town, rooms: tuple[Channel, Channel]
) -> None:
    first, _ = rooms
    await town.says(town.ana, first, "/incident merge #2")
    assert (await town.incident(2)).merged_into and not (await town.incident(1)).over


async def test_a_graver_one_is_not_lost_in_silence(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    room = await town.declares("sev2 logins are refused", town.ben)
    told = await town.says(town.ana, room, "/incident merge #1 into #2")
    assert "SEV1, graver than #2" in told
    assert not (await town.incident(1)).over


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("duplicate of #2", "That is #2 itself"), ("duplicate of #9", "There is no incident #9"),
     ("merge", "Which into which?"), ("related #2", "That is #2 itself"), ("unrelated #1", "not linked")],
)  # fmt: skip
async def test_nonsense_is_answered_in_a_sentence(
    town: Town, rooms: tuple[Channel, Channel], typed: str, answer: str
) -> None:
    assert answer in await town.says(town.ben, rooms[1], f"/incident {typed}")


async def test_what_has_ended_is_not_merged_and_nothing_goes_in_a_circle(
    town: Town, rooms: tuple[Channel, Channel]
) -> None:
    first, second = rooms
    await town.says(town.ben, second, "/incident duplicate of #1")
    assert "was merged into #1 already" in await town.says(town.ben, second, "/incident duplicate of #1")
    assert "#2 is over" in await town.says(town.ben, first, "/incident duplicate of #2")
    await town.says(town.ana, first, "/incident resolve the pool is bigger")
    third = await town.declares("sev1 search is empty", town.chen)
    assert "#1 is over" in await town.says(town.ben, third, "/incident duplicate of #1")


async def test_reopened_it_is_one_of_its_own_again(town: Town, rooms: tuple[Channel, Channel]) -> None:
    _, second = rooms
    await town.says(town.ben, second, "/incident duplicate of #1")
    await town.says(town.ben, second, "/incident reopen it is another thing")
    await town.later(seconds=5)

    assert not (await town.incident(2)).over and (await town.incident(2)).merged_into is None
    assert "A part of" not in town.card(second).words


async def test_links_stand_on_both_cards_and_can_be_taken_back(town: Town, rooms: tuple[Channel, Channel]) -> None:
    first, second = rooms
    await town.says(town.ben, second, "/incident related #1")
    assert "Related: #2" in town.card(first).words and "Related: #1" in town.card(second).words
    assert "already" in await town.says(town.ben, first, "/incident related #2")

    await town.says(town.ben, first, "/incident unrelated #2")
    await town.later(seconds=5)
    assert "Related" not in town.card(first).words + town.card(second).words


async def test_a_restart_in_the_middle_invites_all_and_says_it_once(town: Town, rooms: tuple[Channel, Channel]) -> None:
    first, second = rooms
    await town.eli.joins(second)
    await town.settle()
    town.simulator.faults.drop("chat.postMessage", times=2)
    town.simulator.faults.fail("conversations.members", status=500)
    await town.ben.runs(second, "/incident duplicate of #1")
    await town.restarts()
    await town.later(minutes=2)

    assert "eli" in town.people_in(first)
    assert sum("is the same as *#1*" in m.words for m in town.heard(second)) == 1
    assert sum("is the same as this one" in m.words for m in town.heard(first)) == 1


async def test_one_in_a_thread_points_there_too(town: Town) -> None:
    first = await town.declares("sev1 checkout is failing")
    announced = await town.announces("sev3 the newsletter is late", town.ben)
    await town.says(town.ben, "#general", "/incident merge #2 into #1")

    assert f"<#{first.id}>" in town.words(announced)
    assert "ben" in town.people_in(first)


async def test_its_alerts_move_and_those_to_come_go_there(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "own", routing=ROUTING)) as town:
        await town.declares("sev1 checkout is failing")
        await hears(town, alert(town, n=1))
        await town.says(town.ben, "#general", "/incident merge sure #2 into #1")
        assert [raised.name for raised in (await town.incident(1)).alerts.values()] == ["HighLatency"]

        await hears(town, alert(town, n=2))
        assert len(await town.muster.store.incidents(open=None)) == 2
        await hears(town, alert(town, n=1, firing=False), alert(town, n=2, firing=False))
        [raised] = (await town.incident(1)).alerts.values()
        assert raised.cleared_at
        assert await town.troubles(1) == await town.troubles(2) == []


async def test_what_was_put_on_record_stands_in_both(town: Town, rooms: tuple[Channel, Channel]) -> None:
    id, at = (await town.incident(2)).id, town.clock.now()
    said = facts.Captured("c1", "slack:C1/1", "emoji", "timeline", "the cache is full", f"slack:{town.chen.id}")

    async def put(books: object) -> None:
        incident, fact = (await books.incident(id)).add(said, f"slack:{town.ben.id}", at)
        await books.record(incident, [fact])

    await town.muster.store.transact(put, at)
    await town.later(minutes=5)
    await town.says(town.ben, rooms[1], "/incident duplicate of #1")

    assert (await town.incident(1)).captures == (await town.incident(2)).captures
    [line] = [entry for entry in await town.timeline(1) if "the cache is full" in entry.text]
    assert line.at == at


async def test_a_restricted_one_is_not_told_of(town: Town, rooms: tuple[Channel, Channel]) -> None:
    await town.says(town.ben, rooms[1], "/incident restrict it is about an account")
    await town.later(seconds=10)
    for typed in ("duplicate of #1", "related #1"):
        assert "know of" in await town.says(town.ben, "#general", f"/incident #2 {typed}")
    assert (await town.incident(1)).related == (await town.incident(1)).absorbed == ()
    assert "There is no incident #2" in await town.says(town.eli, "#general", "/incident merge #2 into #1")
    assert "perhaps" not in await town.says(town.eli, "#general", "/incident declare sev1 logins are refused again")


# at the declaration


async def test_a_like_incident_is_named_quietly_and_one_press_makes_it_the_same(town: Town) -> None:
    first = await town.declares("sev1 checkout is failing")
    told = await town.says(town.chen, "#general", "/incident declare sev1 payments and checkout time out")
    assert "#2 is declared" in told and "perhaps the same: #1" in told

    await town.clicks(town.chen, button(town, town.chen, "Same as #1"), "Same as #1")
    assert (await town.incident(2)).merged_into == ((await town.incident(1)).id, "#1")
    assert "chen" in town.people_in(first)


async def test_or_related(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    await town.says(town.chen, "#general", "/incident declare sev1 checkout shows old prices")
    await town.clicks(town.chen, button(town, town.chen, "Related to #1"), "Related to #1")
    assert (await town.incident(1)).related == (((await town.incident(2)).id, "#2"),)


async def test_other_words_and_older_ones_are_not_named(town: Town) -> None:
    await town.declares("sev1 checkout is failing")
    assert "perhaps" not in await town.says(town.chen, "#general", "/incident declare sev1 search is failing")
    await town.later(minutes=21)
    assert "perhaps" not in await town.says(town.chen, "#general", "/incident declare sev1 checkout is slow")
