"""Severity, status, notes, tasks, and what can be looked up."""

from __future__ import annotations

import pytest

from bot.simulator import Channel
from tests.town import Town, acts


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev2 checkout is failing")


async def test_a_status_is_moved_by_the_menu_and_by_a_command(town: Town, room: Channel) -> None:
    await town.chooses(town.ben, town.card(room), "menu:status", "🎯 Identified")
    assert (await town.incident()).status == "identified"

    await town.says(town.ben, room, "/incident status mitigating we roll back")
    await town.later(seconds=5)

    assert (await town.incident()).status == "mitigating"
    assert "we roll back" in town.words(room)
    assert "Mitigating" in town.card(room).words
    assert "Mitigating" in room.topic.value
    assert "Mitigating" in (await town.announcement()).words


async def test_a_move_that_is_not_possible_is_refused_with_what_is(town: Town, room: Channel) -> None:
    told = await town.says(town.ben, room, "/incident status closed")

    assert "resolved" in told
    assert "cancelled" in told
    assert "resolved" in await town.says(town.ben, room, "/incident status wonky")
    assert (await town.incident()).status == "investigating"


async def test_the_severity_is_changed_with_its_reason(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident severity sev1 all customers are hurt")

    assert "all customers are hurt" in town.words(room)
    assert len(town.told(town.dana)) == 1
    assert "sev4" in await town.says(town.ben, room, "/incident severity sev7")
    assert "already" in await town.says(town.ben, room, "/incident severity sev1")


async def test_the_severity_can_be_asked_for_in_a_dialog(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident severity")
    await town.submits(town.ben, severity="sev1", reason="all customers are hurt")

    assert (await town.incident()).severity == "sev1"


async def test_a_note_stands_on_the_timeline(town: Town, room: Channel) -> None:
    spoken = len(town.heard(room))
    await town.says(town.ben, room, "/incident note the database is out of connections")

    told = await town.says(town.ana, room, "/incident timeline")

    assert "the database is out of connections" in told
    assert "declared" in told
    assert town.ben.mention in told
    assert len(town.heard(room)) == spoken, "notes make no noise"


async def test_a_task_is_given_handed_on_and_done(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident task @chen fail over the database")
    assert "fail over the database" in town.told(town.chen)[-1].words

    await town.says(town.dana, room, "/incident task take 1")
    assert town.dana.mention in await town.says(town.ana, room, "/incident task")

    await town.says(town.dana, room, "/incident task done 1")
    assert town.dana.mention in await town.says(town.ben, room, "/incident task done 1")
    assert "task 9" in await town.says(town.ben, room, "/incident task done 9")

    [task] = (await town.incident()).tasks
    assert (task.owner, task.done_by) == (f"slack:{town.dana.id}",) * 2


async def test_a_task_is_ticked_off_in_the_list(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident task fail over the database")
    await town.says(town.ana, room, "/incident task list")

    await town.clicks(town.ana, town.private(town.ana)[-1], "Done")

    assert (await town.incident()).tasks[0].done_by == f"slack:{town.ana.id}"


async def test_a_button_in_a_private_list_answers(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident role")

    told = await town.clicks(town.ana, town.private(town.ana)[-1], "Take command")

    assert "You are Incident Commander" in told


async def test_the_state_can_be_asked_for_anywhere(town: Town, room: Channel) -> None:
    for where, typed in ((room, "status"), ("#general", "status #1"), ("#general", "#1")):
        told = await town.says(town.ben, where, f"/incident {typed}")
        assert "checkout is failing" in told
        assert "Investigating" in told


async def test_the_list_holds_what_is_open_and_on_request_all(town: Town, room: Channel) -> None:
    await town.says(town.ana, "#general", "/incident declare sev4 an icon is wrong")
    await town.says(town.ben, room, "/incident cancel a planned test")

    told = await town.says(town.ben, "#general", "/incident list")
    assert "an icon is wrong" in told
    assert "checkout is failing" not in told
    assert "checkout is failing" in await town.says(town.ben, "#general", "/incident list all")


async def test_where_there_is_no_incident_it_says_how_to_name_one(town: Town, room: Channel) -> None:
    for typed in ("ack", "status mitigating", "update we are on it", "resolve it is over", "postmortem"):
        told = await town.says(town.ben, "#general", f"/incident {typed}")
        assert "#" in told
        assert "list" in told
    assert "#99" in await town.says(town.ben, "#general", "/incident ack #99")
    assert (await town.incident()).acknowledged_by is None


async def test_help_names_every_verb(town: Town) -> None:
    told = await town.says(town.eli, "#general", "/incident help")

    for verb in ("declare", "ack", "update", "resolve", "role", "task", "postmortem"):
        assert verb in told


async def test_a_word_that_is_no_verb_is_answered_with_what_was_meant(town: Town) -> None:
    told = await town.says(town.eli, "#general", "/incident declrae sev1 checkout is failing")

    assert "declare" in told
    assert town.rooms() == []

    await town.clicks(town.eli, town.private(town.eli)[-1], "/incident declare")
    assert (await town.incident()).title == "checkout is failing"


async def test_every_dialog_of_the_card_opens(town: Town, room: Channel) -> None:
    card = town.card(room)
    for choice in ("Add a note", "Add a task", "Roles", "Impact"):
        await town.chooses(town.ben, card, "menu:more", choice)
        assert len(town.ben.views) == 1
        await town.ben.closes()
    await town.chooses(town.ben, card, "menu:status", "🚫 Cancelled")
    assert len(town.ben.views) == 1
    await town.ben.closes()
    assert "declared" in await town.chooses(town.ben, card, "menu:more", "Timeline")
    assert acts(card)


async def test_roles_and_tasks_are_given_in_dialogs(town: Town, room: Channel) -> None:
    card = town.card(room)
    await town.chooses(town.ben, card, "menu:more", "Roles")
    await town.submits(town.ben, role="tech", person=town.chen.id)
    await town.chooses(town.ben, card, "menu:more", "Add a task")
    await town.submits(town.ben, text="write the runbook", later=["yes"])
    await town.chooses(town.ben, card, "menu:more", "Add a note")
    await town.submits(town.ben, text="it began at 02:50")

    incident = await town.incident()
    assert incident.roles == {"tech": f"slack:{town.chen.id}"}
    assert incident.tasks[0].later
    assert "it began at 02:50" in str(await town.timeline())


async def test_all_incidents_are_those_that_are_open_and_those_that_ended(town: Town) -> None:
    await town.announces("sev4 reports are late", town.dana)
    await town.announces("sev4 logins are slow", town.dana)
    await town.says(town.dana, "#general", "/incident cancel #1 it was a test")

    told = await town.says(town.ben, "#general", "/incident list all")
    assert "reports are late" in told and "logins are slow" in told
    assert "reports are late" not in await town.says(town.ben, "#general", "/incident list")
