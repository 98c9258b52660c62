"""
Whatever fails, a declaration ends in a room or in a sentence; no failing step stops another.

What still waits stands on the card with Retry, and Retry does it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.adapters.slack import sockets
from bot.engine.settings import Settings
from tests.town import Town, a_town, acts

#: every method a declaration calls
METHODS = [
    "usergroups.list", "usergroups.users.list", "users.conversations", "conversations.create", "conversations.invite",
    "conversations.setTopic", "chat.postMessage", "chat.update", "conversations.open", "pins.add", "chat.getPermalink",
    "conversations.setPurpose", "bookmarks.add",
]  # fmt: skip
#: those that change something
CHANGES = [method for method in METHODS if not method.startswith("user") and method != "chat.getPermalink"]
IMPATIENT = Settings(call_limit=timedelta(seconds=0.25), settle=timedelta(seconds=5))


@pytest.fixture
async def impatient(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose Muster waits for a quarter of a second only."""
    async with a_town(tmp_path, settings=IMPATIENT) as town:
        yield town


@pytest.mark.parametrize("method", METHODS)
async def test_what_slack_asks_to_wait_for_is_done_after_that_time(town: Town, method: str) -> None:
    await town.forgets()
    town.simulator.faults.fail(method, times=2, status=429, retry_after=30)

    assert "#1" in await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.later(minutes=2)

    await town.everything_stands()
    calls = [c for c in town.simulator.calls if c.method == method]
    refused = [c.at for c in calls if c.status == "429"]
    assert refused
    assert not [c for c in calls for at in refused if at < c.at < at + timedelta(seconds=29)], "asked again too soon"


@pytest.mark.parametrize("method", CHANGES)
async def test_what_slack_gives_no_clear_answer_to_is_done_and_done_once(town: Town, method: str) -> None:
    """The reply is lost after the work was done; then come errors that leave open whether it was."""
    await town.forgets()
    town.simulator.faults.drop(method, times=1, lag=0.05)
    town.simulator.faults.fail(method, times=1, error="fatal_error", do_work=True)
    town.simulator.faults.fail(method, times=1, status=503)

    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.later(minutes=4, seconds=50)

    await town.everything_stands()


@pytest.mark.parametrize("method", ["conversations.create", "chat.postMessage", "conversations.invite", "chat.update"])
async def test_what_is_never_answered_is_not_done_twice(impatient: Town, method: str) -> None:
    impatient.simulator.faults.hang(method, times=2)

    await impatient.says(impatient.ana, "#general", "/incident declare sev1 checkout is failing")
    await impatient.later(minutes=2)

    await impatient.everything_stands()


async def test_the_private_answer_that_fails_becomes_a_direct_message(town: Town) -> None:
    town.simulator.faults.fail("response_url", status=500)

    room = await town.declares("sev1 checkout is failing")

    assert f"<#{room.id}>" in town.told(town.ana)[-1].words


async def test_one_failing_step_stops_no_other_and_waits_on_the_card(town: Town) -> None:
    town.simulator.faults.fail("conversations.invite", times=100, error="fatal_error")

    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=1)

    assert town.people_in(room) == set()
    assert len(room.pins) == len(room.bookmarks) == 1
    assert all(len(town.told(p)) == 1 for p in (town.ben, town.chen, town.dana))
    assert "inviting" in town.card(room).words.lower()
    assert "retry" in acts(town.card(room))

    town.simulator.faults.clear()
    await town.clicks(town.ana, town.card(room), "Retry")
    await town.later(seconds=10)

    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert "retry" not in acts(town.card(room))


async def test_a_room_that_slack_refuses_for_good_leaves_the_thread(town: Town) -> None:
    town.simulator.faults.fail("conversations.create", error="restricted_action")

    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.later(seconds=10)

    announcement = await town.announcement()
    card = town.card(announcement)
    assert "checklist:tick" in acts(town.checklist(announcement))
    assert town.simulator.workspace.find("incidents").pins == []
    told = "\n".join(m.words for m in town.private(town.ana))
    assert "#1" in told
    assert "opening #inc-1-checkout-is-failing" in told.lower()
    assert len(town.told(town.ben)) == 1

    await town.clicks(town.ana, card, "Retry")
    await town.later(seconds=10)

    [room] = town.rooms()
    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert [pin["ts"] for pin in room.pins] == [town.card(room).ts]
    assert "checklist:tick" in acts(town.checklist(room))
    assert acts(card) == set()
    assert f"<#{room.id}>" in card.words


async def test_without_the_incidents_channel_there_is_a_room_all_the_same(town: Town) -> None:
    town.simulator.workspace.find("incidents").archived = True

    room = await town.declares("sev1 checkout is failing")
    await town.later(seconds=10)

    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert all(len(town.told(p)) == 1 for p in (town.ben, town.chen, town.dana))
    assert "#incidents" in town.card(room).words
    assert "#incidents" in "\n".join(m.words for m in town.told(town.ana))

    town.simulator.workspace.find("incidents").archived = False
    await town.clicks(town.ana, town.card(room), "Retry")
    await town.later(seconds=10)

    assert f"<#{room.id}>" in (await town.announcement()).words
    assert len(room.bookmarks) == 1
    assert await town.troubles() == []


async def test_a_small_incident_without_the_incidents_channel_gets_a_room(town: Town) -> None:
    town.simulator.workspace.find("incidents").archived = True

    room = await town.declares("sev4 an icon is wrong")

    assert "ana" in town.people_in(room)
    assert "menu:severity" in acts(town.card(room))

    town.simulator.workspace.find("incidents").archived = False
    await town.clicks(town.ana, town.card(room), "Retry")
    await town.later(seconds=10)

    assert town.heard(await town.announcement()) == [], "it lives in its room"
    assert len(town.rooms()) == 1


async def test_without_its_audience_an_update_is_heard_in_the_room(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    town.simulator.workspace.find("status-updates").archived = True

    await town.says(town.ana, room, "/incident update half of the payments work again")
    await town.later(seconds=10)

    assert "half of the payments work again" in town.words(room)
    assert "#status-updates" in town.card(room).words
    assert "#status-updates" in "\n".join(m.words for m in town.told(town.ana))


async def test_without_user_groups_everyone_in_the_channel_is_asked(town: Town) -> None:
    town.simulator.workspace.groups.clear()
    await town.later(minutes=2)

    room = await town.declares("sev1 checkout is failing")
    await town.later(seconds=10)

    assert town.people_in(room) == {"ana"}
    assert [m.channel for m in town.ringing()] == [town.simulator.workspace.find("incidents").id]
    assert "@oncall" in town.card(room).words
    told = [m.words for m in town.told(town.ana)]
    assert sum("@oncall" in words for words in told) == 1, "two runs missed it; it is said once"


async def test_somebody_who_cannot_be_invited_is_named_and_the_others_come(town: Town) -> None:
    town.chen.user.deleted = True

    room = await town.declares("sev1 checkout is failing")
    await town.later(seconds=10)

    assert town.people_in(room) == {"ana", "ben", "dana"}
    assert town.chen.mention in town.card(room).words
    assert town.chen.mention in "\n".join(m.words for m in town.told(town.ana))


async def test_a_title_that_is_too_long_is_cut_and_kept_whole_on_the_timeline(town: Town) -> None:
    title = "the checkout of the shop " * 40

    room = await town.declares(f"sev1 {title}")

    assert len(room.name) <= 80
    assert len(room.topic.value) <= 250
    assert title.strip() in str(await town.timeline())


@pytest.mark.parametrize(
    "title",
    ["<!channel> *all* is _down_ & `x` <!here>", "@channel @here @everyone look", "🔥🔥🔥", "«Prüfung» 支付 失敗",
     "<script>alert(1)</script>", "{{ 7 * 7 }} {% raw %}", "a\u202eb\u0000c"],
)  # fmt: skip
async def test_any_title_opens_a_room_and_none_rings(town: Town, title: str) -> None:
    room = await town.declares(f"sev1 {title}")
    await town.says(town.ana, room, f"/incident update {title}")
    await town.says(town.ana, room, f"/incident resolve {title}")
    await town.later(seconds=10)

    assert town.ringing() == []
    assert (await town.incident()).over
    assert "49" not in room.topic.value


async def test_a_person_in_a_title_is_not_paged_by_it(town: Town) -> None:
    room = await town.declares("sev1 @eli cannot log in")

    assert "eli" not in town.people_in(room)
    assert town.told(town.eli) == []


@pytest.fixture
def sockets_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets wait in real time between their tries."""
    monkeypatch.setattr(sockets, "backoff", lambda failures, most: timedelta(seconds=0.1))


@pytest.mark.usefixtures("sockets_hurry")
async def test_muster_starts_while_slack_is_down(tmp_path: Path) -> None:
    async with a_town(tmp_path, slack_down=True) as town:
        town.simulator.faults.refuse(False)
        await town.connects()

        await town.declares("sev1 checkout is failing")
        await town.later(seconds=3)

        await town.everything_stands()


@pytest.mark.usefixtures("sockets_hurry")
async def test_slack_goes_down_in_the_middle(town: Town) -> None:
    town.simulator.faults.drop("conversations.create", times=1, before=True)
    town.simulator.on_call.append(_shut_at("conversations.create", town))
    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.later(minutes=2)
    assert town.rooms() == []

    town.simulator.faults.refuse(False)
    await town.connects()
    await town.later(minutes=2, seconds=50)

    await town.everything_stands()


def _shut_at(method: str, town: Town) -> Callable[..., None]:
    def shut(call: object, phase: str) -> None:
        if getattr(call, "method", "") == method and not town.rooms():
            town.simulator.on_call.remove(shut)
            town.simulator.faults.refuse(True)

    return shut


async def test_a_store_that_cannot_write_is_said_in_a_sentence(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    room = await town.declares("sev1 checkout is failing")
    card = town.card(room)

    async def full(*arguments: object) -> None:
        raise OperationalError("insert", {}, OSError("disk full"))

    with monkeypatch.context() as broken:
        broken.setattr(town.muster.store, "transact", full)
        for typed in ("/incident ack", "/incident new checkout is failing"):
            answer = await town.ben.runs(room, typed)
            assert answer.ok
            assert "not write" in answer.words
        await town.ben.clicks(card, "Acknowledge")
        while not town.muster.idle:
            await town.breath()

    assert "not write" in town.private(town.ben)[-1].words
    assert len(town.errors) == 3
    town.errors.clear()
    assert "#1" in await town.says(town.ben, room, "/incident ack")


async def test_a_deleted_card_is_posted_anew(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.ana.pins(town.card(room), on=False)
    await town.deletes(town.card(room))

    await town.says(town.ben, room, "/incident role commander")
    await town.later(seconds=10)

    card = town.card(room)
    assert town.ben.mention in card.words
    assert [pin["ts"] for pin in room.pins] == [card.ts]
    assert await town.troubles() == []


async def test_other_deleted_messages_stay_deleted(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.deletes(await town.announcement())
    await town.deletes(town.told(town.ben)[0])
    before = len(town.everything())

    await town.says(town.ben, room, "/incident ack")
    await town.later(minutes=1)

    assert len(town.heard("incidents")) == 1
    assert len(town.everything()) <= before + 3
    assert town.told(town.ben) == []


async def test_in_an_archived_room_nothing_goes_round_for_ever(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.ana.archives(room)
    await town.later(minutes=1)
    await town.says(town.ben, "#general", "/incident ack #1")
    await town.says(town.ana, "#general", "/incident update #1 the room is gone")
    await town.says(town.ana, "#general", "/incident status #1 mitigating")
    await town.later(minutes=5)
    calls = len(town.simulator.calls)
    facts = len(await town.timeline())

    await town.later(hours=6)

    assert len(town.simulator.calls) - calls < 80
    assert len(await town.timeline()) - facts < 60
    assert "the room is gone" in town.words("status-updates")
    assert "archived" in "\n".join(m.words for m in town.told(town.ana))

    await town.says(town.ana, "#general", "/incident resolve #1 it is over")
    assert (await town.incident()).over


async def test_a_card_that_cannot_be_edited_is_not_tried_for_ever(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    town.simulator.faults.fail("chat.update", times=10_000, error="cant_update_message")

    await town.says(town.ben, room, "/incident ack")
    await town.says(town.ben, room, "/incident role commander")
    await town.later(minutes=30)

    assert len([c for c in town.simulator.calls if c.method == "chat.update"]) < 40
    assert len([e for e in await town.timeline() if e.kind == "gave_up"]) < 10
