from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Panel, Person, Simulator, page_api

from .conftest import App, actions, button, entry, modal, plain, until


class Page:
    """A page in a browser, as far as the server can tell."""

    def __init__(self, http: aiohttp.ClientSession, url: str, who: str) -> None:
        self.http, self.url, self.who = http, url, who

    async def get(self, path: str, **query: Any) -> Any:
        async with self.http.get(f"{self.url}/sim/{path}", params={"as": self.who, **query}) as answer:
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(f"{self.url}/sim/{path}", json={"as": self.who, **body}) as answer:
            return await answer.json()


@pytest.fixture
def page(http: aiohttp.ClientSession, sim: Simulator, ana: Person) -> Page:
    return Page(http, sim.url, ana.id)


async def test_the_state_names_the_pages_of_others_that_are_shown_beside(page: Page, sim: Simulator) -> None:
    assert (await page.get("state"))["panels"] == []
    sim.panels.append(Panel("The shop", "http://127.0.0.1:8701"))

    assert (await page.get("state"))["panels"] == [{"title": "The shop", "url": "http://127.0.0.1:8701"}]
    assert Simulator(sim.clock, {}, panels=sim.panels).panels == sim.panels


async def test_the_state_is_what_one_person_sees(
    page: Page, web: AsyncWebClient, sim: Simulator, ana: Person, ben: Person, room: Channel
) -> None:
    sim.workspace.add_channel("secret", members=[ben], private=True)
    sim.workspace.add_group("oncall", members=[ana])
    posted = await web.chat_postMessage(channel=room.id, text="x")
    await web.pins_add(channel=room.id, timestamp=posted["ts"])
    await web.bookmarks_add(channel_id=room.id, title="T", type="link", link="https://e.org", emoji=":fire:")
    dm = (await page.post("dm", user=ben.id))["channel"]
    state = await page.get("state")
    assert state["me"] == {
        "id": ana.id, "name": "ana", "real_name": "Ana Lima", "color": state["me"]["color"], "tz": "Europe/Lisbon",
        "presence": "active",
    }  # fmt: skip
    assert state["team"]["name"] == "Practice"
    assert state["bot"]["user_id"] == "U0MUSTER"
    assert [one["name"] for one in state["people"]] == ["ana", "ben"]
    assert [one["handle"] for one in state["groups"]] == ["oncall"]
    assert state["commands"][0] == {"command": "/incident", "description": "Run an incident", "usage_hint": "help"}
    assert [one["callback_id"] for one in state["shortcuts"]] == ["declare", "note"]
    ops, direct = state["channels"]
    assert (ops["kind"], ops["member"], ops["unread"], ops["archived"]) == ("channel", True, 1, False)
    assert (ops["pins"], ops["bookmarks"][0]["emoji"]) == ([posted["ts"]], ":fire:")
    assert (direct["id"], direct["kind"], direct["user"]) == (dm, "im", ben.id)
    await page.post("read", channel=room.id)
    assert (await page.get("state"))["channels"][0]["unread"] == 0


async def test_history_pages_backwards(page: Page, ana: Person, room: Channel) -> None:
    for number in range(5):
        await page.post("say", channel=room.id, text=f"<{number}>")
    newest = await page.get("history", channel=room.id, limit=2)
    assert ([row["text"] for row in newest["messages"]], newest["has_more"]) == (["&lt;3&gt;", "&lt;4&gt;"], True)
    older = await page.get("history", channel=room.id, limit=9, before=newest["messages"][0]["ts"])
    assert (len(older["messages"]), older["has_more"]) == (3, False)
    parent = newest["messages"][0]
    await page.post("say", channel=room.id, text="reply", thread_ts=parent["ts"])
    thread = await page.get("thread", channel=room.id, ts=parent["ts"])
    assert [row["text"] for row in thread["messages"]] == ["&lt;3&gt;", "reply"]
    assert thread["messages"][0]["reply_count"] == 1


async def test_gestures_over_http(
    page: Page, app: App, web: AsyncWebClient, sim: Simulator, ana: Person, room: Channel
) -> None:
    lobby = sim.workspace.add_channel("lobby")
    options = [{"text": plain("One"), "value": "1"}]
    pick = {"type": "static_select", "action_id": "pick", "options": options}
    posted = await web.chat_postMessage(channel=room.id, text="x", blocks=[actions(button(), pick, block_id="b")])
    container = {"type": "message", "channel": room.id, "ts": posted["ts"]}
    acts: dict[str, dict[str, Any]] = {
        "press": {"type": "button", "value": "v"},
        "pick": {"type": "static_select", "selected": options[0]},
    }
    for action_id, act in acts.items():
        assert await page.post("act", container=container, block_id="b", action_id=action_id, **act) == {"ok": True}
    assert app.payloads("block_actions")[1]["actions"][0]["selected_option"]["value"] == "1"
    assert (await page.post("react", channel=room.id, ts=posted["ts"], name="eyes", on=True))["ok"]
    assert room.messages[posted["ts"]].reactions == [{"name": "eyes", "users": [ana.id]}]
    assert (await page.post("join", channel=lobby.id))["ok"]
    assert (await page.post("leave", channel=lobby.id))["ok"]
    assert (await page.post("say", channel=room.id, text="/incident help"))["ok"]
    assert (await page.post("shortcut", callback_id="declare"))["ok"]
    assert (await page.post("home"))["view"] is None
    assert [request.type for request in app.got].count("slash_commands") == 1


async def test_dialogs_over_http(page: Page, app: App, web: AsyncWebClient, sim: Simulator, ana: Person) -> None:
    trigger = sim.core.triggers.new(ana.id)
    view = (await web.views_open(trigger_id=trigger, view=modal(entry("Title", "title"))))["view"]
    [shown] = (await page.get("state"))["views"]
    assert (shown["id"], shown["blocks"], shown["state"]["values"]["title_block"]) == (
        view["id"], view["blocks"], {"title": {"type": "plain_text_input", "value": None}},
    )  # fmt: skip
    refusal = await page.post("submit", view_id=view["id"], values={})
    missing = {"title_block": "Please complete this required field."}
    assert refusal == {"ok": True, "action": "errors", "errors": missing}
    values = {"title_block": {"title": {"type": "plain_text_input", "value": "words"}}}
    app.reply = lambda request: {"response_action": "push", "view": modal()}
    assert (await page.post("submit", view_id=view["id"], values=values))["action"] == "push"
    assert app.payloads("view_submission")[0]["view"]["state"]["values"] == values
    assert (await page.post("close", view_id=ana.views[-1].id))["ok"]
    assert (await page.post("close", view_id="V404"))["error"] == "This dialog is not open any more."


async def test_refusals_are_sentences(page: Page, sim: Simulator, room: Channel, http: aiohttp.ClientSession) -> None:
    sim.workspace.add_channel("lobby")
    lobby = sim.workspace.find("lobby")
    assert (await page.post("say", channel=lobby.id, text="x"))["error"] == "Join #lobby first."
    assert "lacks something" in (await page.post("say", channel=room.id))["error"]
    assert "dispatch_failed" in (await page.post("say", channel=room.id, text="/incident"))["error"]
    assert "no such channel" in (await page.get("history", channel="C404"))["error"]
    stranger = Page(http, sim.url, "U404")
    assert "nobody with that id" in (await stranger.get("state"))["error"]
    assert "lacks something or names nobody" in (await stranger.post("say"))["error"]
    async with http.post(f"{sim.url}/sim/say", data="[]") as answer:
        assert answer.status == 400


async def test_files_are_shown_to_those_who_see_them(
    page: Page, web: AsyncWebClient, http: aiohttp.ClientSession, sim: Simulator, ana: Person, ben: Person
) -> None:
    secret = sim.workspace.add_channel("secret", members=[ana], private=True, bot=True)
    done = await web.files_upload_v2(filename="a.html", content="<b>x</b>", channel=secret.id)
    url = f"{sim.url}/sim/file/{done['files'][0]['id']}"
    async with http.get(url, params={"as": ana.id}) as answer:
        assert (await answer.text(), answer.content_type) == ("<b>x</b>", "text/plain")
    async with http.get(url, params={"as": ben.id}) as answer:
        assert answer.status == 404
    [shown] = (await page.get("history", channel=secret.id))["messages"]
    assert {"name": "a.html", "size": 8, "preview": "<b>x</b>"}.items() <= shown["files"][0].items()


async def test_the_feed_tells_what_happens(
    page: Page, web: AsyncWebClient, sim: Simulator, http: aiohttp.ClientSession, ana: Person, ben: Person,
    room: Channel,
) -> None:  # fmt: skip
    got: list[dict[str, Any]] = []

    async def listen(ws: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in ws:
            got.append(frame.json())

    async with http.ws_connect(f"{sim.url}/sim/feed?as={ana.id}") as ws:
        listening = asyncio.create_task(listen(ws))
        await until(lambda: got == [{"type": "hello"}])
        posted = await web.chat_postMessage(channel=room.id, text="one")
        await web.chat_update(channel=room.id, ts=posted["ts"], text="two")
        reply = await web.chat_postMessage(channel=room.id, text="reply", thread_ts=posted["ts"])
        await web.chat_delete(channel=room.id, ts=reply["ts"])
        await web.chat_postEphemeral(channel=room.id, user=ben.id, text="not hers")
        await web.chat_postEphemeral(channel=room.id, user=ana.id, text="hers")
        await web.conversations_setTopic(channel=room.id, topic="T")
        await web.views_open(trigger_id=sim.core.triggers.new(ana.id), view=modal())
        await ana.says("#ops", "/incident")
        await until(lambda: got[-1]["type"] == "toast")
    await listening
    kinds = [row["type"] for row in got]
    assert kinds == [
        "hello", "message", "changed", "message", "changed", "deleted", "changed", "message", "message", "channels",
        "views", "toast",
    ]  # fmt: skip
    assert got[2]["message"]["text"] == "two"
    assert got[3]["thread_ts"] == posted["ts"]
    assert got[4]["message"]["reply_count"] == 1
    assert (got[5]["ts"], got[5]["thread_ts"]) == (reply["ts"], posted["ts"])
    assert (got[7]["message"]["text"], got[7]["message"]["ephemeral"]) == ("hers", True)
    assert got[8]["message"]["subtype"] == "channel_topic"
    assert got[10]["views"][0]["callback_id"] == "form"
    assert "dispatch_failed" in got[11]["text"]


async def test_faults_and_calls_over_http(page: Page, web: AsyncWebClient, sim: Simulator, room: Channel) -> None:
    async with page.http.post(f"{sim.url}/sim/faults", json={"do": "fail", "method": "auth.test"}) as answer:
        assert answer.status == 200
    with pytest.raises(Exception, match="fatal_error"):
        await web.auth_test()
    await web.auth_test()
    calls = await page.get("calls", since=1)
    [call] = calls["calls"]
    assert (call["seq"], call["method"], call["status"], call["token"]) == (2, "auth.test", "ok", "bot")
    for wrong in ({"do": "explode"}, {"do": "fail", "speed": 9}):
        async with page.http.post(f"{sim.url}/sim/faults", json=wrong) as answer:
            assert answer.status == 400


async def test_the_page_and_its_files(
    sim: Simulator, http: aiohttp.ClientSession, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("<h1>Practice</h1>")
    (tmp_path / "pages" / "app.js").write_text("1")
    (tmp_path / "secret").write_text("no")
    monkeypatch.setattr(page_api, "PAGES", tmp_path / "pages")
    async with http.get(f"{sim.url}/") as answer:
        assert (await answer.text(), answer.content_type) == ("<h1>Practice</h1>", "text/html")
    async with http.get(f"{sim.url}/assets/app.js") as answer:
        assert await answer.text() == "1"
    for path in ("missing.js", "..%2fsecret"):
        async with http.get(f"{sim.url}/assets/{path}") as answer:
            assert answer.status == 404
    async with http.get(f"{sim.url}/archives/C1/p1772442000000100", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/?channel=C1&ts=1772442000.000100"
