"""What a person finds, sees pinned, has unread, and where they are."""

from __future__ import annotations

import doctest
import json
from types import ModuleType

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Message, Person, Simulator, canvases, search

from .test_page_http import Page


@pytest.mark.parametrize("module", [search, canvases])
def test_its_examples_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.fixture
def page(http: aiohttp.ClientSession, sim: Simulator, ana: Person) -> Page:
    return Page(http, sim.url, ana.id)


async def said(person: Person, where: object, text: str) -> Message:
    message = await person.says(where, text)
    assert isinstance(message, Message)
    return message


async def found(page: Page, query: str, limit: int = 20) -> list[str]:
    return [row["message"]["text"] for row in (await page.get("search", q=query, limit=limit))["messages"]]


async def test_the_newest_of_what_one_sees_comes_first(
    page: Page, sim: Simulator, web: AsyncWebClient, ana: Person, ben: Person, room: Channel
) -> None:
    secret = sim.workspace.add_channel("secret", members=[ben], bot=True, private=True)
    await said(ana, room, "The pool is empty")
    await said(ben, secret, "the pool is a secret")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "pool in a block"}}
    await web.chat_postMessage(channel=room.id, text="see below", blocks=[block])
    await web.chat_postEphemeral(channel=room.id, user=ben.id, text="pool, for ben alone")
    await web.chat_postEphemeral(channel=room.id, user=ana.id, text="pool, for ana alone")

    assert await found(page, "POOL") == ["pool, for ana alone", "see below", "The pool is empty"]
    assert await found(page, "pool empty") == ["The pool is empty"]
    assert await found(page, "puddle") == []
    assert await found(page, "  ") == []
    answer = await page.get("search", q="pool", limit=2)
    assert (len(answer["messages"]), answer["has_more"]) == (2, True)
    assert (answer["messages"][0]["channel"], answer["messages"][0]["name"]) == (room.id, "ops")


async def test_a_search_is_narrowed(
    page: Page, sim: Simulator, web: AsyncWebClient, ana: Person, ben: Person, room: Channel
) -> None:
    other = sim.workspace.add_channel("other", members=[ana, ben])
    await said(ana, room, "pool 1")
    pinned = await said(ben, room, "pool 2")
    await said(ben, other, "pool 3")
    await said(ben, await ben.opens_dm(ana), "pool 4")
    await ben.pins(pinned)

    assert await found(page, "pool in:#ops") == ["pool 2", "pool 1"]
    assert await found(page, "pool in:@ben") == ["pool 4"]
    assert await found(page, "pool from:@ana") == ["pool 1"]
    assert await found(page, "from:ben has:pin") == ["pool 2"]
    assert await found(page, "has:file") == []
    assert await found(page, "pool in:#nowhere") == []


async def test_files_and_canvases_are_found_by_their_title(
    page: Page, web: AsyncWebClient, room: Channel, ana: Person
) -> None:
    await web.files_upload_v2(channel=room.id, content="x", filename="report.txt", title="The report")
    await web.canvases_create(title="Report of the pool", document_content={"type": "markdown", "markdown": "x"})
    shared = {"type": "markdown", "markdown": "x"}
    await web.canvases_create(title="Report in a tab", document_content=shared, channel_id=room.id)

    files = (await page.get("search", q="report"))["files"]
    assert sorted(file["title"] for file in files) == ["Report in a tab", "The report"]


async def test_a_canvas_is_shown_to_those_who_see_it(
    page: Page, http: aiohttp.ClientSession, sim: Simulator, web: AsyncWebClient, room: Channel
) -> None:
    content = {"type": "markdown", "markdown": "# Why\n\nA limit."}
    canvas = (await web.canvases_create(title="Why", document_content=content, channel_id=room.id))["canvas_id"]
    alone = (await web.canvases_create(title="Mine", document_content=content))["canvas_id"]

    shown = await page.get(f"canvas/{canvas}")
    assert (shown["title"], shown["markdown"], shown["channel"]) == ("Why", "# Why\n\nA limit.", room.id)
    assert [section["type"] for section in shown["sections"]] == ["h1", "text"]
    assert shown["permalink"] == f"{sim.url}/docs/T0PRACTICE/{canvas}"
    assert (await page.get(f"canvas/{alone}"))["ok"] is False
    [ops] = (await page.get("state"))["channels"]
    assert ops["canvases"] == [{"id": canvas, "title": "Why"}]


async def test_pins_are_put_and_taken_by_people(page: Page, ana: Person, ben: Person, room: Channel) -> None:
    first, second = await said(ben, room, "first"), await said(ben, room, "second")
    for one in (first, second):
        assert (await page.post("pin", channel=room.id, ts=one.ts))["ok"]

    rows = (await page.get("pins", channel=room.id))["pins"]
    assert [(row["by"], row["message"]["text"]) for row in rows] == [(ana.id, "second"), (ana.id, "first")]
    await page.post("pin", channel=room.id, ts=first.ts, on=False)
    assert [row["message"]["ts"] for row in (await page.get("pins", channel=room.id))["pins"]] == [second.ts]


async def test_what_names_a_person_is_counted_apart(
    page: Page, sim: Simulator, ana: Person, ben: Person, room: Channel
) -> None:
    sim.workspace.add_group("oncall", members=[ana])
    first = await said(ben, room, "hello")
    for text in ("@ana look", "@oncall look", "<!here> is typed, no mention"):
        await said(ben, room, text)
    await said(ben, await ben.opens_dm(ana), "psst")

    ops, direct = (await page.get("state"))["channels"]
    assert (ops["unread"], ops["mentions"], ops["last_read"]) == (4, 2, "")
    assert (direct["unread"], direct["mentions"]) == (1, 1)
    await page.post("read", channel=room.id, ts=first.ts)
    ops = (await page.get("state"))["channels"][0]
    assert (ops["unread"], ops["mentions"], ops["last_read"]) == (3, 2, first.ts)


async def test_people_come_and_go(
    page: Page, http: aiohttp.ClientSession, sim: Simulator, web: AsyncWebClient, ana: Person, ben: Person
) -> None:
    async with http.ws_connect(f"{sim.url}/sim/feed?as={ben.id}") as ws:
        await ws.receive_json()
        await page.post("presence", presence="away")
        assert await ws.receive_json() == {"type": "presence", "user": ana.id, "presence": "away"}
    assert (await page.get("state"))["me"]["presence"] == "away"
    assert (await web.users_getPresence(user=ana.id))["presence"] == "away"
    await page.post("presence", presence="active")
    assert (await web.users_getPresence(user=ana.id))["presence"] == "active"


async def test_a_canvas_that_changes_is_told_to_those_who_see_it(
    http: aiohttp.ClientSession, sim: Simulator, web: AsyncWebClient, ana: Person, room: Channel
) -> None:
    content = {"type": "markdown", "markdown": "x"}
    async with http.ws_connect(f"{sim.url}/sim/feed?as={ana.id}") as ws:
        await ws.receive_json()
        await web.canvases_create(title="Mine", document_content=content)
        canvas = (await web.canvases_create(title="Why", document_content=content, channel_id=room.id))["canvas_id"]
        assert await ws.receive_json() == {"type": "canvas", "id": canvas, "channel": room.id}
        assert await ws.receive_json() == {"type": "channels"}


async def test_people_edit_delete_create_and_invite_from_the_page(
    page: Page, sim: Simulator, ana: Person, ben: Person, room: Channel
) -> None:
    mine, others = await said(ana, room, "teh pool"), await said(ben, room, "hi")
    assert (await page.post("edit", channel=room.id, ts=mine.ts, text="the <pool>"))["ok"]
    assert mine.text == "the &lt;pool&gt;" and mine.edited
    assert "Only your own" in (await page.post("edit", channel=room.id, ts=others.ts, text="x"))["error"]
    assert (await page.post("delete", channel=room.id, ts=mine.ts))["ok"]
    assert mine.deleted

    made = (await page.post("create", name="plans", private=True))["channel"]
    assert (await page.post("invite", channel=made, users=[ben.id]))["ok"]
    assert sim.workspace.channels[made].members == [ana.id, ben.id]
    assert "name_taken" in (await page.post("create", name="plans"))["error"]
    assert (await page.post("archive", channel=made))["ok"]
    assert sim.workspace.channels[made].archived


async def test_the_workspace_is_kept_with_its_canvases(sim: Simulator, web: AsyncWebClient, room: Channel) -> None:
    from bot.simulator.storage import dump, restore

    content = {"type": "markdown", "markdown": "# Why\n\nA limit."}
    canvas = (await web.canvases_create(title="Why", document_content=content, channel_id=room.id))["canvas_id"]
    kept = json.loads(json.dumps(dump(sim.workspace, sim.core.views)))
    again = Simulator(sim.clock, {})
    restore(again.workspace, again.core.views, kept)

    assert vars(again.workspace.canvases[canvas]) == vars(sim.workspace.canvases[canvas])
    del kept["canvases"]
    restore(again.workspace, again.core.views, kept)
    assert again.workspace.canvases == {}
