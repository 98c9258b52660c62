"""A risky step is asked about before it is taken, and whoever decides says go or no-go."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.incident import Question
from bot.simulator import Channel, Message
from tests.town import Town, acts, labels


@pytest.fixture
async def room(town: Town) -> Channel:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    return room


async def asked(town: Town, room: object, words: str = "fail over to the second region") -> Message:
    told = await town.says(town.dana, room, f"/incident go {words}")
    assert words in told
    found = [m for m in town.heard(room) if "go:yes" in acts(m)]
    assert words in found[-1].words
    return found[-1]


async def question(town: Town, id: int = 1) -> Question:
    return (await town.incident()).questions[id - 1]


async def test_it_is_asked_where_people_work_and_names_who_decides(town: Town, room: Channel) -> None:
    message = await asked(town, room)

    assert f"{town.ben.mention} (Incident Commander) decides." in message.words
    assert town.dana.mention in message.words
    assert labels(message) == ["GO", "NO-GO"]
    await town.later(seconds=5)
    assert "Go or no-go? 1. fail over to the second region" in town.card(room).words
    assert "asked for a go (question 1): fail over" in (await town.timeline())[-1].text


async def test_go_acts_at_once_and_the_question_shows_it(town: Town, room: Channel) -> None:
    message = await asked(town, room)
    await town.later(minutes=2)

    await town.clicks(town.ben, message, "GO")
    await town.later(seconds=5)

    decided = await question(town)
    assert (decided.go, decided.decided_by) == (True, f"slack:{town.ben.id}")
    assert f"*GO* by {town.ben.mention}" in message.words
    assert "03:02" in message.words
    assert acts(message) == set()
    assert "Go or no-go?" not in town.card(room).words
    assert town.dana.mention in town.heard(room)[-1].words
    assert [entry.text for entry in await town.timeline() if entry.kind == "go_decided"] == ["decided question 1: GO"]


@pytest.mark.parametrize("reason", ["the other region is full", ""])
async def test_no_go_asks_for_a_reason_that_may_be_left_out(town: Town, room: Channel, reason: str) -> None:
    message = await asked(town, room)

    await town.clicks(town.ben, message, "NO-GO")
    assert (await question(town)).go is None
    await town.submits(town.ben, reason=reason)
    await town.later(seconds=5)

    assert (await question(town)).go is False
    assert (await question(town)).reason == reason
    assert f"*NO-GO* by {town.ben.mention}" in message.words
    assert reason in message.words


@pytest.mark.parametrize(
    ("typed", "go", "reason"),
    [("go 1 yes", True, ""), ("go 1 no too risky", False, "too risky"), ("decide 1 go", True, ""),
     ("decide 1 no-go: too risky", False, "too risky"), ("nogo 1 too risky", False, "too risky"),
     ("go yes 1", True, ""), ("nogo 1", False, "")],
)  # fmt: skip
async def test_it_is_decided_in_one_line(town: Town, room: Channel, typed: str, go: bool, reason: str) -> None:
    await asked(town, room)

    told = await town.says(town.ben, room, f"/incident {typed}")

    assert told.startswith("GO" if go else "NO-GO")
    decided = await question(town)
    assert (decided.go, decided.reason) == (go, reason)
    assert len((await town.incident()).questions) == 1


@pytest.mark.parametrize("how", ["button", "dialog", "words"])
async def test_whoever_does_not_decide_is_told_who_does(town: Town, room: Channel, how: str) -> None:
    message = await asked(town, room)

    if how == "button":
        told = await town.clicks(town.dana, message, "GO")
    elif how == "words":
        told = await town.says(town.dana, room, "/incident go 1 yes")
    else:
        await town.clicks(town.dana, message, "NO-GO")
        told = str((await town.submits(town.dana, reason="no")).errors)

    assert "Only the Incident Commander decides that" in told
    assert (await question(town)).go is None


async def test_while_nobody_commands_anyone_decides(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role commander none")
    message = await asked(town, room)
    assert "Nobody is Incident Commander now: anyone here may decide." in message.words

    await town.clicks(town.dana, message, "GO")
    assert (await question(town)).decided_by == f"slack:{town.dana.id}"


async def test_who_decides_follows_the_role(town: Town, room: Channel) -> None:
    message = await asked(town, room)
    await town.says(town.chen, room, "/incident role commander")
    await town.later(seconds=5)

    assert f"{town.chen.mention} (Incident Commander) decides." in message.words
    assert town.chen.mention in await town.clicks(town.ben, message, "GO")
    assert (await question(town)).go is None


async def test_of_two_who_click_the_first_stands(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role commander none")
    message = await asked(town, room)

    await asyncio.gather(town.chen.clicks(message, "GO"), town.eli.clicks(message, "GO"))
    await town.settle()

    decided = [entry for entry in await town.timeline() if entry.kind == "go_decided"]
    assert len(decided) == 1
    later = town.eli if (await question(town)).decided_by == f"slack:{town.chen.id}" else town.chen
    assert "said GO at 03:00 UTC" in town.private(later)[-1].words


async def test_the_same_click_that_comes_twice_decides_once(town: Town, room: Channel) -> None:
    message = await asked(town, room)
    await town.clicks(town.ben, message, "GO")
    said = len(town.heard(room))
    await town.repeats(town.ben)
    assert len(town.heard(room)) == said


async def test_each_question_has_a_number_of_its_own(town: Town, room: Channel) -> None:
    first = await asked(town, room)
    second = await asked(town, room, "restart the database")
    await town.clicks(town.ben, second, "GO")
    await town.later(seconds=5)

    assert (await question(town, 1)).go is None
    assert (await question(town, 2)).go is True
    assert labels(first) == ["GO", "NO-GO"]
    assert "Go or no-go? 1. fail over" in town.card(room).words


async def test_a_question_outlives_a_restart(town: Town, room: Channel) -> None:
    message = await asked(town, room)
    await town.restarts()
    await town.clicks(town.ben, message, "GO")
    await town.later(seconds=5)
    assert "*GO*" in message.words


async def test_in_a_thread_it_is_asked_in_the_thread(town: Town) -> None:
    announcement = await town.announces("sev3 a report is late")
    await town.says(town.dana, "#incidents", "/incident go #1 run it again")
    [message] = [m for m in town.heard(announcement) if "go:yes" in acts(m)]

    await town.clicks(town.ana, message, "GO")
    await town.later(seconds=5)

    assert f"*GO* by {town.ana.mention}" in message.words


async def test_without_words_a_dialog_asks_what_for(town: Town, room: Channel) -> None:
    await town.says(town.dana, room, "/incident go")
    await town.submits(town.dana, question="fail over to the second region")
    assert (await question(town)).text == "fail over to the second region"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("go 9 yes", "has no question 9"), ("go 1", "go 1 yes"), ("nogo too risky", "which question"),
     ("go 99999999999 yes", "99999999999 yes")],
)  # fmt: skip
async def test_what_cannot_be_decided_is_said(town: Town, room: Channel, typed: str, told: str) -> None:
    assert told in await town.says(town.ben, room, f"/incident {typed}")


async def test_when_it_is_over_nothing_is_asked_any_more(town: Town, room: Channel) -> None:
    message = await asked(town, room)
    await town.says(town.ben, room, "/incident resolve fix it works")
    await town.later(seconds=5)

    assert acts(message) == set()
    assert "not answered" in message.words
    assert "Go or no-go?" not in town.card(room).words
    assert "reopen" in await town.says(town.dana, room, "/incident go drop the table")
    assert len((await town.incident()).questions) == 1


async def test_without_an_open_question_there_is_nothing_to_refuse(town: Town, room: Channel) -> None:
    assert "No question of #1 is open" in await town.says(town.ben, room, "/incident nogo")
    await town.clicks(town.ben, await asked(town, room), "GO")

    assert "No question of #1 is open" in await town.says(town.ben, room, "/incident nogo")
    assert town.ben.views == []
