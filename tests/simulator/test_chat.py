from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator

from .conftest import HandClock, refused, section


async def test_a_message_is_posted_and_read_back(web: AsyncWebClient, room: Channel, ana: Person) -> None:
    blocks = [SectionBlock(text="*Hello*"), ActionsBlock(elements=[ButtonElement(text="Go", action_id="go")])]
    posted = await web.chat_postMessage(channel=room.id, text="Hello", blocks=blocks)
    history = await web.conversations_history(channel=room.id)
    assert history["messages"][0]["ts"] == posted["ts"]
    assert posted["message"]["bot_id"] == "B0MUSTER"
    assert posted["message"]["blocks"][0]["block_id"]
    assert ana.sees("#ops")[-1].words == "Hello\n*Hello*\nGo"


@pytest.mark.parametrize("where", ["#ops", "ops"])
async def test_a_message_may_go_to_a_name(web: AsyncWebClient, room: Channel, where: str) -> None:
    assert (await web.chat_postMessage(channel=where, text="x"))["channel"] == room.id


async def test_a_message_to_a_user_is_a_direct_message(web: AsyncWebClient, ana: Person) -> None:
    posted = await web.chat_postMessage(channel=ana.id, text="psst")
    assert posted["channel"].startswith("D")
    assert ana.sees(ana.dm("muster"))[-1].text == "psst"


async def test_timestamps_are_unique_while_the_clock_stands(web: AsyncWebClient, room: Channel) -> None:
    stamps = [(await web.chat_postMessage(channel=room.id, text="x"))["ts"] for _ in range(5)]
    assert stamps == sorted(set(stamps))


async def test_metadata_comes_back_only_when_asked_for(web: AsyncWebClient, room: Channel) -> None:
    await web.chat_postMessage(channel=room.id, text="x", metadata=Metadata("effect", {"key": "01ABC"}))
    without = await web.conversations_history(channel=room.id)
    with_it = await web.conversations_history(channel=room.id, include_all_metadata=True)
    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == {"event_type": "effect", "event_payload": {"key": "01ABC"}}


async def test_threads_count_their_replies(web: AsyncWebClient, room: Channel, ana: Person) -> None:
    parent = await web.chat_postMessage(channel=room.id, text="parent")
    await ana.says("#ops", "first", thread=parent["ts"])
    last = await web.chat_postMessage(channel=room.id, text="second", thread_ts=parent["ts"])
    broadcast = await web.chat_postMessage(channel=room.id, text="all", thread_ts=parent["ts"], reply_broadcast=True)
    replies = await web.conversations_replies(channel=room.id, ts=last["ts"])
    history = await web.conversations_history(channel=room.id)
    assert [row["text"] for row in replies["messages"]] == ["parent", "first", "second", "all"]
    assert [row["text"] for row in history["messages"]] == ["all", "parent"]
    assert history["messages"][1]["reply_count"] == 3
    assert history["messages"][1]["latest_reply"] == broadcast["ts"]


async def test_an_update_keeps_what_it_does_not_name(web: AsyncWebClient, room: Channel, clock: HandClock) -> None:
    posted = await web.chat_postMessage(channel=room.id, text="one", blocks=[section()])
    clock.move(seconds=5)
    updated = await web.chat_update(channel=room.id, ts=posted["ts"], text="two")
    assert updated["message"]["blocks"][0]["text"]["text"] == "words"
    cleared = await web.chat_update(channel=room.id, ts=posted["ts"], text="three", blocks=[])
    assert "blocks" not in cleared["message"]
    assert cleared["message"]["edited"]["user"] == "U0MUSTER"


async def test_a_deleted_parent_leaves_a_tombstone(web: AsyncWebClient, room: Channel) -> None:
    parent = await web.chat_postMessage(channel=room.id, text="parent")
    lonely = await web.chat_postMessage(channel=room.id, text="lonely")
    await web.chat_postMessage(channel=room.id, text="reply", thread_ts=parent["ts"])
    for one in (parent, lonely):
        await web.chat_delete(channel=room.id, ts=one["ts"])
    rows = (await web.conversations_history(channel=room.id))["messages"]
    assert [row.get("subtype") for row in rows] == ["tombstone"]


async def test_an_ephemeral_message_is_seen_by_one(
    web: AsyncWebClient, room: Channel, ana: Person, ben: Person
) -> None:
    await web.chat_postEphemeral(channel=room.id, user=ana.id, text="only you")
    assert [row.text for row in ana.sees("#ops")] == ["only you"]
    assert ben.sees("#ops") == []
    assert (await web.conversations_history(channel=room.id))["messages"] == []


async def test_a_permalink_leads_to_the_page(web: AsyncWebClient, sim: Simulator, room: Channel) -> None:
    posted = await web.chat_postMessage(channel=room.id, text="x")
    link = (await web.chat_getPermalink(channel=room.id, message_ts=posted["ts"]))["permalink"]
    assert link == f"{sim.url}/archives/{room.id}/p{posted['ts'].replace('.', '')}"


async def test_markdown_text_becomes_a_markdown_block(web: AsyncWebClient, room: Channel) -> None:
    posted = await web.chat_postMessage(channel=room.id, markdown_text="**bold**")
    assert posted["message"]["blocks"][0]["type"] == "markdown"


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "OPS"}, "no_text"),
    ("chat.postMessage", {"channel": "OPS", "text": ""}, "no_text"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "OPS", "text": "x", "colour": "red"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "OPS", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "OPS", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("chat.postMessage", {"channel": "OPS", "blocks": "[{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "OPS", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "OPS", "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": "OPS", "text": "x", "attachments": "{}"}, "invalid_attachments"),
    ("chat.postMessage", {"channel": "OPS", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ("chat.postMessage", {"channel": "SECRET", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "OLD", "text": "x"}, "is_archived"),
    ("chat.postEphemeral", {"channel": "OPS", "user": "U404", "text": "x"}, "user_not_found"),
    ("chat.postEphemeral", {"channel": "OPS", "user": "CLEO", "text": "x"}, "user_not_in_channel"),
    ("chat.update", {"channel": "OPS", "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "OPS", "ts": "ANAS", "text": "x"}, "cant_update_message"),
    ("chat.update", {"channel": "OPS", "ts": "BOTS"}, "no_text"),
    ("chat.update", {"channel": "OPS", "ts": "BOTS", "text": "x" * 4001}, "msg_too_long"),
    ("chat.delete", {"channel": "OPS", "ts": "ANAS"}, "cant_delete_message"),
    ("chat.delete", {"channel": "OPS", "ts": "1.000001"}, "message_not_found"),
    ("chat.getPermalink", {"channel": "OPS", "message_ts": "1.000001"}, "message_not_found"),
    ("chat.scheduleMessage", {"channel": "OPS", "text": "x", "post_at": 1}, "time_in_past"),
    ("chat.scheduleMessage", {"channel": "OPS", "text": "x", "post_at": 9_999_999_999}, "time_too_far"),
    ("chat.scheduleMessage", {"channel": "OPS", "text": "x", "post_at": "soon"}, "invalid_arguments"),
    (
        "chat.deleteScheduledMessage",
        {"channel": "OPS", "scheduled_message_id": "Q404"},
        "invalid_scheduled_message_id",
    ),
]


@pytest.fixture
async def known(sim: Simulator, web: AsyncWebClient, room: Channel, ana: Person) -> dict[str, str]:
    """Words of the tables and the ids they stand for."""
    cleo = sim.workspace.add_person("cleo")
    secret = sim.workspace.add_channel("secret", members=[ana], private=True)
    old = sim.workspace.add_channel("old", members=[ana], bot=True)
    sim.workspace.archive(old, ana.id)
    mine = await web.chat_postMessage(channel=room.id, text="mine")
    hers = await ana.says("#ops", "hers")
    rows = {"OPS": room.id, "SECRET": secret.id, "OLD": old.id, "CLEO": cleo.id}
    return {**rows, "BOTS": mine["ts"], "ANAS": hers.ts}  # type: ignore[union-attr]


@pytest.mark.parametrize(("method", "args", "error"), REFUSALS)
async def test_refusals(
    web: AsyncWebClient, known: dict[str, str], method: str, args: dict[str, Any], error: str
) -> None:
    args = {key: known.get(value, value) if isinstance(value, str) else value for key, value in args.items()}
    assert (await refused(web.api_call(method, json=args)))["error"] == error


async def test_without_chat_write_public_the_bot_has_to_be_in_the_channel(sim: Simulator, web: AsyncWebClient) -> None:
    sim.workspace.add_channel("foreign")
    assert (await web.chat_postMessage(channel="foreign", text="x"))["ok"]
    scopes = sim.core.manifest.scopes - {"chat:write.public"}
    object.__setattr__(sim.core.manifest, "scopes", scopes)
    assert (await refused(web.chat_postMessage(channel="foreign", text="x")))["error"] == "not_in_channel"


async def test_scheduled_messages_fire_on_the_clock(
    web: AsyncWebClient, sim: Simulator, room: Channel, clock: HandClock, ana: Person
) -> None:
    at = int(clock.now().timestamp()) + 600
    first = await web.chat_scheduleMessage(channel=room.id, text="later", post_at=at)
    dropped = await web.chat_scheduleMessage(channel=room.id, text="never", post_at=at)
    await web.chat_deleteScheduledMessage(channel=room.id, scheduled_message_id=dropped["scheduled_message_id"])
    listed = await web.chat_scheduledMessages_list(channel=room.id)
    assert [row["id"] for row in listed["scheduled_messages"]] == [first["scheduled_message_id"]]
    assert sim.next_due() is not None
    await sim.run_due(clock.now())
    assert ana.sees("#ops") == []
    await sim.run_due(clock.move(minutes=10))
    assert [row.text for row in ana.sees("#ops")] == ["later"]
    assert sim.workspace.scheduled == {}


async def test_scheduling_has_a_limit_in_five_minutes(web: AsyncWebClient, room: Channel, clock: HandClock) -> None:
    at = int(clock.now().timestamp()) + 600
    for number in range(30):
        await web.chat_scheduleMessage(channel=room.id, text="x", post_at=at + number)
    refusal = await refused(web.chat_scheduleMessage(channel=room.id, text="x", post_at=at))
    assert refusal["error"] == "restricted_too_many"
