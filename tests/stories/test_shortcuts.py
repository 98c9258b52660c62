"""What is chosen from the menu of a message, or of the lightning."""

from __future__ import annotations

import pytest

from bot.simulator import Channel, Message
from tests.stories.test_marks import captures, said
from tests.town import Town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


async def chooses(town: Town, person: str, shortcut: str, message: Message | None = None) -> str:
    speaker = getattr(town, person)
    return await town._follow(speaker, speaker.uses_shortcut(shortcut, message))


def shown(town: Town, person: str, block: str) -> object:
    """What a field of the dialog on top holds already."""
    view = getattr(town, person).views[-1]
    element = next(b["element"] for b in view.blocks if b.get("block_id") == block)
    chosen = element.get("initial_option") or {}
    return element.get("initial_value") or element.get("initial_user") or chosen.get("value")


async def test_the_lightning_opens_the_dialog_to_declare(town: Town) -> None:
    await chooses(town, "ana", "declare")
    await town.submits(town.ana, title="checkout is failing", severity="sev2")
    assert (await town.incident()).title == "checkout is failing"


async def test_an_incident_declared_about_a_message_knows_where_it_came_from(town: Town) -> None:
    first = await said(town, "#general", "Checkout returns 500 since the deploy\nsee the dashboard", "eli")
    await said(town, "#general", "same here", "chen", thread=first)
    answer = await said(
        town, "#general", "<@U000> is on it: token=ghp_abcdefghijklmnopqrstuvwxyz0123456789", "dana", first
    )
    await town.later(minutes=3)
    await chooses(town, "ben", "declare_from", answer)
    assert town.ben.views
    await town.ben.closes()
    await chooses(town, "ben", "declare_from", first)
    assert shown(town, "ben", "title") == "Checkout returns 500 since the deploy"
    await town.submits(town.ben, title="checkout returns 500", severity="sev1")

    incident, [room] = await town.incident(), town.rooms()
    assert [kept.author for kept in captures(incident)] == [f"slack:{p.id}" for p in (town.eli, town.chen, town.dana)]
    assert all(kept.how == "shortcut" and kept.by == f"slack:{town.ben.id}" for kept in captures(incident))
    assert captures(incident)[0].at < incident.declared_at
    assert "ghp_" not in str(await town.timeline())
    link = f"/archives/{first.channel}/p{first.ts.replace('.', '')}"
    assert f"<@{town.ben.id}> declared this about <" in town.words(room) and link in town.words(room)
    [told] = town.heard(first)
    assert "This is incident" in told.words and f"<#{room.id}>" in told.words
    assert f"thread_ts={first.ts}" in captures(incident)[1].link


async def test_a_reply_brings_its_whole_thread(town: Town) -> None:
    first = await said(town, "#general", "orders are late", "eli")
    reply = await said(town, "#general", "by hours", "chen", thread=first)
    await chooses(town, "ben", "declare_from", reply)
    await town.submits(town.ben, title="orders are late by hours", severity="sev4")
    assert [kept.text for kept in captures(await town.incident())] == ["orders are late", "by hours"]
    [told] = town.heard(first)
    assert "This is incident" in told.words


async def test_no_more_than_fifty_messages_are_taken(town: Town) -> None:
    first = await said(town, "#general", "it begins", "eli")
    for number in range(60):
        await town.chen.says("#general", f"line {number}", first)
    await chooses(town, "ben", "declare_from", first)
    await town.submits(town.ben, title="many words", severity="sev4")
    kept = captures(await town.incident())
    assert len(kept) == 50 and kept[0].text == "it begins" and kept[-1].text == "line 59"


async def test_the_help_to_choose_keeps_the_message(town: Town) -> None:
    first = await said(town, "#general", "checkout hangs", "eli")
    await chooses(town, "ben", "declare_from", first)
    await town.clicks(town.ben, town.ben.views[-1], "Help me choose")
    await town.submits(town.ben, title="checkout hangs", severity="sev3")
    assert [kept.text for kept in captures(await town.incident())] == ["checkout hangs"]


async def test_what_was_said_later_is_followed_too(town: Town) -> None:
    first = await said(town, "#general", "checkout hangs for 4 s", "eli")
    await chooses(town, "ben", "declare_from", first)
    await town.submits(town.ben, title="checkout hangs", severity="sev3")
    await town.eli.edits(first, "checkout hangs for 40 s")
    await town.settle()
    assert [kept.text for kept in captures(await town.incident())] == ["checkout hangs for 40 s"]


async def test_onto_the_timeline_by_hand_and_once(town: Town, room: Channel) -> None:
    message = await said(town, room, "the pool is exhausted")
    assert "goes on the timeline of #1" in await chooses(town, "chen", "to_timeline", message)
    assert "on the timeline of #1 already" in await chooses(town, "dana", "to_timeline", message)
    [kept] = captures(await town.incident())
    assert (kept.how, kept.text, kept.by) == ("shortcut", "the pool is exhausted", f"slack:{town.chen.id}")
    await town.dana.reacts(message, "pushpin")
    await town.dana.reacts(message, "pushpin", on=False)
    await town.settle()
    assert len(captures(await town.incident())) == 1, "what was put there by hand stays"


async def test_a_task_of_a_message_is_linked_to_it(town: Town, room: Channel) -> None:
    message = await said(town, room, "@chen please fail over the database", "dana")
    await chooses(town, "ben", "to_task", message)
    assert shown(town, "ben", "text") == "please fail over the database"
    assert shown(town, "ben", "owner") == town.chen.id
    await town.submits(town.ben, text="fail over the database", owner=town.chen.id)
    incident = await town.incident()
    [task], [kept] = incident.tasks, captures(incident)
    assert (task.text, task.owner, task.later) == ("fail over the database", f"slack:{town.chen.id}", False)
    assert (kept.list, kept.how) == ("task", "shortcut")
    assert "Task 1: fail over the database" in town.words(message)
    assert any("asks you, for #1" in m.words for m in town.told(town.chen))
    await town.dana.reacts(message, "pencil2")
    await town.settle()
    assert len((await town.incident()).tasks) == 1


async def test_an_action_item_belongs_to_who_said_it_unless_changed(town: Town, room: Channel) -> None:
    message = await said(town, room, "we should alert on pool size", "dana")
    await chooses(town, "ben", "to_action_item", message)
    assert shown(town, "ben", "owner") == town.dana.id
    await town.submits(town.ben, text="alert on pool size", owner=town.dana.id)
    [item] = (await town.incident()).tasks
    assert item.later and item.owner == f"slack:{town.dana.id}"


async def test_elsewhere_the_only_open_incident_is_meant(town: Town, room: Channel) -> None:
    message = await said(town, "#general", "our bank sees it, too", "eli")
    assert "goes on the timeline of #1" in await chooses(town, "ben", "to_timeline", message)
    assert [kept.text for kept in captures(await town.incident())] == ["our bank sees it, too"]
    await chooses(town, "ben", "to_task", message)
    await town.submits(town.ben, text="call the bank")
    assert "Task 1: call the bank" in town.words(room)
    assert town.heard(message) == [], "a stranger's channel is told nothing"
    await town.eli.deletes(message)
    await town.settle()
    assert captures(await town.incident()) == []


async def test_of_several_open_incidents_one_is_chosen(town: Town, room: Channel) -> None:
    await town.announces("sev4 reports are late", town.dana)
    message = await said(town, "#general", "the nightly job hangs", "eli")
    await chooses(town, "ben", "to_timeline", message)
    second = await town.incident(2)
    await town.submits(town.ben, incident=second.id)
    assert captures(await town.incident(1)) == []
    assert [kept.text for kept in captures(await town.incident(2))] == ["the nightly job hangs"]
    await chooses(town, "ben", "to_task", message)
    await town.submits(town.ben, incident=second.id, text="restart the job")
    assert [task.text for task in (await town.incident(2)).tasks] == ["restart the job"]


async def test_without_an_open_incident_a_sentence_says_what_to_do(town: Town) -> None:
    message = await said(town, "#general", "is something wrong?", "eli")
    assert "No incident is open" in await chooses(town, "ben", "to_timeline", message)
    assert "Declare an incident" in await chooses(town, "ben", "to_task", message)


async def test_a_message_that_muster_cannot_read_is_kept_as_it_was_seen(town: Town, room: Channel) -> None:
    private = town.simulator.workspace.add_channel("board", members=[town.ben.id, town.eli.id], private=True)
    message = await said(town, private, "customers call us", "eli")
    await chooses(town, "ben", "to_timeline", message)
    [kept] = captures(await town.incident())
    assert (kept.text, kept.author, kept.link) == ("customers call us", f"slack:{town.eli.id}", "")


async def test_a_gesture_that_comes_twice_counts_once_and_a_restart_loses_nothing(town: Town, room: Channel) -> None:
    message = await said(town, room, "the pool is exhausted")
    town.simulator.faults.fail("conversations.replies", times=1, status=429, retry_after=30)
    await chooses(town, "chen", "to_timeline", message)
    await town.repeats(town.chen)
    await town.restarts()
    await town.later(minutes=2)
    assert len(captures(await town.incident())) == 1

    first = await said(town, "#general", "orders are late", "eli")
    await chooses(town, "ben", "declare_from", first)
    await town.submits(town.ben, title="orders are late", severity="sev4")
    await town.repeats(town.ben)
    assert len(town.heard(first)) == 1 and len(captures(await town.incident(2))) == 1


async def test_of_a_restricted_incident_others_learn_nothing_by_shortcuts(town: Town) -> None:
    first = await said(town, "#general", "mallory reads the payroll", "eli")
    await chooses(town, "ana", "declare_from", first)
    await town.submits(town.ana, title="a leak", severity="sev1", restricted=["yes"])
    incident, [room] = await town.incident(), town.rooms()
    assert incident.restricted and room.is_private
    assert [kept.text for kept in captures(incident)] == ["mallory reads the payroll"]
    assert "declared this about" in town.words(room)
    assert town.heard(first) == [], "the thread it came from is told nothing"

    outsider = next(p for p in (town.ben, town.chen, town.dana, town.eli) if f"slack:{p.id}" not in incident.insiders)
    hint = await said(town, "#general", "what is going on?", "eli")
    for shortcut in ("to_timeline", "to_task"):
        assert "No incident is open" in await chooses(town, outsider.name, shortcut, hint)
    assert "goes on the timeline" in await chooses(town, "ana", "to_timeline", hint)
    assert len(captures(await town.incident())) == 2


async def test_in_a_restricted_room_its_people_mark_what_they_say(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident declare restricted sev1 a leak")
    [room] = town.rooms()
    message = await said(town, room, "the token was revoked", "ana")
    await town.ana.reacts(message, "pushpin")
    await town.settle()
    assert [kept.text for kept in captures(await town.incident())] == ["the token was revoked"]
