"""Checklists begin in their time, are ticked by whoever did it, and what is left of them is said once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.domain import facts
from bot.domain.incident import Incident
from bot.simulator import Channel, Message
from bot.workflows import checklist
from tests.stories.policies import a_policy
from tests.town import Town, a_town, labels

#: a list of each kind, all of them for every severity
CHECKLISTS = """
checklists:
  - id: first
    title: First minutes
    remind_after: 15m
    items: [{id: command, text: Somebody commands}, {id: harm, text: We know the harm}]
  - id: calls
    title: Calls
    items: [{id: called, text: The vendor is called}]
  - id: night
    title: Long nights
    after: 1h
    items: [{id: food, text: Everyone has eaten}]
  - id: calm
    title: Before we call it over
    status: monitoring
    remind_after: 10m
    items: [{id: figures, text: The figures are back}, {id: alerts, text: Alerts speak again}]
  - id: end
    title: Before everyone leaves
    opens: resolving
    remind_after: 2h
    items:
      - {id: end-1, text: Everyone knows}
      - {id: end-2, text: Every item has an owner}
      - {id: end-3, text: "The day of the review is set and stands in the calendar of everyone who was here tonight"}
      - {id: end-4, text: "4"}
      - {id: end-5, text: "5"}
      - {id: end-6, text: "6"}
      - {id: end-7, text: "7"}
      - {id: end-8, text: "8"}
      - {id: end-9, text: "9"}
      - {id: end-10, text: "10"}
      - {id: end-11, text: "11"}
      - {id: end-12, text: "12"}
"""
HOMES = ["room", "thread"]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", checklists=CHECKLISTS)) as town:
        yield town


async def declared(town: Town, home: str) -> Channel | Message:
    """Where people work: a room, or the thread under an announcement."""
    if home == "thread":
        return await town.announces("sev3 a report is late")
    return await town.declares("sev1 checkout is failing")


async def says(town: Town, words: str) -> str:
    return await town.says(town.ben, "#general", f"/incident {words}")


def lists(town: Town, home: object) -> list[str]:
    """The titles of the lists that stand there, in order."""
    counted = (re.match(r"(.+): \d+ of \d+ done\.", m.text) for m in town.heard(home))
    return [found[1] for found in counted if found]


def reminders(town: Town, home: object) -> list[Message]:
    return [m for m in town.heard(home) if "Still open on" in m.words]


async def began(town: Town) -> list[str]:
    history = await town.muster.store.facts((await town.incident()).id)
    return [fact.event.checklist for fact in history if isinstance(fact.event, facts.ChecklistOpened)]


async def listed(town: Town, home: object, title: str) -> Message:
    [found] = [m for m in town.heard(home) if m.words.startswith(f"{title}:")]
    return found


# beginning


@pytest.mark.parametrize("home", HOMES)
async def test_those_of_the_start_stand_at_once_each_by_itself(town: Town, home: str) -> None:
    place = await declared(town, home)
    assert lists(town, place) == ["First minutes", "Calls"]
    assert await began(town) == ["first", "calls"]


@pytest.mark.parametrize("home", HOMES)
async def test_one_begins_some_time_after_the_declaration(town: Town, home: str) -> None:
    place = await declared(town, home)
    await town.later(minutes=59)
    assert "Long nights" not in lists(town, place)
    await town.restarts()
    await town.later(minutes=2)
    assert lists(town, place).count("Long nights") == 1


@pytest.mark.parametrize("home", HOMES)
async def test_one_begins_with_its_status_and_only_the_first_time(town: Town, home: str) -> None:
    place = await declared(town, home)
    for status in ("monitoring", "mitigating", "monitoring"):
        await says(town, f"status #1 {status}")
    assert lists(town, place).count("Before we call it over") == 1
    assert (await began(town)).count("calm") == 1


async def test_the_one_for_later_does_not_begin_when_it_is_over(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "cancel #1 a test")
    await town.later(hours=3)
    assert lists(town, room) == ["First minutes", "Calls"]
    assert reminders(town, room) == []


async def test_reopened_after_its_time_it_begins_at_once(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "cancel #1 a test")
    await town.later(hours=3)
    await says(town, "reopen #1 it was none")
    assert lists(town, room).count("Long nights") == 1
    assert lists(town, room).count("First minutes") == 1


async def test_a_room_that_opens_later_has_all_of_them(town: Town) -> None:
    announcement = await declared(town, "thread")
    await says(town, "status #1 monitoring")
    await says(town, "room #1")
    await town.later(seconds=10)

    [room] = town.rooms()
    assert sorted(lists(town, room)) == ["Before we call it over", "Calls", "First minutes"]
    assert lists(town, announcement) == []


async def test_one_that_was_deleted_is_posted_anew(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "status #1 monitoring")
    await town.deletes(await listed(town, room, "Before we call it over"))
    await says(town, "checklist #1 calm 1")
    await town.later(seconds=5)
    assert "1 of 2" in (await listed(town, room, "Before we call it over")).words


# ticking


@pytest.mark.parametrize("home", HOMES)
async def test_each_is_ticked_by_its_own_buttons(town: Town, home: str) -> None:
    place = await declared(town, home)
    await says(town, "status #1 monitoring")
    calm = await listed(town, place, "Before we call it over")
    await town.clicks(town.ben, calm, "checklist:tick")
    await town.later(seconds=5)

    assert f"1. ~The figures are back~ {town.ben.mention}" in calm.words
    assert "0 of 2" in (await listed(town, place, "First minutes")).words
    assert "ticked" not in await town.clicks(town.dana, calm, "Undo")


async def test_the_answer_shows_the_newest_with_something_left(town: Town) -> None:
    await declared(town, "room")
    assert "Calls: 0 of 1" in await says(town, "checklist #1")
    assert "The vendor is called" in await says(town, "checklist #1 done 1")
    assert "First minutes: 0 of 2" in await says(town, "checklist #1")
    await says(town, "status #1 monitoring")
    assert "Before we call it over: 0 of 2" in await says(town, "checklist #1")
    assert "Alerts speak again" in await says(town, "checklist #1 done 2")
    assert set((await town.incident()).ticks) == {"called", "alerts"}


@pytest.mark.parametrize("name", ["first", "First minutes", "FIRST"])
async def test_another_list_is_shown_and_ticked_by_its_name(town: Town, name: str) -> None:
    await declared(town, "room")
    assert "First minutes: 0 of 2" in await says(town, f"checklist #1 {name}")
    assert "We know the harm" in await says(town, f"checklist #1 {name} done 2")
    assert set((await town.incident()).ticks) == {"harm"}


async def test_all_of_them_are_listed_with_how_far_they_are_and_when_they_begin(town: Town) -> None:
    await declared(town, "room")
    await says(town, "checklist #1 first 1")
    told = await says(town, "checklist #1 all")
    for row in ("*First minutes* · 1 of 2 done", "*Calls* · 0 of 1 done",
                "*Long nights* · 1 items · begins 1 h after the declaration",
                "*Before we call it over* · 2 items · begins with Monitoring",
                "*Before everyone leaves* · 12 items · asked for when it is resolved"):  # fmt: skip
        assert row in told
    assert "First minutes: 1 of 2" in await town.clicks(town.ben, town.private(town.ben)[-1], "Show")


@pytest.mark.parametrize("typed", ["done 9", "done", "lunch", "first 0", "1000000"])
async def test_what_is_on_no_list_is_said(town: Town, typed: str) -> None:
    await declared(town, "room")
    assert "Which item?" in await says(town, f"checklist #1 {typed}")
    assert (await town.incident()).ticks == {}


# reminding


@pytest.mark.parametrize("home", HOMES)
async def test_what_is_left_is_said_once_and_names_whoever_commands(town: Town, home: str) -> None:
    place = await declared(town, home)
    await says(town, "role #1 commander")
    await says(town, "checklist #1 first 1")
    await town.later(minutes=14)
    assert reminders(town, place) == []
    await town.restarts()
    await town.later(minutes=2)

    [said] = reminders(town, place)
    assert town.ben.mention in said.words
    assert "We know the harm" in said.words
    assert "Somebody commands" not in said.words
    await town.later(hours=1)
    assert len(reminders(town, place)) == 1
    assert [e.text for e in await town.timeline() if e.kind == "nudged" and "checklist" in e.text]
    assert "First minutes: 1 of 2" in await town.clicks(town.ben, said, "Show the list")


async def test_while_nobody_commands_it_names_nobody(town: Town) -> None:
    room = await declared(town, "room")
    await town.later(minutes=16)
    assert "<@" not in reminders(town, room)[0].words


@pytest.mark.parametrize("before", [("checklist #1 first 1", "checklist #1 first 2"), ("cancel #1 a test",),
                                    ("resolve #1 fix it works",)])  # fmt: skip
async def test_nothing_is_said_when_nothing_is_left_or_it_is_over(town: Town, before: tuple[str, ...]) -> None:
    room = await declared(town, "room")
    for words in before:
        await says(town, words)
    await town.later(minutes=20)
    assert reminders(town, room) == []


@pytest.mark.parametrize("home", HOMES)
async def test_ended_by_mistake_and_reopened_what_is_left_is_said_at_its_time(town: Town, home: str) -> None:
    place = await declared(town, home)
    await says(town, "resolve #1 fix it works")
    await town.later(minutes=2)
    await says(town, "reopen #1 it fails again")
    await town.later(minutes=14)

    [said] = reminders(town, place)
    assert "First minutes" in said.words


# ending


def ticked(incident: Incident) -> set[str]:
    return {item for item in incident.ticks if item.startswith("end-")}


@pytest.mark.parametrize("home", HOMES)
async def test_resolved_in_one_line_the_closing_list_follows_with_its_buttons(town: Town, home: str) -> None:
    place = await declared(town, home)
    assert "is resolved" in await says(town, "resolve #1 fix it works")
    await town.later(seconds=10)

    closing = await listed(town, place, "Before everyone leaves")
    assert labels(closing).count("Done") == 10
    await town.clicks(town.dana, closing, "checklist:tick")
    await town.later(seconds=5)
    assert "1 of 12 done" in closing.words
    assert "Ticked" in await says(town, "checklist #1 done 2")
    assert (await town.incident()).ticks["end-1"].by == f"slack:{town.dana.id}"
    assert ticked(await town.incident()) == {"end-1", "end-2"}
    assert "Done" not in labels(await listed(town, place, "First minutes"))

    await town.later(hours=2)
    [said] = reminders(town, place)
    assert "Every item has an owner" not in said.words
    assert "The day of the review" in said.words


async def test_the_dialog_asks_for_the_closing_list_and_names_what_is_left_of_the_others(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "checklist #1 end 2")
    await says(town, "checklist #1 first 1")
    await town.clicks(town.ben, town.card(room), "Resolve")

    [dialog] = town.ben.views
    boxes = [block for block in dialog.blocks if block["block_id"].startswith("done-")]
    assert [len(block["element"]["options"]) for block in boxes] == [10, 2]
    assert [option["value"] for option in boxes[0]["element"]["initial_options"]] == ["end-2"]
    said = str([block for block in dialog.blocks if block["type"] == "section"])
    assert "First minutes" in said
    assert "We know the harm" in said
    assert "Somebody commands" not in said


async def test_what_is_ticked_in_the_dialog_is_recorded_with_it(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "checklist #1 end 2")
    await town.clicks(town.dana, town.card(room), "Resolve")
    values = {"done-end-0": ["end-1", "end-2"], "done-end-10": ["end-12"]}
    outcome = await town.submits(town.dana, how="fix", summary="it works", cause="the pool was too small", **values)
    await town.later(seconds=10)

    assert outcome.ok
    incident = await town.incident()
    assert ticked(incident) == {"end-1", "end-2", "end-12"}
    assert incident.ticks["end-12"].by == f"slack:{town.dana.id}"
    assert incident.ticks["end-2"].by == f"slack:{town.ben.id}"
    assert incident.resolution.cause == "the pool was too small"
    closing = await listed(town, room, "Before everyone leaves")
    assert "3 of 12" in closing.words
    assert "Cause: the pool was too small" in next(e.text for e in await town.timeline() if e.kind == "resolved")


async def test_the_dialog_handed_in_twice_ticks_once(town: Town) -> None:
    room = await declared(town, "room")
    await town.clicks(town.dana, town.card(room), "Resolve")
    await town.submits(town.dana, how="fix", summary="it works", **{"done-end-0": ["end-1"]})
    await town.repeats(town.dana)
    await town.later(seconds=10)

    assert len([e for e in await town.timeline() if e.kind == "item_ticked"]) == 1
    assert lists(town, room).count("Before everyone leaves") == 1


async def test_who_resolves_second_ticks_nothing(town: Town) -> None:
    room = await declared(town, "room")
    await town.clicks(town.dana, town.card(room), "Resolve")
    await says(town, "resolve #1 fix it works")
    outcome = await town.submits(town.dana, how="fix", summary="me too", **{"done-end-0": ["end-1"]})

    assert outcome.errors
    assert ticked(await town.incident()) == set()


async def test_resolved_again_the_closing_list_stands_once_and_is_asked_for_again(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "resolve #1 fix it works")
    await says(town, "checklist #1 end 1")
    await town.later(hours=1)
    await says(town, "reopen #1 it fails again")
    await town.later(hours=1, minutes=5)
    assert [m for m in reminders(town, room) if "leaves" in m.words] == []

    await says(town, "resolve #1 fix it holds")
    await town.later(hours=2, minutes=5)

    assert lists(town, room).count("Before everyone leaves") == 1
    [said] = [m for m in reminders(town, room) if "leaves" in m.words]
    assert "Everyone knows" not in said.words


async def test_cancelled_there_is_no_closing_list(town: Town) -> None:
    room = await declared(town, "room")
    await says(town, "cancel #1 a test")
    await town.later(hours=3)
    assert "Before everyone leaves" not in town.words(room)


async def test_stopped_in_the_middle_of_posting_it_stands_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while Slack has the list, but has not said so yet."""
    announcement = await town.announces("sev4 an icon is wrong")
    await town.later(minutes=59)
    monkeypatch.setattr(app, "GRACE_SECONDS", 0.05)
    town.simulator.faults.hang("chat.postMessage", times=1)
    asked = asyncio.Event()
    town.simulator.on_call.append(lambda call, phase: asked.set() if call.method == "chat.postMessage" else None)
    town.clock.advance(town.clock.now() + timedelta(minutes=1))
    await town.muster.engine.run_due(town.clock.now())
    await asyncio.wait_for(asked.wait(), 5)

    await town.restarts()
    await town.later(minutes=2)

    assert lists(town, announcement).count("Long nights") == 1


# other severities, other releases


GRAVE = """
checklists:
  - {id: grave, title: Grave, severities: [sev1, sev2], items: [{id: command, text: Somebody commands}]}
  - {id: gravest, title: Gravest, severities: [sev1], items: [{id: all-hands, text: Everyone is here}]}
"""


async def test_a_graver_severity_brings_its_lists_each_once(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "ours", checklists=GRAVE)
    async with a_town(tmp_path / "data", policy) as town:
        await town.announces("sev3 a report is late")
        assert await began(town) == []
        await says(town, "severity #1 sev2")
        await town.later(seconds=10)
        [room] = town.rooms()
        assert lists(town, room) == ["Grave"]

        for severity in ("sev1", "sev2", "sev1"):
            await says(town, f"severity #1 {severity}")
        await town.later(seconds=10)
        assert lists(town, room) == ["Grave", "Gravest"]
        assert await began(town) == ["grave", "gravest"]


async def test_where_no_room_is_asked_for_a_graver_list_comes_to_the_thread(tmp_path: Path) -> None:
    late = GRAVE.replace("[sev1, sev2]", "[sev3]")
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", checklists=late)) as town:
        announcement = await town.announces("sev4 an icon is wrong")
        await says(town, "severity #1 sev3")
        await town.later(seconds=10)
        assert lists(town, announcement) == ["Grave"]
        await says(town, "severity #1 sev4")
        await says(town, "severity #1 sev3")
        await town.later(seconds=10)
        assert lists(town, announcement) == ["Grave"]


async def test_an_incident_of_an_earlier_release_keeps_its_list(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record says of no list that it began."""

    async def nothing(desk: object, books: object, incident: Incident, at: object) -> Incident:
        return incident

    with monkeypatch.context() as earlier:
        earlier.setattr(checklist, "plan", nothing)
        room = await declared(town, "room")
    assert await began(town) == []
    assert lists(town, room) == ["First minutes"]
    assert "First minutes: 0 of 2" in await says(town, "checklist #1")

    await says(town, "status #1 mitigating")
    await town.later(seconds=10)
    assert lists(town, room) == ["First minutes", "Calls"]
    await says(town, "checklist #1 first 1")
    await town.later(seconds=5)
    assert "1 of 2" in (await listed(town, room, "First minutes")).words
