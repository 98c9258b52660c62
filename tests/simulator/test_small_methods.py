from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator
from bot.simulator.methods import table

from .conftest import MANIFEST, HandClock, refused

SERVED = [
    "api.test",
    "apps.connections.open",
    "auth.test",
    "bookmarks.add",
    "bookmarks.edit",
    "bookmarks.list",
    "bookmarks.remove",
    "bots.info",
    "canvases.access.set",
    "canvases.create",
    "canvases.delete",
    "canvases.edit",
    "canvases.sections.lookup",
    "chat.delete",
    "chat.deleteScheduledMessage",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.scheduleMessage",
    "chat.scheduledMessages.list",
    "chat.update",
    "conversations.archive",
    "conversations.canvases.create",
    "conversations.close",
    "conversations.create",
    "conversations.history",
    "conversations.info",
    "conversations.invite",
    "conversations.join",
    "conversations.kick",
    "conversations.leave",
    "conversations.list",
    "conversations.mark",
    "conversations.members",
    "conversations.open",
    "conversations.rename",
    "conversations.replies",
    "conversations.setPurpose",
    "conversations.setTopic",
    "conversations.unarchive",
    "files.completeUploadExternal",
    "files.delete",
    "files.getUploadURLExternal",
    "files.info",
    "files.list",
    "pins.add",
    "pins.list",
    "pins.remove",
    "reactions.add",
    "reactions.get",
    "reactions.remove",
    "team.info",
    "usergroups.create",
    "usergroups.list",
    "usergroups.update",
    "usergroups.users.list",
    "usergroups.users.update",
    "users.conversations",
    "users.getPresence",
    "users.info",
    "users.list",
    "users.lookupByEmail",
    "users.setPresence",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
]


def test_every_promised_method_is_served() -> None:
    assert sorted(table()) == sorted(SERVED)


async def test_who_am_i(web: AsyncWebClient) -> None:
    me = await web.auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == ("U0MUSTER", "B0MUSTER", "T0PRACTICE")
    assert "chat:write" in me.headers["x-oauth-scopes"]
    assert (await web.bots_info(bot=me["bot_id"]))["bot"]["user_id"] == me["user_id"]
    assert (await web.team_info())["team"]["id"] == me["team_id"]
    assert (await web.api_test(foo="bar"))["args"]["foo"] == "bar"
    assert (await refused(web.api_test(error="oh")))["error"] == "oh"


async def test_pins(web: AsyncWebClient, room: Channel) -> None:
    posted = await web.chat_postMessage(channel=room.id, text="card")
    await web.pins_add(channel=room.id, timestamp=posted["ts"])
    assert (await web.pins_list(channel=room.id))["items"][0]["message"]["text"] == "card"
    again = await refused(web.pins_add(channel=room.id, timestamp=posted["ts"]))
    assert again["error"] == "already_pinned"
    await web.pins_remove(channel=room.id, timestamp=posted["ts"])
    assert (await refused(web.pins_remove(channel=room.id, timestamp=posted["ts"])))["error"] == "no_pin"
    assert (await refused(web.pins_add(channel=room.id)))["error"] == "no_item_specified"
    assert (await refused(web.pins_add(channel=room.id, timestamp="1.1")))["error"] == "message_not_found"


async def test_bookmarks(web: AsyncWebClient, room: Channel) -> None:
    link = {"channel_id": room.id, "title": "Dashboard", "type": "link", "link": "https://example.org"}
    added = (await web.bookmarks_add(**link, emoji=":bar_chart:"))["bookmark"]
    edited = await web.bookmarks_edit(bookmark_id=added["id"], channel_id=room.id, title="Graphs")
    assert edited["bookmark"]["title"] == "Graphs"
    assert [row["title"] for row in (await web.bookmarks_list(channel_id=room.id))["bookmarks"]] == ["Graphs"]
    await web.bookmarks_remove(bookmark_id=added["id"], channel_id=room.id)
    gone = web.bookmarks_remove(bookmark_id=added["id"], channel_id=room.id)
    assert (await refused(gone))["error"] == "bookmark_not_found"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"link": "example.org"}, "invalid_link"),
        ({"link": None}, "invalid_link"),
        ({"type": "file"}, "invalid_bookmark_type"),
        ({"emoji": "fire"}, "invalid_emoji"),
        ({"channel_id": "C404"}, "channel_not_found"),
    ],
)
async def test_wrong_bookmarks(web: AsyncWebClient, room: Channel, changed: dict[str, Any], error: str) -> None:
    link = {"channel_id": room.id, "title": "D", "type": "link", "link": "https://example.org", **changed}
    assert (await refused(web.bookmarks_add(**link)))["error"] == error


async def test_a_channel_holds_a_hundred_bookmarks(web: AsyncWebClient, room: Channel) -> None:
    room.bookmarks = [{"id": str(number)} for number in range(100)]
    more = web.bookmarks_add(channel_id=room.id, title="D", type="link", link="https://example.org")
    assert (await refused(more))["error"] == "too_many_bookmarks"


async def test_reactions(web: AsyncWebClient, room: Channel, ana: Person) -> None:
    ts = (await web.chat_postMessage(channel=room.id, text="x"))["ts"]
    await web.reactions_add(channel=room.id, timestamp=ts, name="eyes")
    await ana.reacts(room.messages[ts], "eyes")
    rows = (await web.reactions_get(channel=room.id, timestamp=ts))["message"]["reactions"]
    assert rows == [{"name": "eyes", "users": ["U0MUSTER", ana.id], "count": 2}]
    again = web.reactions_add(channel=room.id, timestamp=ts, name="eyes")
    assert (await refused(again))["error"] == "already_reacted"
    await web.reactions_remove(channel=room.id, timestamp=ts, name="eyes")
    gone = web.reactions_remove(channel=room.id, timestamp=ts, name="eyes")
    assert (await refused(gone))["error"] == "no_reaction"
    wrong = web.reactions_add(channel=room.id, timestamp=ts, name="not an emoji")
    assert (await refused(wrong))["error"] == "invalid_name"


async def test_people_are_looked_up(web: AsyncWebClient, ana: Person, ben: Person) -> None:
    found = await web.users_lookupByEmail(email="Ben@example.org")
    assert found["user"]["id"] == ben.id
    info = (await web.users_info(user=ana.id, include_locale=True))["user"]
    assert (info["real_name"], info["tz"], info["locale"]) == ("Ana Lima", "Europe/Lisbon", "en-US")
    listed = await web.users_list(limit=2)
    assert [row["is_bot"] for row in listed["members"]] == [True, False]
    assert listed["response_metadata"]["next_cursor"]
    assert (await web.users_getPresence(user=ana.id))["presence"] == "active"
    assert (await refused(web.users_lookupByEmail(email="no@example.org")))["error"] == "users_not_found"
    assert (await refused(web.users_info(user="U404")))["error"] == "user_not_found"


async def test_user_groups(web: AsyncWebClient, ana: Person, ben: Person) -> None:
    made = (await web.usergroups_create(name="On call", handle="oncall"))["usergroup"]
    await web.usergroups_users_update(usergroup=made["id"], users=[ana.id])
    await web.usergroups_update(usergroup=made["id"], description="who wakes")
    listed = (await web.usergroups_list(include_users=True))["usergroups"]
    assert [(row["handle"], row["users"]) for row in listed] == [("oncall", [ana.id])]
    assert (await web.usergroups_users_list(usergroup=made["id"]))["users"] == [ana.id]
    refusals = {
        "name_already_exists": web.usergroups_create(name="On call"),
        "handle_already_exists": web.usergroups_create(name="Other", handle="oncall"),
        "no_such_subteam": web.usergroups_users_list(usergroup="S404"),
        "invalid_users": web.usergroups_users_update(usergroup=made["id"], users="U404"),
    }
    for error, call in refusals.items():
        assert (await refused(call))["error"] == error


async def test_a_file_goes_up_in_three_steps(
    web: AsyncWebClient, sim: Simulator, http: aiohttp.ClientSession, room: Channel, ana: Person
) -> None:
    parent = await web.chat_postMessage(channel=room.id, text="report")
    done = await web.files_upload_v2(
        filename="report.md", content="# Report", title="Report", channel=room.id, thread_ts=parent["ts"],
        initial_comment="here",
    )  # fmt: skip
    file = done["files"][0]
    reply = ana.sees("#ops", thread=parent["ts"])[-1]
    assert (reply.subtype, reply.text, reply.files) == ("file_share", "here", [file["id"]])
    info = await web.files_info(file=file["id"])
    assert info["file"]["shares"]["public"][room.id][0]["ts"] == reply.ts
    assert info["content"] == "# Report"
    async with http.get(file["url_private"], headers={"Authorization": f"Bearer {sim.bot_token}"}) as answer:
        assert await answer.text() == "# Report"
    assert [row["id"] for row in (await web.files_list(channel=room.id))["files"]] == [file["id"]]
    await web.files_delete(file=file["id"])
    assert (await refused(web.files_info(file=file["id"])))["error"] == "file_not_found"
    assert reply.files == []


async def test_a_file_may_come_as_a_form(
    web: AsyncWebClient, http: aiohttp.ClientSession, room: Channel, sim: Simulator
) -> None:
    place = await web.files_getUploadURLExternal(filename="a.txt", length=3)
    early = web.files_completeUploadExternal(files=[{"id": place["file_id"]}], channel_id=room.id)
    assert (await refused(early))["error"] == "file_not_found"
    form = aiohttp.FormData()
    form.add_field("file", b"abc", filename="a.txt")
    async with http.post(place["upload_url"], data=form) as answer:
        assert answer.status == 200
    done = await web.files_completeUploadExternal(files=[{"id": place["file_id"]}], channel_id=room.id)
    assert done["files"][0]["size"] == 3
    lost = web.files_completeUploadExternal(files=[{"id": "F404"}], channel_id=room.id)
    assert (await refused(lost))["error"] == "file_not_found"


async def test_tokens(sim: Simulator, http: aiohttp.ClientSession) -> None:
    expected = {
        "": "not_authed",
        "xoxb-somebody-else": "invalid_auth",
        sim.app_token: "not_allowed_token_type",
    }
    for token, error in expected.items():
        async with http.post(f"{sim.api_url}auth.test", data={"token": token}) as answer:
            assert (await answer.json())["error"] == error
    async with http.get(f"{sim.api_url}auth.test", params={"token": sim.bot_token}) as answer:
        assert (await answer.json())["ok"]
    assert all("token" not in call.args for call in sim.calls)


async def test_an_unknown_method_is_refused_and_remembered(web: AsyncWebClient, sim: Simulator) -> None:
    assert (await refused(web.api_call("chat.postPoem")))["error"] == "unknown_method"
    assert "chat.postPoem" in sim.complaints[-1]


async def test_query_form_and_json_are_merged(sim: Simulator, http: aiohttp.ClientSession, room: Channel) -> None:
    headers = {"Authorization": f"Bearer {sim.bot_token}"}
    url = f"{sim.api_url}chat.postMessage"
    async with http.post(url, params={"channel": room.id}, json={"text": "a", "blocks": None}, headers=headers) as got:
        body = await got.json()
        assert body["ok"]
        assert body["warning"] == "missing_charset"
    form = {"channel": room.id, "blocks": '[{"type":"divider"}]', "unfurl_links": "false", "mrkdwn": "1"}
    async with http.post(url, data=form, headers=headers) as got:
        assert (await got.json())["message"]["blocks"][0]["type"] == "divider"
    async with http.post(url, data={**form, "mrkdwn": "maybe"}, headers=headers) as got:
        assert (await got.json())["error"] == "invalid_arguments"


SCOPED = [
    ("chat.postMessage", {"channel": "x", "text": "x"}, "chat:write"),
    ("conversations.create", {"name": "x"}, "channels:manage"),
    ("conversations.create", {"name": "x", "is_private": True}, "groups:write"),
    ("conversations.list", {"types": "private_channel"}, "groups:read"),
    ("pins.add", {"channel": "x"}, "pins:write"),
    ("users.lookupByEmail", {"email": "x"}, "users:read.email"),
]


@pytest.mark.parametrize(("method", "args", "scope"), SCOPED)
async def test_scopes_are_those_of_the_manifest(
    clock: HandClock, http: aiohttp.ClientSession, method: str, args: dict[str, Any], scope: str
) -> None:
    everything = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    manifest = {**MANIFEST, "oauth_config": {"scopes": {"bot": sorted(everything - {scope})}}}
    sim = Simulator(clock, manifest)
    await sim.start()
    web = AsyncWebClient(token=sim.bot_token, base_url=sim.api_url, session=http, retry_handlers=[])
    refusal = await refused(web.api_call(method, params=args))
    await sim.stop()
    assert (refusal["error"], scope in refusal["needed"]) == ("missing_scope", True)
    assert scope not in refusal["provided"].split(",")


async def test_the_email_is_hidden_without_its_scope(web: AsyncWebClient, sim: Simulator, ana: Person) -> None:
    scopes = sim.core.manifest.scopes - {"users:read.email"}
    object.__setattr__(sim.core.manifest, "scopes", scopes)
    assert "email" not in (await web.users_info(user=ana.id))["user"]["profile"]
