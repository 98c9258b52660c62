"""Updates with the promised time of the next, and a bot that keeps the promise in mind."""

from __future__ import annotations

import pytest

from bot.simulator import Channel, Message
from tests.town import Town, acts


@pytest.fixture
async def room(town: Town) -> Channel:
    """A commanded sev1: updates every 15 minutes."""
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    return room


async def test_an_update_goes_to_the_room_and_to_the_audience(town: Town, room: Channel) -> None:
    await town.later(minutes=3)

    told = await town.says(town.ben, room, "/incident update half of the payments work again")

    assert "1" in told
    assert "half of the payments work again" in town.heard(room)[-1].words
    [outside] = town.heard("status-updates")
    assert "half of the payments work again" in outside.words
    assert "03:18 UTC" in outside.words, "it promises the next one"
    await town.later(seconds=5)
    assert "03:18 UTC" in town.card(room).words


async def test_the_dialog_has_a_place_for_everything_and_remembers_the_last_update(town: Town, room: Channel) -> None:
    await town.clicks(town.ben, town.card(room), "Post update")
    await town.submits(
        town.ben, state="payments fail", impact="nobody can pay", actions="failing over", next_steps="look again",
        help_needed="a database person", next_in="30",
    )  # fmt: skip

    for words in ("payments fail", "nobody can pay", "failing over", "look again", "a database person"):
        assert words in town.heard(room)[-1].words
        assert words in town.heard("status-updates")[-1].words
    assert "03:30 UTC" in town.heard("status-updates")[-1].words

    await town.says(town.ben, room, "/incident update")
    await town.submits(town.ben, state="payments work")

    assert [u.number for u in (await town.incident()).updates] == [1, 2]
    assert "nobody can pay" in town.heard(room)[-1].words


async def test_a_small_incident_keeps_its_updates_in_its_thread(town: Town) -> None:
    announcement = await town.announces("sev3 a report is late")

    await town.says(town.ben, "#general", "/incident update #1 the job runs again")

    assert "the job runs again" in town.heard(announcement)[-1].words
    assert town.heard("status-updates") == []


async def test_before_an_update_is_due_the_room_is_reminded(town: Town, room: Channel) -> None:
    await town.later(minutes=9, seconds=59)
    assert reminders(town, room) == []

    await town.later(seconds=2)

    [reminder] = reminders(town, room)
    assert "03:15" in reminder.words
    assert acts(reminder) == {"update", "snooze"}
    assert "<@" not in reminder.words


async def test_a_missed_update_is_asked_for_ever_louder(town: Town, room: Channel) -> None:
    """To the room when it is due, to the commander five minutes later, then to everyone who is there."""
    await town.later(minutes=15, seconds=1)
    _, first = reminders(town, room)
    assert "<@" not in first.words

    await town.later(minutes=5)
    second = reminders(town, room)[-1]
    assert town.ben.mention in second.words
    assert town.ringing() == []

    await town.later(minutes=5)
    third = reminders(town, room)[-1]
    assert town.ringing() == [third]
    assert len(reminders(town, room)) == 4


async def test_an_incident_that_everybody_left_does_not_shout_all_night(town: Town, room: Channel) -> None:
    await town.later(hours=12)

    assert 8 < len(reminders(town, room)) < 25


async def test_an_update_puts_the_clock_back(town: Town, room: Channel) -> None:
    await town.later(minutes=21)
    before = len(reminders(town, room))

    await town.says(town.ben, room, "/incident update nothing new, still working")
    await town.later(minutes=9)
    assert len(reminders(town, room)) == before

    await town.later(minutes=2)
    newest = reminders(town, room)[-1]
    assert len(reminders(town, room)) == before + 1
    assert "<@" not in newest.words, "it begins quietly again"


async def test_the_reminder_is_snoozed_by_its_button(town: Town, room: Channel) -> None:
    await town.later(minutes=16)
    before = reminders(town, room)

    assert "03:26" in await town.clicks(town.ben, before[-1], "snooze")

    await town.later(minutes=9)
    assert len(reminders(town, room)) == len(before)
    await town.later(minutes=2)
    assert len(reminders(town, room)) == len(before) + 1


async def test_after_the_end_there_is_silence(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve the pool was too small")
    spoken = len(town.heard(room))

    await town.later(hours=5)

    assert len(town.heard(room)) == spoken
    assert town.muster.engine is not None


async def test_a_new_severity_brings_its_own_rhythm_once_what_was_promised_is_kept(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident severity sev2")
    await town.later(minutes=9)
    assert reminders(town, room) == []
    await town.later(minutes=2)
    assert len(reminders(town, room)) == 1

    await town.says(town.ben, room, "/incident update we are looking")
    await town.later(minutes=24)
    assert len(reminders(town, room)) == 1
    await town.later(minutes=2)
    assert len(reminders(town, room)) == 2


async def test_an_update_without_words_is_refused(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident update")

    outcome = await town.submits(town.ben, state="  ")

    assert "state" in outcome.errors
    assert (await town.incident()).updates == ()


def reminders(town: Town, room: Channel) -> list[Message]:
    return [m for m in town.heard(room) if "snooze" in acts(m)]
