from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator

from .conftest import MANIFEST, HandClock, section


async def test_the_workspace_outlives_the_simulator(
    clock: HandClock, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    path = tmp_path / "town" / "slack.json"
    first = Simulator(clock, MANIFEST, save_to=path)
    await first.start()
    web = AsyncWebClient(token=first.bot_token, base_url=first.api_url, session=http, retry_handlers=[])
    ana = first.workspace.add_person("ana", tz="Europe/Lisbon")
    room = first.workspace.add_channel("ops", members=[ana], bot=True)
    first.workspace.add_group("oncall", members=[ana])
    posted = await web.chat_postMessage(channel=room.id, text="card", blocks=[section()])
    await web.chat_postMessage(channel=room.id, text="reply", thread_ts=posted["ts"])
    await web.pins_add(channel=room.id, timestamp=posted["ts"])
    await web.conversations_setTopic(channel=room.id, topic="T")
    await web.files_upload_v2(filename="a.txt", content="abc", channel=room.id)
    at = int(clock.now().timestamp()) + 60
    await web.chat_scheduleMessage(channel=room.id, text="later", post_at=at)
    await web.views_publish(user_id=ana.id, view={"type": "home", "blocks": [section("home")]})
    await first.stop()

    second = Simulator(clock, MANIFEST, save_to=path)
    await second.start()
    again = second.person("ana")
    assert again.id == ana.id
    assert [row.text for row in again.sees("#ops")][:2] == ["card", f"<@{web and 'U0MUSTER'}> set the channel topic: T"]
    assert [row.text for row in again.sees("#ops", thread=posted["ts"])] == ["card", "reply"]
    loaded = second.workspace.find("ops")
    assert (loaded.topic.value, loaded.pins[0]["ts"]) == ("T", posted["ts"])
    assert [file.content for file in second.workspace.files.values()] == [b"abc"]
    assert again.home is not None
    await second.run_due(clock.move(minutes=2))
    assert again.sees("#ops")[-1].text == "later"
    assert second.workspace.add_person("ben").id != ana.id
    await second.stop()


async def test_it_is_saved_soon_after_a_change(clock: HandClock, tmp_path: Path) -> None:
    path = tmp_path / "slack.json"
    sim = Simulator(clock, MANIFEST, save_to=path)
    await sim.start()
    sim.workspace.add_person("ana")
    await asyncio.sleep(0.45)
    saved = json.loads(path.read_text())
    assert [user["name"] for user in saved["users"]] == ["muster", "ana"]
    assert not path.with_name("slack.json.new").exists()
    await sim.stop()


def test_a_file_of_another_version_is_refused(clock: HandClock, tmp_path: Path) -> None:
    path = tmp_path / "slack.json"
    path.write_text('{"version": 99}')
    with pytest.raises(ValueError, match="version 99"):
        Simulator(clock, MANIFEST, save_to=path)
