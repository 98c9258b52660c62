"""What only Slack's own ways ask of the Chat port; the rest is in tests/contracts/test_chat.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.slack import refs
from bot.adapters.slack.calls import VERB_SECONDS
from bot.adapters.slack.chat import SlackChat
from bot.adapters.slack.views import render
from bot.engine.outcomes import Busy, Doubt, Gone, Key, Rejected
from bot.engine.settings import Settings
from bot.messages import Attachment, Document, Sentence
from bot.ports import NameTaken
from tests.adapters.slack.wire import Wire, wired


def key(name: str = "card", *, doubtful: bool = False) -> Key:
    return Key(f"01JD0000000000000000000000:{name}", datetime.now(UTC), doubtful)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with wired() as wire:
        yield wire


@pytest.fixture
async def room(wire: Wire) -> str:
    return await wire.chat.create_room("inc-1-checkout", key("room"))


def methods(wire: Wire) -> list[str]:
    return [call.method for call in wire.sim.calls]


def test_a_verb_ends_before_the_engine_gives_up_on_it() -> None:
    assert Settings().call_limit.total_seconds() > VERB_SECONDS


async def test_first_tries_never_look(wire: Wire, room: str) -> None:
    await wire.chat.post(room, Sentence("Sev 1"), key())
    await wire.chat.bookmark(room, "Runbook", "https://runbooks.example/1", key("book"))
    assert methods(wire) == ["conversations.create", "chat.postMessage", "bookmarks.add"]


async def test_a_key_written_by_others_is_not_ours(wire: Wire, room: str) -> None:
    bots = wire.channel(room)
    await wire.chat.post(room, Sentence("Sev 1"), key())
    forged = next(m for m in bots.messages.values() if m.metadata)
    forged.user, forged.bot_id = wire.sim.person("ana").id, "B0OTHER"
    await wire.chat.post(room, Sentence("Sev 1"), key(doubtful=True))
    assert len([m for m in bots.messages.values() if m.text == "Sev 1"]) == 2


async def test_a_look_turns_every_page(wire: Wire, room: str) -> None:
    first = await wire.chat.post(room, Sentence("Sev 1"), key())
    ana = wire.sim.person("ana")
    await wire.chat.invite(room, [refs.person(ana.id)])
    for number in range(250):
        await ana.says(f"#{wire.channel(room).name}", f"line {number}")
    assert await wire.chat.post(room, Sentence("Sev 1"), key(doubtful=True)) == first
    assert len(wire.sim.calls_to("conversations.history")) == 2


async def test_a_look_starts_ten_minutes_before(wire: Wire, room: str) -> None:
    await wire.chat.post(room, Sentence("Sev 1"), key())
    late = replace(key(doubtful=True), since=datetime.now(UTC) + timedelta(minutes=9))
    await wire.chat.post(room, Sentence("Sev 1"), late)
    assert [m.text for m in wire.shown(room)].count("Sev 1") == 1


async def test_a_look_without_an_answer_stays_in_doubt(wire: Wire, room: str) -> None:
    wire.sim.faults.fail("conversations.history", error="fatal_error")
    with pytest.raises(Doubt):
        await wire.chat.post(room, Sentence("Sev 1"), key(doubtful=True))
    assert wire.shown(room) == []


async def test_where_looking_is_impossible_it_says_so(wire: Wire, room: str) -> None:
    wire.sim.faults.fail("conversations.history", error="missing_scope")
    with pytest.raises(Rejected, match="may or may not have been done"):
        await wire.chat.post(room, Sentence("Sev 1"), key(doubtful=True))
    assert wire.shown(room) == []


async def test_a_channel_muster_is_not_in_is_joined_to_look(wire: Wire) -> None:
    place = refs.room(wire.sim.workspace.add_channel("status").id)
    first = await wire.chat.post(place, Sentence("Sev 1"), key())
    assert await wire.chat.post(place, Sentence("Sev 1"), key(doubtful=True)) == first
    assert "conversations.join" in methods(wire)


async def test_a_post_that_needs_membership_joins(wire: Wire) -> None:
    place = refs.room(wire.sim.workspace.add_channel("status").id)
    wire.sim.faults.fail("chat.postMessage", error="not_in_channel")
    await wire.chat.post(place, Sentence("Sev 1"), key())
    assert [m.text for m in wire.shown(place) if not m.subtype] == ["Sev 1"]


async def test_a_file_in_a_channel_muster_is_not_in(wire: Wire) -> None:
    place = refs.room(wire.sim.workspace.add_channel("status").id)
    staged = await wire.chat.stage_file(Document("r.md", "R", "words"))
    shared = await wire.chat.share_file(place, staged, "R", "", key())
    assert refs.posted(shared)[1] in wire.channel(place).messages


async def test_a_file_of_any_sort_arrives_to_the_byte(wire: Wire, room: str) -> None:
    picture = Attachment("rate.png", "Requests", b"\x89PNG\r\n\x1a\n\x00\xff", "12 per second " * 100)
    staged = await wire.chat.stage_file(picture)
    await wire.chat.share_file(room, staged, picture.title, "", key())
    [file] = wire.sim.workspace.files.values()
    assert (file.content, file.mimetype, file.alt_text) == (picture.content, "image/png", picture.alt[:1000])


@pytest.mark.parametrize("trouble", [{"status": 429, "error": "ratelimited"}, {"error": "missing_scope"}])
async def test_a_shared_file_that_is_not_seen_is_in_doubt(wire: Wire, room: str, trouble: dict[str, Any]) -> None:
    staged = await wire.chat.stage_file(Document("r.md", "R", "words"))
    wire.sim.faults.fail("conversations.history", **trouble)
    with pytest.raises(Doubt):
        await wire.chat.share_file(room, staged, "R", "", key())


async def test_a_file_that_slack_took_but_never_shows_is_not_shared_again(wire: Wire, room: str) -> None:
    staged = await wire.chat.stage_file(Document("r.md", "R", "words"))
    wire.sim.faults.fail("conversations.history", error="missing_scope")
    with pytest.raises(Doubt):
        await wire.chat.share_file(room, staged, "R", "", key())
    wire.channel(room).messages.clear()
    with pytest.raises(Rejected, match="does not show it"):
        await wire.chat.share_file(room, staged, "R", "", key(doubtful=True))
    assert len(wire.sim.calls_to("files.completeUploadExternal")) == 1


async def test_an_archived_room_of_ours_is_not_adopted(wire: Wire, room: str) -> None:
    wire.channel(room).archived = True
    with pytest.raises(NameTaken):
        await wire.chat.create_room("inc-1-checkout", key("room", doubtful=True))


async def test_an_older_room_of_ours_is_not_adopted(wire: Wire, room: str) -> None:
    later = replace(key("room", doubtful=True), since=datetime.now(UTC) + timedelta(minutes=11))
    with pytest.raises(NameTaken):
        await wire.chat.create_room("inc-1-checkout", later)


async def test_a_name_slack_does_not_take_is_said(wire: Wire) -> None:
    with pytest.raises(Rejected, match="lower-case"):
        await wire.chat.create_room("Checkout fails!", key("room"))


async def test_people_come_in_batches(wire: Wire, room: str) -> None:
    people = [wire.sim.workspace.add_person(f"p{n}", real_name=f"P {n}") for n in range(150)]
    await wire.chat.invite(room, [refs.person(person.id) for person in people])
    assert [len(call.args["users"].split(",")) for call in wire.sim.calls_to("conversations.invite")] == [100, 50]
    assert len(wire.channel(room).members) == 151


async def test_muster_itself_and_strangers_of_other_worlds(wire: Wire, room: str) -> None:
    ana = wire.sim.person("ana")
    await wire.chat.invite(room, [refs.person(wire.sim.workspace.bot.id)])
    with pytest.raises(Rejected, match=r"api:ci \(they are not in Slack\).* The others are in"):
        await wire.chat.invite(room, ["api:ci", refs.person(ana.id)])
    assert ana.id in wire.channel(room).members


async def test_when_slack_names_nobody_each_is_invited_alone(wire: Wire, room: str) -> None:
    ana, ben = wire.sim.person("ana"), wire.sim.person("ben")
    wire.sim.faults.fail("conversations.invite", error="cant_invite")
    await wire.chat.invite(room, [refs.person(ana.id), refs.person(ben.id)])
    assert {ana.id, ben.id} <= set(wire.channel(room).members)


async def test_a_room_that_is_archived_refuses_guests(wire: Wire, room: str) -> None:
    wire.channel(room).archived = True
    with pytest.raises(Rejected, match="archived"):
        await wire.chat.invite(room, [refs.person(wire.sim.person("ana").id)])


@pytest.mark.parametrize("text", ["x" * 400, "word " * 80, "short", "é" * 251])
async def test_a_topic_is_cut_to_what_slack_takes(wire: Wire, room: str, text: str) -> None:
    await wire.chat.topic(room, text)
    topic = wire.channel(room).topic.value
    assert len(topic) <= 250
    assert topic == text or (topic.endswith("…") and len(topic) > 240)


@pytest.mark.parametrize("error", ["message_not_found", "channel_not_found", "is_archived"])
async def test_nothing_left_to_edit(wire: Wire, room: str, error: str) -> None:
    posted = await wire.chat.post(room, Sentence("Sev 1"), key())
    wire.sim.faults.fail("chat.update", error=error)
    with pytest.raises(Gone):
        await wire.chat.edit(posted, Sentence("Sev 2"))


async def test_a_conversation_is_opened_once(wire: Wire) -> None:
    ana = refs.person(wire.sim.person("ana").id)
    for _ in range(3):
        await wire.chat.direct(ana)
    assert len(wire.sim.calls_to("conversations.open")) == 1


async def test_a_message_to_a_person_in_doubt_is_there_once(wire: Wire) -> None:
    place = await wire.chat.direct(refs.person(wire.sim.person("ana").id))
    wire.sim.faults.drop("chat.postMessage", lag=0)
    with pytest.raises(Doubt):
        await wire.chat.post(place, Sentence("Wake up"), key("page"))
    await wire.chat.post(place, Sentence("Wake up"), key("page", doubtful=True))
    assert [m.text for m in wire.shown(place)] == ["Wake up"]


async def test_answers_come_five_times_and_then_are_refused(wire: Wire) -> None:
    channel = wire.sim.workspace.channel_named("incidents")
    assert channel
    hook = f"{wire.sim.url}/hooks/{wire.sim.core.hooks.new(channel.id, wire.sim.person('ana').id)}"
    for _ in range(5):
        await wire.chat.answer(hook, Sentence("Done."))
    with pytest.raises(Rejected, match="too late"):
        await wire.chat.answer(hook, Sentence("Done."))


async def test_slack_down_is_surely_not_done(wire: Wire, room: str) -> None:
    wire.sim.faults.refuse()
    with pytest.raises((Busy, Doubt)):
        await wire.chat.post(room, Sentence("Sev 1"), key())
    with pytest.raises(Busy):
        await wire.chat.post(room, Sentence("Sev 1"), key())


# what Slack is to say by itself

MARK = "#1: Muster may be down."


def at(minutes: float) -> datetime:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).replace(microsecond=0)


async def test_the_new_watch_stands_before_the_old_one_goes_and_the_same_costs_no_call(wire: Wire, room: str) -> None:
    await wire.chat.watch(room, MARK, f"{MARK} A", at(20))
    before = len(methods(wire))
    await wire.chat.watch(room, MARK, f"{MARK} B", later := at(30))
    assert methods(wire)[before:] == [
        "chat.scheduledMessages.list", "chat.scheduleMessage", "chat.deleteScheduledMessage",
    ]  # fmt: skip
    await wire.chat.watch(room, MARK, f"{MARK} B", later)
    assert len(methods(wire)) == before + 3


async def test_a_watch_that_is_about_to_speak_cannot_be_withdrawn_and_that_is_no_failure(wire: Wire, room: str) -> None:
    await wire.chat.watch(room, MARK, f"{MARK} A", at(20))
    wire.sim.faults.fail("chat.deleteScheduledMessage", error="invalid_scheduled_message_id")
    await wire.chat.watch(room, MARK, "", None)
    assert methods(wire)[-1] == "chat.deleteScheduledMessage"


async def test_a_watch_speaks_in_its_thread_and_has_no_metadata(wire: Wire, room: str) -> None:
    thread = await wire.chat.post(room, Sentence("Sev 1"), key())
    await wire.chat.watch(thread, MARK, f"{MARK} A", at(20))
    [one] = wire.sim.workspace.scheduled.values()
    assert one.fields["thread_ts"] == thread.partition("/")[2]
    assert one.fields.get("metadata") is None


async def test_nothing_in_a_watch_rings_for_anybody(wire: Wire, room: str) -> None:
    chat = SlackChat(wire.calls, wire.who, wire.memory, render)
    for _ in range(2):
        await chat.watch(room, "<!channel> & co:", "<!channel> & co: see <@U1>, https://a.test/?x=1&y=2.", at(20))
    [one] = wire.sim.workspace.scheduled.values()
    text = "&lt;!channel&gt; &amp; co: see &lt;@U1&gt;, <https://a.test/?x=1&amp;y=2>."
    assert one.fields["text"] == text
    await chat.watch(room, "<!channel> & co:", "", None)
    assert not wire.sim.workspace.scheduled
