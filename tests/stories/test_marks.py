"""Emoji and pins: what people mark goes on the record, at its own time, and stays true to what is there."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.adapters.store.proof import exported
from bot.domain import facts
from bot.domain.incident import Incident
from bot.domain.pieces import Capture
from bot.domain.timeline import entry, standing
from bot.simulator import Channel, Message, talk
from bot.simulator.records import SlackFile
from tests.town import Town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


async def said(town: Town, where: object, text: str, person: str = "ben", thread: Message | None = None) -> Message:
    speaker = getattr(town, person)
    if speaker.id not in town.simulator.workspace.find(where).members:
        await speaker.joins(where)
    message = await speaker.says(where, text, thread)
    assert isinstance(message, Message)
    await town.settle()
    return message


async def reacts(town: Town, person: str, message: Message, emoji: str, on: bool = True) -> None:
    await getattr(town, person).reacts(message, emoji, on)
    await town.settle()


def captures(incident: Incident) -> list[Capture]:
    return list(incident.captures.values())


async def count(town: Town, kind: type[facts.Event]) -> int:
    found = await town.muster.store.facts((await town.incident()).id)
    return sum(isinstance(fact.event, kind) for fact in found)


async def test_a_marked_message_stands_at_its_own_time(town: Town, room: Channel) -> None:
    message = await said(town, room, "the pool is exhausted")
    spoken = datetime.fromtimestamp(float(message.ts), town.clock.now().tzinfo)
    await town.later(minutes=9)
    heard = len(town.heard(room))
    await reacts(town, "chen", message, "pushpin")

    [kept] = captures(await town.incident())
    assert (kept.text, kept.author, kept.by) == (
        "the pool is exhausted",
        f"slack:{town.ben.id}",
        f"slack:{town.chen.id}",
    )
    assert (kept.how, kept.list) == ("emoji", "timeline")
    assert abs((kept.at - spoken).total_seconds()) < 0.001
    assert kept.link.endswith(f"/archives/{room.id}/p{message.ts.replace('.', '')}")
    assert len(town.heard(room)) == heard and town.heard(message) == [], "a mark is acknowledged by the timeline alone"
    shown = await town.says(town.ben, room, "/incident timeline")
    assert f"<@{town.chen.id}> put on the record: the pool is exhausted" in shown
    assert f"said by <@{town.ben.id}> <{kept.link}|message>" in shown


async def test_marked_twice_is_on_record_once(town: Town, room: Channel) -> None:
    message = await said(town, room, "we roll back")
    await reacts(town, "chen", message, "pushpin")
    await reacts(town, "dana", message, "pushpin::skin-tone-3")
    await reacts(town, "dana", message, "round_pushpin")
    await town.ana.pins(message)
    await town.settle()
    assert len(captures(await town.incident())) == 1

    await reacts(town, "chen", message, "pushpin", on=False)
    await reacts(town, "dana", message, "round_pushpin", on=False)
    await town.ana.pins(message, on=False)
    await town.settle()
    assert len(captures(await town.incident())) == 1, "one mark is left"
    await reacts(town, "dana", message, "pushpin::skin-tone-3", on=False)
    assert captures(await town.incident()) == []
    assert "we roll back" not in await town.says(town.ben, room, "/incident timeline")


async def test_pins_count_and_those_of_muster_do_not(town: Town, room: Channel) -> None:
    assert room.pins and captures(await town.incident()) == []
    message = await said(town, room, "runbook: failover", "dana")
    await town.ben.pins(message)
    await town.settle()
    [kept] = captures(await town.incident())
    assert (kept.how, kept.by) == ("pin", f"slack:{town.ben.id}")
    await town.ben.pins(town.checklist(room))
    await town.settle()
    assert len(captures(await town.incident())) == 1


async def test_an_event_that_comes_again_does_nothing_twice(town: Town, room: Channel) -> None:
    message = await said(town, room, "please write the runbook")
    await reacts(town, "chen", message, "pencil2")
    for envelope in [e for e in town.simulator.envelopes if e.type == "events_api"][-3:]:
        await town.simulator.redeliver(envelope)
    await town.settle()
    assert await count(town, facts.Captured) == await count(town, facts.TaskAdded) == 1


async def test_edits_and_deletion_are_followed(town: Town, room: Channel) -> None:
    message = await said(town, room, "error rate 40 %")
    await reacts(town, "chen", message, "pushpin")
    await town.later(minutes=1)
    await town.ben.edits(message, "error rate 4 %")
    await town.settle()
    assert captures(await town.incident())[0].text == "error rate 4 %"
    assert "changed what they said to: error rate 4 %" in await town.says(town.ben, room, "/incident timeline")

    await town.ben.deletes(message)
    await town.settle()
    assert captures(await town.incident()) == []
    shown = await town.says(town.ben, room, "/incident timeline")
    assert "error rate" not in shown
    assert "[deleted since]" in shown and "saw that a message on the record was deleted" in shown
    assert f"said by <@{town.ben.id}>" in shown
    assert f"p{message.ts.replace('.', '')}" not in shown


async def test_a_deleted_message_with_answers_is_gone_too(town: Town, room: Channel) -> None:
    message = await said(town, room, "the old plan")
    await said(town, room, "no", "chen", thread=message)
    await reacts(town, "chen", message, "pushpin")
    assert len(captures(await town.incident())) == 1
    talk.delete(town.simulator.workspace, message, town.ben.id)
    await town.settle()
    assert captures(await town.incident()) == []


async def test_what_happens_before_the_message_is_read_counts(town: Town, room: Channel) -> None:
    """The mark waits while Slack does not answer; the edit comes in between, and nothing is taken for new."""
    message, gone = await said(town, room, "first words"), await said(town, room, "never mind")
    town.simulator.faults.fail("conversations.replies", times=1, status=429, retry_after=30)
    await reacts(town, "chen", message, "pushpin")
    await reacts(town, "chen", gone, "pushpin")
    await town.ben.edits(message, "second words")
    await town.ben.deletes(gone)
    await town.settle()
    await town.later(minutes=5)
    assert [kept.text for kept in captures(await town.incident())] == ["second words"]
    assert await count(town, facts.Captured) == 1 and await count(town, facts.CaptureEdited) == 0
    assert "never mind" not in str(await town.timeline())


async def test_a_restart_loses_no_mark(town: Town, room: Channel) -> None:
    message = await said(town, room, "before the restart")
    town.simulator.faults.fail("conversations.replies", times=1, status=429, retry_after=30)
    await reacts(town, "chen", message, "pushpin")
    await town.restarts()
    await town.later(minutes=5)
    assert [kept.text for kept in captures(await town.incident())] == ["before the restart"]


async def test_a_mark_for_work_makes_a_task_which_stays(town: Town, room: Channel) -> None:
    message = await said(town, room, "fail over the database", "dana")
    await reacts(town, "chen", message, "pencil2")
    incident = await town.incident()
    assert [task.text for task in incident.tasks] == ["fail over the database"]
    assert captures(incident)[0].list == "task"
    assert "Task 1: fail over the database (nobody yet)" in town.words(message)

    await reacts(town, "chen", message, "pencil2", on=False)
    assert captures(await town.incident()) == [] and len((await town.incident()).tasks) == 1
    await reacts(town, "ben", message, "pencil2")
    assert len(captures(await town.incident())) == 1 and len((await town.incident()).tasks) == 1
    assert len(town.heard(message)) == 1

    await reacts(town, "ben", message, "memo")
    [task, item] = (await town.incident()).tasks
    assert item.later and not task.later


async def test_a_list_of_the_team_is_on_the_timeline_under_its_title(town: Town, room: Channel) -> None:
    message = await said(town, room, "we fail over at 03:30")
    await reacts(town, "dana", message, "scales")
    assert "put on the record (Decision): we fail over at 03:30" in await town.says(
        town.ben, room, "/incident timeline"
    )
    assert ":scales:" in await town.says(town.ben, room, "/incident policy capture")


async def test_other_emoji_and_other_channels_are_nobodys_business(town: Town, room: Channel) -> None:
    inside, outside = await said(town, room, "thanks"), await said(town, "#general", "lunch?")
    await reacts(town, "chen", inside, "thumbsup")
    await reacts(town, "chen", outside, "pushpin")
    assert captures(await town.incident()) == []
    assert await town.muster.store.recall(f"mark:slack:{room.id}/{inside.ts}") is None


async def test_in_a_thread_of_the_room_and_of_the_incidents_channel(town: Town, room: Channel) -> None:
    top = await said(town, room, "who looks at the cache?")
    reply = await said(town, room, "I do", "chen", thread=top)
    await reacts(town, "ben", reply, "pushpin")
    [kept] = captures(await town.incident())
    assert kept.text == "I do" and f"thread_ts={top.ts}" in kept.link

    small = await town.announces("sev4 reports are late", town.dana)
    answer = await said(town, "#incidents", "a job hangs", "chen", thread=small)
    stray = await said(town, "#incidents", "which one is it?", "chen")
    await reacts(town, "ben", answer, "pushpin")
    await reacts(town, "ben", stray, "pushpin")
    assert [kept.text for kept in captures(await town.incident(2))] == ["a job hangs"]
    assert len(captures(await town.incident(1))) == 1


async def test_files_are_named_and_linked_and_secrets_are_not_kept(town: Town, room: Channel) -> None:
    workspace = town.simulator.workspace
    workspace.files["F1"] = SlackFile("F1", "graph.png", "graph.png", town.ben.id, 0, content=b"PNG", complete=True)
    message = talk.post(workspace, room, town.ben.id, "see postgresql://app:hunter2@db/shop", files=["F1"])
    await town.settle()
    await reacts(town, "chen", message, "pushpin")
    [kept] = captures(await town.incident())
    assert list(kept.files) == ["graph.png"] and kept.files["graph.png"].startswith("http")
    assert "hunter2" not in kept.text and "[redacted credentials]" in kept.text
    assert "|graph.png>" in await town.says(town.ben, room, "/incident timeline")


async def test_the_postmortem_has_it_with_its_address(town: Town, room: Channel) -> None:
    message, gone = await said(town, room, "the deploy began at 02:50"), await said(town, room, "my mistake")
    for each in (message, gone):
        await reacts(town, "chen", each, "pushpin")
    await town.ben.deletes(gone)
    await town.settle()
    await town.says(town.ana, room, "/incident resolve rollback the deploy was reverted")
    written = town.file(town.files(room)[-1])
    assert "the deploy began at 02:50" in written and f"p{message.ts.replace('.', '')})" in written
    assert "my mistake" not in written and "deleted since" in written


async def test_what_was_deleted_is_handed_out_nowhere(town: Town, room: Channel) -> None:
    message, kept = await said(town, room, "unsayable words"), await said(town, room, "fine words")
    for each in (message, kept):
        await reacts(town, "chen", each, "pushpin")
    await town.ben.deletes(message)
    await town.settle()
    incident = await town.incident()
    assert "unsayable" not in str(await exported(town.muster.store.reader))
    told = [entry(standing(fact, incident.captures), town.muster.desk.book.words).text
            for fact in await town.muster.store.facts(incident.id)]  # fmt: skip
    assert "unsayable" not in str(told) and "fine words" in str(told)
    assert await town.muster.store.verify(incident.id) == []


async def test_messages_of_an_incident_that_was_merged_are_followed(town: Town, room: Channel) -> None:
    message = await said(town, room, "error rate 40 %")
    await reacts(town, "chen", message, "pushpin")
    await town.declares("sev2 payments fail", town.dana)
    await town.says(town.dana, "#general", "/incident merge #1 #2")
    into = next(i for i in (await town.incident(1), await town.incident(2)) if not i.merged_into)
    assert [kept.text for kept in captures(into)] == ["error rate 40 %"]
    await town.ben.deletes(message)
    await town.settle()
    assert captures(await town.incident(into.number)) == []
