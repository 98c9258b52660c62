from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, Person, Simulator


async def bring(http: aiohttp.ClientSession, sim: Simulator, content: bytes, **query: str) -> Any:
    headers = {"Content-Type": "image/png"}
    async with http.post(f"{sim.url}/sim/upload", params=query, data=content, headers=headers) as answer:
        return await answer.json()


async def test_a_file_that_a_person_brings_is_shown_in_the_conversation(
    http: aiohttp.ClientSession, sim: Simulator, web: AsyncWebClient, ana: Person, room: Channel
) -> None:
    answer = await bring(
        http, sim, b"picture", **{"as": ana.id, "name": "graph.PNG", "channel": room.id, "text": "look @ben"}
    )

    assert answer["ok"]
    [message] = (await web.conversations_history(channel=room.id, limit=1))["messages"]
    assert message["subtype"] == "file_share" and message["user"] == ana.id
    assert [(file["name"], file["filetype"], file["size"]) for file in message["files"]] == [("graph.PNG", "png", 7)]


async def test_a_file_that_is_not_shared_yet_is_in_no_conversation(
    http: aiohttp.ClientSession, sim: Simulator, ana: Person, room: Channel
) -> None:
    before = len(room.messages)
    answer = await bring(http, sim, b"words", **{"as": ana.id, "name": "../../etc/notes.txt"})

    assert (answer["file"]["name"], answer["file"]["filetype"]) == ("notes.txt", "txt")
    assert len(room.messages) == before


async def test_files_are_refused_in_a_sentence(
    http: aiohttp.ClientSession, sim: Simulator, ana: Person, room: Channel
) -> None:
    elsewhere = sim.workspace.add_channel("elsewhere", members=[])
    empty = await bring(http, sim, b"", **{"as": ana.id, "name": "x"})
    outside = await bring(http, sim, b"x", **{"as": ana.id, "name": "x", "channel": elsewhere.id})

    assert not empty["ok"] and "between 1 and" in empty["error"]
    assert not outside["ok"] and "one is in" in outside["error"]
