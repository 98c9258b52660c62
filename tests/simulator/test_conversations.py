from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, GestureError, Person, Simulator

from .conftest import HandClock, refused


async def test_a_room_is_made_described_and_archived(web: AsyncWebClient, sim: Simulator, ana: Person) -> None:
    made = (await web.conversations_create(name="inc-1"))["channel"]
    assert (made["name"], made["creator"], made["is_member"]) == ("inc-1", "U0MUSTER", True)
    invited = await web.conversations_invite(channel=made["id"], users=[ana.id])
    assert invited["channel"]["id"] == made["id"]
    await web.conversations_setTopic(channel=made["id"], topic="Sev 1")
    purpose = await web.conversations_setPurpose(channel=made["id"], purpose="Fix it")
    assert purpose["purpose"] == "Fix it"
    renamed = await web.conversations_rename(channel=made["id"], name="inc-1-done")
    assert renamed["channel"]["previous_names"] == ["inc-1"]
    info = await web.conversations_info(channel=made["id"], include_num_members=True)
    assert info["channel"]["topic"]["value"] == "Sev 1"
    assert info["channel"]["num_members"] == 2
    members = await web.conversations_members(channel=made["id"])
    assert members["members"] == ["U0MUSTER", ana.id]
    await web.conversations_kick(channel=made["id"], user=ana.id)
    await web.conversations_archive(channel=made["id"])
    assert sim.workspace.find("inc-1-done").archived
    await web.conversations_unarchive(channel=made["id"])
    notes = [row.subtype for row in sim.workspace.find("inc-1-done").messages.values()]
    assert notes == [
        "channel_join",
        "channel_join",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "channel_leave",
        "channel_archive",
        "channel_unarchive",
    ]


async def test_joining_and_leaving(web: AsyncWebClient, sim: Simulator) -> None:
    lobby = sim.workspace.add_channel("lobby")
    assert (await web.conversations_join(channel=lobby.id))["channel"]["is_member"]
    assert (await web.conversations_join(channel=lobby.id))["warning"] == "already_in_channel"
    await web.conversations_leave(channel=lobby.id)
    assert (await web.api_call("conversations.leave", params={"channel": lobby.id}))["not_in_channel"]


async def test_direct_messages_open_and_close(web: AsyncWebClient, ana: Person) -> None:
    opened = await web.conversations_open(users=[ana.id], return_im=True)
    again = await web.conversations_open(users=ana.id)
    assert opened["channel"]["user"] == ana.id
    assert again["channel"]["id"] == opened["channel"]["id"]
    assert (await web.conversations_mark(channel=opened["channel"]["id"], ts="1.000001"))["ok"]
    assert (await web.conversations_close(channel=opened["channel"]["id"]))["ok"]


async def test_history_is_newest_first_bounded_and_paged(web: AsyncWebClient, room: Channel, clock: HandClock) -> None:
    stamps = []
    for number in range(7):
        stamps.append((await web.chat_postMessage(channel=room.id, text=str(number)))["ts"])
        clock.move(seconds=1)
    pages = []
    async for page in await web.conversations_history(channel=room.id, limit=3):
        pages.append([row["text"] for row in page["messages"]])
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    bounds = {"channel": room.id, "oldest": stamps[2], "latest": stamps[4]}
    inside = await web.conversations_history(**bounds)
    closed = await web.conversations_history(**bounds, inclusive=True)
    assert [row["text"] for row in inside["messages"]] == ["3"]
    assert [row["text"] for row in closed["messages"]] == ["4", "3", "2"]


async def test_lists_show_what_the_bot_may_see(web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel) -> None:
    sim.workspace.add_channel("secret", members=[ana], private=True)
    ours = sim.workspace.add_channel("ours", members=[ana], bot=True, private=True)
    sim.workspace.add_channel("lobby", members=[ana])
    await web.conversations_archive(channel=room.id)
    types = ["public_channel", "private_channel"]
    listed = await web.conversations_list(types=types)
    live = await web.conversations_list(types=types, exclude_archived=True)
    mine = await web.users_conversations(types=types)
    hers = await web.users_conversations(user=ana.id, types=types)
    assert [row["name"] for row in listed["channels"]] == ["ops", "ours", "lobby"]
    assert [row["name"] for row in live["channels"]] == ["ours", "lobby"]
    assert [row["id"] for row in mine["channels"]] == [room.id, ours.id]
    assert [row["name"] for row in hers["channels"]] == ["ops", "ours", "lobby"]


async def test_a_private_channel_is_kept_like_a_public_one(
    web: AsyncWebClient, sim: Simulator, ana: Person, ben: Person
) -> None:
    made = (await web.conversations_create(name="inc-1-secret", is_private=True))["channel"]
    assert (made["is_private"], made["is_group"]) == (True, True)
    await web.conversations_invite(channel=made["id"], users=[ana.id])
    await web.conversations_setTopic(channel=made["id"], topic="SEV1")
    await web.conversations_setPurpose(channel=made["id"], purpose="what it is for")
    await web.conversations_rename(channel=made["id"], name="inc-1-renamed")
    info = (await web.conversations_info(channel=made["id"], include_num_members=True))["channel"]
    assert (info["name"], info["topic"]["value"], info["num_members"]) == ("inc-1-renamed", "SEV1", 2)
    assert info["previous_names"] == ["inc-1-secret"]
    assert (await web.conversations_members(channel=made["id"]))["members"] == ["U0MUSTER", ana.id]
    assert ben.id not in sim.workspace.channels[made["id"]].members
    with pytest.raises(GestureError):
        ben.sees("#inc-1-renamed")

    await web.conversations_archive(channel=made["id"])
    answer = await refused(web.conversations_rename(channel=made["id"], name="inc-1-again"))
    assert answer["error"] == "is_archived"
    await web.conversations_unarchive(channel=made["id"])
    await web.conversations_kick(channel=made["id"], user=ana.id)
    assert (await web.conversations_members(channel=made["id"]))["members"] == ["U0MUSTER"]


async def test_cursors_page_through_lists(web: AsyncWebClient, sim: Simulator) -> None:
    for number in range(5):
        sim.workspace.add_channel(f"room-{number}")
    names = []
    async for page in await web.conversations_list(limit=2):
        names += [row["name"] for row in page["channels"]]
    assert names == [f"room-{number}" for number in range(5)]


NAMES = [
    ("", "invalid_name_required"),
    ("x" * 81, "invalid_name_maxlength"),
    ("Upper", "invalid_name_specials"),
    ("has space", "invalid_name_specials"),
    ("dotted.name", "invalid_name_specials"),
    ("!!!", "invalid_name_punctuation"),
    ("ops", "name_taken"),
    ("secret", "name_taken"),
    ("old", "name_taken"),
]


@pytest.fixture
def known(sim: Simulator, room: Channel, ana: Person, ben: Person) -> dict[str, str]:
    cleo = sim.workspace.add_person("cleo")
    secret = sim.workspace.add_channel("secret", members=[ana], private=True)
    lobby = sim.workspace.add_channel("lobby", members=[ana])
    general = sim.workspace.add_channel("general", members=[ana], bot=True)
    old = sim.workspace.add_channel("old", members=[ana], bot=True)
    sim.workspace.archive(old, ana.id)
    rows = {"OPS": room, "SECRET": secret, "LOBBY": lobby, "OLD": old, "GENERAL": general}
    people = {"ANA": ana.id, "BEN": ben.id, "CLEO": cleo.id, "BOT": "U0MUSTER"}
    return {**{key: channel.id for key, channel in rows.items()}, **people, "DM": ana.dm("muster").id}


@pytest.mark.parametrize(("name", "error"), NAMES)
async def test_names(web: AsyncWebClient, known: dict[str, str], name: str, error: str) -> None:
    assert (await refused(web.conversations_create(name=name)))["error"] == error


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("conversations.create", {}, "invalid_name_required"),
    ("conversations.info", {"channel": "SECRET"}, "channel_not_found"),
    ("conversations.info", {"channel": "C404"}, "channel_not_found"),
    ("conversations.history", {"channel": "LOBBY"}, "not_in_channel"),
    ("conversations.history", {"channel": "OPS", "limit": 5000}, "invalid_limit"),
    ("conversations.history", {"channel": "OPS", "cursor": "%%%"}, "invalid_cursor"),
    ("conversations.history", {"channel": "OPS", "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.replies", {"channel": "OPS", "ts": "1.000001"}, "thread_not_found"),
    ("conversations.rename", {"channel": "OPS", "name": "mine"}, "not_authorized"),
    ("conversations.setTopic", {"channel": "OPS", "topic": "x" * 251}, "too_long"),
    ("conversations.setTopic", {"channel": "LOBBY", "topic": "x"}, "not_in_channel"),
    ("conversations.setTopic", {"channel": "OLD", "topic": "x"}, "is_archived"),
    ("conversations.setTopic", {"channel": "DM", "topic": "x"}, "method_not_supported_for_channel_type"),
    ("conversations.archive", {"channel": "OLD"}, "already_archived"),
    ("conversations.archive", {"channel": "GENERAL"}, "cant_archive_general"),
    ("conversations.archive", {"channel": "LOBBY"}, "not_in_channel"),
    ("conversations.unarchive", {"channel": "OPS"}, "not_archived"),
    ("conversations.join", {"channel": "OLD"}, "is_archived"),
    ("conversations.join", {"channel": "SECRET"}, "channel_not_found"),
    ("conversations.leave", {"channel": "GENERAL"}, "cant_leave_general"),
    ("conversations.kick", {"channel": "OPS", "user": "BOT"}, "cant_kick_self"),
    ("conversations.kick", {"channel": "OPS", "user": "CLEO"}, "not_in_channel"),
    ("conversations.kick", {"channel": "GENERAL", "user": "ANA"}, "cant_kick_from_general"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U404"}, "user_not_found"),
    ("conversations.open", {"users": "BOT"}, "cannot_dm_bot"),
    ("conversations.close", {"channel": "OPS"}, "method_not_supported_for_channel_type"),
    ("conversations.list", {"types": "public"}, "invalid_types"),
    ("conversations.invite", {"channel": "OPS"}, "no_user"),
    ("conversations.invite", {"channel": "OPS", "users": "U404"}, "user_not_found"),
    ("conversations.invite", {"channel": "OPS", "users": "BOT"}, "cant_invite_self"),
    ("conversations.invite", {"channel": "OPS", "users": "ANA"}, "already_in_channel"),
    ("conversations.invite", {"channel": "LOBBY", "users": "BEN"}, "not_in_channel"),
    ("conversations.invite", {"channel": "OLD", "users": "BEN"}, "is_archived"),
]


@pytest.mark.parametrize(("method", "args", "error"), REFUSALS)
async def test_refusals(
    web: AsyncWebClient, known: dict[str, str], method: str, args: dict[str, Any], error: str
) -> None:
    args = {key: known.get(value, value) if isinstance(value, str) else value for key, value in args.items()}
    assert (await refused(web.api_call(method, params=args)))["error"] == error


async def test_one_wrong_invitation_fails_all_unless_forced(
    web: AsyncWebClient, room: Channel, known: dict[str, str]
) -> None:
    users = [known["CLEO"], known["ANA"], "U404"]
    refusal = await refused(web.conversations_invite(channel=room.id, users=users))
    assert refusal["errors"] == [
        {"user": known["ANA"], "ok": False, "error": "already_in_channel"},
        {"user": "U404", "ok": False, "error": "user_not_found"},
    ]
    assert known["CLEO"] not in room.members
    forced = await web.conversations_invite(channel=room.id, users=users, force=True)
    assert [row["error"] for row in forced["errors"]] == ["already_in_channel", "user_not_found"]
    assert known["CLEO"] in room.members
